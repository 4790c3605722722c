import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli, rows, scratchFolder, startCli, tiny } from '../../support/run-cli.ts';

const scratch = scratchFolder();
const home = join(scratch.folder, 'home');
const tie = (...args: string[]) => cli(home, ...args);

beforeAll(async () => {
  const files: Record<string, string> = { train: rows(0, 30), validation: rows(100, 10), test: rows(200, 10) };
  for (const [split, text] of Object.entries(files)) {
    await tie('import', scratch.write(`${split}.jsonl`, text), '--split', split);
  }
  expect((await tie('train', 'quick', '--device', 'cpu', '--no-compare')).out).toMatch(
    /left out \(--no-compare\)\.\nquick-1 is in use now: it is the newest reward model\.\n$/,
  );
});
afterAll(() => scratch.remove());

test('a training says what was compared, which model is in use and why, the figures, and what was scored', async () => {
  const { code, out } = await tie('train', 'reward', ...tiny, '--set', 'learningRate=1e-9', '--device', 'cpu');
  expect(code).toBe(0);
  expect(out).toMatch(/^The model reward-1 is ready \(run 2,/);
  expect(out).toContain('Compared on 30 pairs of the validation split, the most often right first:');
  expect(out).toMatch(/^Quick \(quick-1\) +100\.0% +\d+\.\d% to 100\.0%$/m);
  expect(out).toMatch(/^GPT \(reward-1\) +\d+\.\d%/m);
  expect(out).toMatch(/^The longer comment wins +\d+\.\d%/m);
  // The newest learned nothing.
  expect(out).toContain(
    'quick-1 is in use now: of the models that were compared, it is right most often on validation.',
  );
  expect(out).toContain('test: 30 pairs in 10 posts');
  expect(out).toMatch(/^reward-1 +\d+\.\d%/m);
  expect(out).toMatch(/^random +50\.0%/m);
  expect(out).toMatch(/^the longer comment wins +\d+\.\d%/m);
  expect(out).toMatch(
    /\n150 comments have a score from reward-1\.\n\nreward-1 agrees with people's votes on [\w ]+ of 10 pairs that it has not seen; "the longer comment wins" does on [\w ]+, chance on 5\.\n$/,
  );
  expect((await tie('rank', '--post', 'p1', '--json')).json()).toMatchObject({ model: 'quick-1' });
});

test('Ctrl-C once the model is there ends what follows, and the model is kept', async () => {
  const many = join(scratch.folder, 'many');
  await cli(many, 'import', scratch.write('many.jsonl', rows(0, 2000)), '--split', 'test');
  await cli(many, 'import', scratch.write('some.jsonl', rows(4000, 8)), '--split', 'validation');
  await cli(many, 'import', scratch.write('few.jsonl', rows(5000, 4)), '--split', 'train');
  const wide = ['--set', 'width=256', '--set', 'layers=4', '--set', 'maxTokens=64', '--set', 'epochs=1'];
  let scoring = false;
  const { child, finished } = startCli(
    many,
    ['train', 'reward', ...tiny, ...wide, '--device', 'cpu', '--json'],
    (err) => {
      if (scoring || !/the test split/.test(err)) return;
      scoring = true;
      child.kill('SIGINT');
    },
  );
  const { code, err, json } = await finished;
  expect(scoring).toBe(true);
  expect(code, err).toBe(0);
  expect(json()).toMatchObject({ model: 'reward-1', cutShort: true, evaluation: null, candidates: { best: 1 } });
  expect(json().scored as number).toBeLessThan(6000);
  const { models } = (await cli(many, 'models', '--json')).json();
  expect(models).toMatchObject([{ name: 'reward-1' }]);
}, 120_000);
