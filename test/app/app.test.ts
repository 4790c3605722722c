import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { type App, openApp } from '../../src-main/app.ts';
import type { CallProgress } from '../../src-main/contract/calls.ts';
import { stepsFile } from '../../src-main/contract/engine.ts';
import { rows, scratchFolder } from '../support/run-cli.ts';

const scratch = scratchFolder();
const engineEntry = fileURLToPath(new URL('../support/fake-engine.ts', import.meta.url));
const home = join(scratch.folder, 'home');
let app: App;

beforeEach(async () => {
  app = openApp({ home, engineEntry });
  await app.import({ files: [scratch.write('rows.jsonl', rows(0, 10))], split: 'train' });
});
afterEach(async () => {
  await app.close();
  scratch.empty();
});
afterAll(() => scratch.remove());

test('a training writes its run and curve as it goes, and its model when it is whole', async () => {
  const seen: CallProgress[] = [];
  const during: unknown[] = [];
  const onProgress = (progress: CallProgress): void => {
    seen.push(progress);
    during.push(app.runs()[0]?.status, app.models().length);
  };
  const call = { kind: 'reward', config: { epochs: 4 }, context: 'none', compare: false } as const;
  const report = await app.train(call, { onProgress });
  expect(report).toMatchObject({ model: 'reward-1', run: 1, steps: 4, validation: { accuracy: 0.7 } });
  expect(seen).toHaveLength(4);
  expect(new Set(during)).toEqual(new Set(['running', 0]));
  expect(app.runs()).toMatchObject([{ status: 'done', step: 4, steps: 4, modelId: 1, config: { context: 'none' } }]);
  expect(app.curve(1).map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  expect(app.models()).toMatchObject([{ name: 'reward-1', folder: 'models/reward-1', metrics: { accuracy: 0.7 } }]);
});

test('a model that was whole before its run could be ended is kept when the run is resumed', async () => {
  const training = app.train({ kind: 'reward', config: { epochs: 2, seed: 13 } });
  await expect(training).rejects.toMatchObject({ code: 'engine-failed' });
  expect(app.runs()).toMatchObject([{ status: 'failed', error: expect.stringContaining('Nothing was lost') }]);
  expect(app.models()).toEqual([]);
  await expect(app.resume({ run: 1, kind: 'sft' })).rejects.toThrow(/trains a reward model/);
  // What the engine did after the last word that was heard of it is in the run's folder.
  const steps = [1, 2].map((step) => ({ point: { step, loss: 0.3 / step, learningRate: 1, gradientNorm: 1 } }));
  const samples = [{ post: 'p', chosen: 'a', rejected: 'b', chosenReward: 1, rejectedReward: 0 }];
  const told = steps.map((one) => (one.point.step === 2 ? { ...one, samples } : one));
  writeFileSync(join(home, 'runs', '1', stepsFile), JSON.stringify(told));
  expect(await app.resume({ run: 1 })).toMatchObject({ model: 'reward-1', steps: 2 });
  expect(app.curve(1)).toEqual(steps.map(({ point }) => point));
  expect(app.samples(1)).toEqual([{ step: 2, samples }]);
  expect(app.runs()).toMatchObject([{ status: 'done', modelId: 1 }]);
  await expect(app.resume({ run: 1 })).rejects.toMatchObject({ code: 'nothing-to-do' });
});

test('where a device takes the engine with it, the training goes on on the processor and says so', async () => {
  const logged: string[] = [];
  const call = { kind: 'reward', config: { epochs: 3 }, device: 'webgpu', compare: false } as const;
  const outcome = await app.train(call, { onLog: (message) => logged.push(message) });
  const note =
    'The graphics card (WebGPU) failed (it stopped with exit code 139, its last words were "Error: the driver fell over"), so the training went on on the processor (CPU) from where its last checkpoint was.';
  expect(outcome).toMatchObject({ model: 'reward-1', steps: 3, notes: [note] });
  expect(logged).toContain(note);
  expect(app.runs()).toMatchObject([{ status: 'done', step: 3 }]);
  expect(app.curve(1).map(({ step }) => step)).toEqual([1, 2, 3]);
});

test('cancelling ends the run and lets go of the lock', async () => {
  const training = app.train({ kind: 'reward', config: { epochs: 1000 } }, { onProgress: () => app.cancel() });
  await expect(training).rejects.toMatchObject({
    code: 'cancelled',
    message: expect.stringContaining('run 1 can be resumed'),
  });
  expect(app.runs()).toMatchObject([{ status: 'cancelled' }]);
  expect(existsSync(join(home, 'tiebreak.lock'))).toBe(false);
  expect(app.models()).toEqual([]);
});

test('answers can be added while this process trains', async () => {
  const controller = new AbortController();
  const training = app.train({ kind: 'reward', config: { epochs: 1000 } }, { signal: controller.signal });
  const answer = await app.addAnswer({ post: 'p1', chosen: 4, rejected: 5 });
  expect(answer).toMatchObject({ choice: 'left' });
  controller.abort();
  await expect(training).rejects.toMatchObject({ code: 'cancelled' });
});

test('rewards are asked for once, and kept', async () => {
  await app.train({ kind: 'reward', config: { epochs: 1 }, compare: false });
  const { scored, posts } = await app.rank({ post: 'p3' });
  expect(scored).toBe(3);
  expect(posts[0]!.comments.map(({ text, reward }) => text.length === reward)).toEqual([true, true, true]);
  expect(await app.rank({})).toMatchObject({ scored: 27 });
  expect(await app.evaluate({ split: 'train' })).toMatchObject({ pairs: 30, baselines: { longer: {} } });
  expect(readdirSync(home).filter((name) => name.endsWith('.lock'))).toEqual(['writing.lock']);
});

test('input that is not as it should be is refused', async () => {
  await expect(app.import({ files: [] })).rejects.toMatchObject({ code: 'bad-input' });
  await expect(app.train({ kind: 'reward', config: { width: 1.5 } })).rejects.toMatchObject({ code: 'bad-input' });
  await expect(app.train({ kind: 'reward', config: { colour: 1 } })).rejects.toThrow(/learningRate/);
  await expect(app.train({ kind: 'reward', base: 'nobody' })).rejects.toMatchObject({ code: 'not-found' });
  await expect(app.train({ kind: 'reward', pairs: 'labels' })).rejects.toThrow(/compare some comments/);
});
