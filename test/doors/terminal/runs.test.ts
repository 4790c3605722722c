import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli, rows, scratchFolder, tiny } from '../../support/run-cli.ts';

const scratch = scratchFolder();
const home = join(scratch.folder, 'home');
const tie = (...args: string[]) => cli(home, ...args);
const place = (name: string): string => join(scratch.folder, name);

beforeAll(async () => {
  const files: Record<string, string> = { train: rows(0, 40), validation: rows(100, 8), test: rows(200, 10) };
  for (const [split, text] of Object.entries(files)) {
    expect((await tie('import', scratch.write(`${split}.jsonl`, text), '--split', split)).code).toBe(0);
  }
  for (const seed of [1, 2]) {
    const train = ['train', 'reward', ...tiny, '--set', `seed=${seed}`, '--set', 'evaluateEvery=2', '--device', 'cpu'];
    // A training ends with the evaluation of its model: here the second alone.
    expect((await tie(...train, ...(seed === 1 ? ['--no-compare'] : []))).code).toBe(0);
  }
});
afterAll(() => scratch.remove());

test('runs alone lists them, runs show says all of one', async () => {
  expect((await tie('runs', '--json')).json()).toMatchObject({ runs: [{ id: 2 }, { id: 1 }] });
  const { code, out } = await tie('runs', 'show', '2');
  expect(code).toBe(0);
  for (const part of [/^Run 2, reward-2: done/, /seed +2/, /longer comment wins/, /random/, /grouped\/sk_ndcg\/k=5/]) {
    expect(out).toMatch(part);
  }
  expect(out).toMatch(/Sample pairs at step \d+/);
  const { run, curve, samples, evaluation } = (await tie('runs', 'show', '2', '--json')).json() as {
    run: object;
    curve: object[];
    samples: { samples: object[] }[];
    evaluation: object;
  };
  expect(run).toMatchObject({ id: 2, config: { seed: 2 } });
  expect(evaluation).toMatchObject({ data: 'test' });
  expect(curve.length).toBeGreaterThan(2);
  expect(samples.at(-1)!.samples.length).toBe(16);
});

test('runs export writes JSONL, CSV and a folder for TensorBoard', async () => {
  const jsonl = place('runs.jsonl');
  expect((await tie('runs', 'export', '--out', jsonl, '--json')).json()).toMatchObject({ runs: 2, format: 'jsonl' });
  const lines = readFileSync(jsonl, 'utf8').trimEnd().split('\n');
  expect(lines.filter((line) => line.startsWith('{"type":"run"'))).toHaveLength(2);

  const csv = place('one.csv');
  expect((await tie('runs', 'export', '--out', csv, '--runs', '2', '--json')).json()).toMatchObject({
    runs: 1,
    format: 'csv',
  });
  expect(readFileSync(csv, 'utf8')).toMatch(/^run,name,what,key,step,value\r\n2,reward-2,run,status,,done/);

  const folder = place('board');
  const { code, out } = await tie('runs', 'export', '--out', folder, '--format', 'tensorboard');
  expect(code).toBe(0);
  expect(out).toContain(`tensorboard --logdir ${folder}`);
  expect(readdirSync(folder)).toEqual(['1-reward-1', '2-reward-2']);
  const [file] = readdirSync(join(folder, '2-reward-2'));
  expect(file).toMatch(/^events\.out\.tfevents\.\d+\.tiebreak$/);
  expect(readFileSync(join(folder, '2-reward-2', file!)).includes('grouped/sk_ndcg/k=5')).toBe(true);
  // Nothing is written over it, and nothing is left beside it.
  const again = await tie('runs', 'export', '--out', folder, '--format', 'tensorboard');
  expect(again.code).toBe(1);
  expect(again.err).toMatch(/is there already\. Nothing was written/);
  expect(readdirSync(scratch.folder).filter((name) => name.endsWith('.partial'))).toEqual([]);
});

test('runs report writes one file of HTML with a text from a file', async () => {
  const out = place('report.html');
  const text = scratch.write('text.md', '# Seeds\n\nNot **much** of a difference. <b>x</b>');
  const args = ['runs', 'report', '--runs', '2,1', '--text', text, '--name', 'Two <seeds>', '--out', out];
  expect((await tie(...args, '--json')).json()).toMatchObject({ runs: 2, bytes: expect.any(Number) });
  const page = readFileSync(out, 'utf8');
  expect(page).toContain('<h1>Two &lt;seeds&gt;</h1>');
  expect(page).toContain('Not <strong>much</strong> of a difference. &lt;b&gt;x&lt;/b&gt;');
  expect(page).toContain('<h4>grouped/sk_ndcg/k=5</h4>');
  expect(page).toMatch(/reward-2, at step \d+/);
  const missing = await tie('runs', 'report', '--text', place('no.md'), '--out', place('other.html'));
  expect(missing.code).toBe(1);
  expect(missing.err).toMatch(/no\.md can't be read/);
  expect(existsSync(place('other.html'))).toBe(false);
});

test('what is not there, and what is not understood, is said in a sentence', async () => {
  const out = place('none.jsonl');
  const missing = await tie('runs', 'export', '--out', out, '--runs', '1,7', '--json');
  expect(missing.code).toBe(1);
  expect(missing.json()).toMatchObject({ error: { code: 'not-found', message: 'There is no run 7.' } });
  expect(existsSync(out)).toBe(false);
  expect((await tie('runs', 'show', '7')).code).toBe(1);
  const usage = [
    ['runs', 'frob'],
    ['runs', 'show', 'x'],
    ['runs', 'export'],
    ['runs', 'export', '--out', out, '--runs', 'all'],
    ['runs', 'export', '--out', out, '--format', 'wandb'],
  ];
  for (const args of usage) expect((await tie(...args)).code, args.join(' ')).toBe(2);
  const empty = await cli(place('empty'), 'runs', 'export', '--out', out);
  expect(empty.code).toBe(1);
  expect(empty.err).toMatch(/no runs yet/);
});
