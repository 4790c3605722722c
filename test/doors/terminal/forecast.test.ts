import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Forecast } from '../../../src-main/contract/forecast.ts';
import { cli, rows, scratchFolder, tiny } from '../../support/run-cli.ts';

const scratch = scratchFolder();
const home = join(scratch.folder, 'home');

beforeAll(async () => {
  mkdirSync(home);
  await cli(home, 'import', scratch.write('train.jsonl', rows(0, 30)), '--split', 'train');
  await cli(home, 'import', scratch.write('validation.jsonl', rows(100, 8)), '--split', 'validation');
});
afterAll(() => scratch.remove());

/** No run, no model, and no folder of either. */
async function expectNothing(): Promise<void> {
  expect((await cli(home, 'runs', '--json')).json()).toEqual({ runs: [] });
  const runs = join(home, 'runs');
  expect(existsSync(runs) ? readdirSync(runs) : []).toEqual([]);
}

test('--forecast says what a training would take, and trains nothing', async () => {
  const { code, json } = await cli(home, 'train', 'reward', ...tiny, '--device', 'cpu', '--forecast', '--json');
  expect(code).toBe(0);
  const { fits, memory, available, time, steps, proposals } = json() as unknown as Forecast;
  expect(fits).toBe(true);
  expect(memory!.bytes).toBeLessThan(available!);
  expect(time!.seconds).toBeGreaterThan(0);
  expect(steps).toBeGreaterThan(0);
  expect(proposals).toEqual([]);
  await expectNothing();
});

test('it speaks to people too, and of quick trainings', async () => {
  const { code, out } = await cli(home, 'train', 'quick', '--device', 'cpu', '--forecast');
  expect(code).toBe(0);
  expect(out).toMatch(/^It takes about .+ \(.+ to .+\)\. It fits on any machine\.$/m);
  await expectNothing();
});

// So many numbers a token that no machine holds a step of them.
const huge = [
  '--set',
  'tokensPerBatch=100000000',
  '--set',
  'maxTokens=64',
  '--set',
  'layers=48',
  '--set',
  'width=4096',
];

test('what does not fit is refused in a sentence, and leaves nothing', async () => {
  const { code, err, json } = await cli(home, 'train', 'reward', ...huge, '--device', 'cpu', '--json');
  expect(code).toBe(1);
  expect(json()).toMatchObject({ error: { code: 'too-large' } });
  expect(err).toMatch(
    /It needs about [\d.]+ GB of memory, but this machine has [\d.]+ [GM]B to spare: it does not fit\. Nothing was begun\./,
  );
  await expectNothing();
});
