import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli, rows, scratchFolder, tiny } from '../../support/run-cli.ts';

const scratch = scratchFolder();
const tie = (...args: string[]) => cli(join(scratch.folder, 'home'), ...args);

beforeAll(async () => {
  await tie('import', scratch.write('train.jsonl', rows(0, 24)), '--split', 'train');
});
afterAll(() => scratch.remove());

test('both steps of the original, each with a line of what it does, and posts held out where none validate', async () => {
  expect((await tie('train', 'sft', ...tiny, '--device', 'cpu', '--json')).json()).toMatchObject({ model: 'sft-1' });
  const further = ['--base', 'sft-1', '--preset', 'original', '--device', 'cpu', '--json'];
  const sft = await tie('train', 'sft', ...further, '--set', 'epochs=1');
  expect(sft.err).toContain("Settings of the preset 'original', but epochs 1 instead of 3.");
  expect(sft.json()).toMatchObject({ model: 'sft-2', validation: { perplexity: expect.any(Number) } });
  const reward = await tie('train', 'reward', ...further, '--no-compare');
  expect(reward.err).toContain(
    "Settings of the preset 'original'. What it differs in: tiebreak settings reward --preset",
  );
  expect(reward.err).toContain('2 training posts held out');
  // 22 posts with two neighbouring pairs each, 16 a step.
  expect(reward.json()).toMatchObject({ model: 'reward-1', steps: 3, bestStep: 3 });
  const { runs } = (await tie('runs', '--json')).json() as { runs: { config: Record<string, unknown> }[] };
  expect(runs[0]!.config).toMatchObject({ preset: 'original', pairs: 'adjacent' });
});

test('without a base, or with a name that is none, one sentence says so', async () => {
  const alone = await tie('train', 'reward', '--preset', 'original', '--json');
  expect(alone.code).toBe(1);
  expect(alone.json()).toMatchObject({ error: { code: 'bad-input', message: expect.stringContaining('as the base') } });
  expect((await tie('train', 'reward', '--preset', 'best')).code).toBe(2);
});

test('settings --diff shows both presets, what was set, and why', async () => {
  const { out } = await tie('settings', 'reward', '--preset', 'original', '--set', 'learningRate=0.001', '--diff');
  expect(out).toMatch(/^setting +original +recommended +yours, from original$/m);
  expect(out).toMatch(/^pairs +adjacent +both +adjacent$/m);
  expect(out).toMatch(/^learningRate +0\.00001 +0\.00005 +0\.001 \(set\)$/m);
  expect(out).toMatch(/^trainedShare: .*4 of 12.*its comment says that the first 70% are frozen/m);
  const { json } = await tie('settings', 'sft', '--diff', '--json');
  expect(json()).toMatchObject({ preset: 'original', differences: { length: expect.any(Number) } });
  const listed = (await tie('settings', '--preset', 'recommended', '--json')).json() as {
    settings: { key: string; value: number }[];
  };
  expect(listed.settings.find(({ key }) => key === 'patience')!.value).toBe(3);
});
