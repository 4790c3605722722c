import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { closeStore, openForReading } from '../../../src-main/store/open.ts';
import { cli, rows, scratchFolder, sixWords, startCli } from '../../support/run-cli.ts';

const scratch = scratchFolder();
const home = join(scratch.folder, 'home');
const tie = (...args: string[]) => cli(home, ...args);
afterAll(() => scratch.remove());

test('train best says what it takes, survives a kill, goes on, and ends with the model', async () => {
  const files: Record<string, string> = {
    train: rows(0, 8, sixWords),
    validation: rows(100, 5, sixWords),
    test: rows(200, 2, sixWords),
  };
  for (const [split, text] of Object.entries(files)) {
    await tie('import', scratch.write(`${split}.jsonl`, text), '--split', split);
  }
  const ahead = await tie('train', 'best', '--minutes', '3', '--device', 'cpu', '--forecast');
  expect(ahead.out).toMatch(
    /^A quick model ranks after about .+\. The others and their blend take 3 min in all at most\./,
  );

  const { child, finished } = startCli(home, ['train', 'best', '--minutes', '3', '--device', 'cpu', '--set', 'seed=7']);
  const store = openForReading(join(home, 'tiebreak.sqlite'));
  const parts = store.db.prepare("SELECT count(*) FROM runs WHERE config ->> 'best' = 1").pluck();
  // The quick model is there, and the next part has begun.
  await expect.poll(() => parts.get(), { interval: 20 }).toBe(2);
  child.kill('SIGKILL');
  closeStore(store);
  await finished;

  const { code, err, json } = await tie('train', 'best', '--resume', '1', '--device', 'cpu', '--json');
  expect(code, err).toBe(0);
  expect(json()).toMatchObject({
    model: 'best-1',
    run: 1,
    best: {
      parts: [{ model: 'quick-1' }, { model: 'alone-1' }, { model: 'deep-1' }, { model: 'together-1' }],
      leftOut: [],
    },
    scored: 90,
    cutShort: false,
  });
  const { runs } = (await tie('runs', '--json')).json() as { runs: { status: string; config: { seed?: number } }[] };
  expect(runs.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done', 'done']);
  expect(runs.map(({ config }) => config.seed)).toEqual([7, 7, 7, undefined, 7]);
  expect((await tie('evaluate', '--model', 'best-1', '--device', 'cpu', '--json')).json()).toMatchObject({ pairs: 30 });
});

test('what does not go together is refused in a sentence', async () => {
  const together = await tie('train', 'together', '--context', 'none', '--json');
  expect(together.code).not.toBe(0);
  expect(together.err).toContain("A model that reads post and comment together can't leave the post out");
  const best = await tie('train', 'best', '--set', 'epochs=3');
  expect(best.code).not.toBe(0);
  expect(best.err).toContain('A training for the best has no settings but its seed');
  const context = await tie('train', 'context', '--method', 'best');
  expect(context.code).not.toBe(0);
  expect(context.err).toMatch(/Allowed choices are quick, deep, together, gpt/);
});
