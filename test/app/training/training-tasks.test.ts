import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../../src-main/app.ts';
import { readSafetensors } from '../../../src-main/checkpoint/safetensors.ts';
import type { CurvePoint } from '../../../src-main/contract/engine.ts';
import type { Topic } from '../../../src-main/contract/views.ts';
import { rows, scratchFolder } from '../../support/run-cli.ts';
import { clientOf, ended, openWithFakeEngine, resultOf } from '../../support/served.ts';

const tiny = { width: 16, layers: 1, heads: 2, vocabulary: 300, maxTokens: 32, epochs: 2 };

let scratch: ReturnType<typeof scratchFolder>;
let opened: App[];

beforeEach(() => {
  scratch = scratchFolder();
  opened = [];
});
afterEach(async () => {
  for (const app of opened) await app.close();
  scratch.remove();
});

/** An application with the real engine and some posts in each split. */
async function openWithData(name: string, { test: tested = 12 } = {}): Promise<App> {
  const app = openApp({ home: join(scratch.folder, name) });
  opened.push(app);
  await app.import({ files: [scratch.write('train.jsonl', rows(0, 30))], split: 'train' });
  await app.import({ files: [scratch.write('validation.jsonl', rows(100, 8))], split: 'validation' });
  if (tested > 0) await app.import({ files: [scratch.write('test.jsonl', rows(200, tested))], split: 'test' });
  return app;
}

describe('a training', () => {
  test('leaves a model that is evaluated, compared with the one before, and has scored everything', async () => {
    const app = await openWithData('home');
    const client = clientOf(app);
    const told = new Set<Topic>();
    const watching = new AbortController();
    const watched = (async () => {
      for await (const topics of await client.app.changes(undefined, { signal: watching.signal }))
        for (const topic of topics) told.add(topic);
    })().catch(() => {});

    // One that learns next to nothing.
    const idle = { ...tiny, learningRate: 1e-7 };
    const first = await resultOf(app, 'train', (await client.train.start({ config: idle, device: 'cpu' })).task);
    expect(first).toMatchObject({ model: 'reward-1', run: 1, evaluation: { data: 'test', pairs: 36, groups: 12 } });
    expect((await app.rank({ device: 'cpu' })).scored).toBe(0);
    const { models } = await client.models.list();
    expect(models).toMatchObject([
      {
        name: 'reward-1',
        inUse: true,
        parameters: first.parameters,
        trainedOn: '30 posts, 90 pairs of votes',
        accuracy: { value: first.evaluation!.accuracy, split: 'test' },
      },
    ]);
    expect(models[0]!.bytes).toBeGreaterThan(4 * first.parameters);
    const { runs } = await client.train.runs();
    expect(runs).toMatchObject([{ name: 'reward-1', status: 'done', modelName: 'reward-1', paused: false, notes: '' }]);
    const { evaluation: _, scored, modelInUse, cutShort, ...kept } = first;
    expect(runs[0]!.report).toEqual(kept);
    expect({ scored, modelInUse, cutShort }).toEqual({
      scored: 150,
      modelInUse: { name: 'reward-1', why: 'best' },
      cutShort: false,
    });
    expect(existsSync(join(app.home, 'runs', '1'))).toBe(false);

    const second = await resultOf(app, 'train', (await client.train.start({ config: tiny, device: 'cpu' })).task);
    const detail = await client.train.run({ run: 2 });
    expect(detail.evaluation).toEqual(second.evaluation);
    const { accuracy: before, ndcg } = first.evaluation!;
    expect(detail.previous).toMatchObject({ model: 'reward-1', accuracy: before, ndcg });
    expect(detail.curve).toHaveLength(second.steps);
    expect(second.evaluation!.accuracy).toBeGreaterThan(first.evaluation!.accuracy);
    const gain = second.evaluation!.accuracy - first.evaluation!.accuracy;
    const { accuracy, interval } = detail.previous!.difference;
    expect(accuracy).toBeCloseTo(gain, 10);
    expect(interval[0]).toBeLessThanOrEqual(accuracy);
    expect(interval[1]).toBeGreaterThanOrEqual(accuracy);

    const mistakes = (await client.train.run({ run: 1 })).mistakes;
    const wrong = Math.round((1 - first.evaluation!.accuracy) * 36);
    expect(wrong).toBeGreaterThan(0);
    expect(mistakes).toHaveLength(Math.min(20, wrong));
    expect(mistakes.map(({ difference }) => difference)).toEqual(
      mistakes.map(({ difference }) => difference).toSorted((a, b) => a - b),
    );
    const places = ['splendid', 'decent', 'awful'];
    const placeOf = (text: string): number => places.findIndex((word) => text.includes(word));
    for (const { chosen, rejected, difference, post } of mistakes) {
      expect(placeOf(chosen)).toBeLessThan(placeOf(rejected));
      expect(difference).toBeLessThan(0);
      expect(post).toMatch(/^Case 2\d\d$/);
    }
    await expect.poll(() => [...told].toSorted()).toEqual(['models', 'rewards', 'runs']);
    watching.abort();
    await watched;

    // With more data both are measured on all of it: no figure of other pairs stands beside another.
    await app.import({ files: [scratch.write('more.jsonl', rows(400, 6))], split: 'test' });
    const third = await resultOf(app, 'train', (await client.train.start({ config: tiny, device: 'cpu' })).task);
    const { previous, evaluation } = await client.train.run({ run: 3 });
    expect(evaluation).toMatchObject({ pairs: 54, accuracy: third.evaluation!.accuracy });
    expect(previous!.model).toBe('reward-2');
    expect(previous!.accuracy).toBeCloseTo(evaluation!.accuracy - previous!.difference.accuracy, 10);
    const old = (await client.train.run({ run: 2 })).evaluation!;
    expect(old.on).not.toBe(evaluation!.on);
    await resultOf(app, 'measure', (await client.models.measure({ model: 2 })).task);
    const again = (await client.train.run({ run: 2 })).evaluation!;
    expect(again).toMatchObject({ on: evaluation!.on, accuracy: previous!.accuracy });
  });

  test('is evaluated on validation where the test split is empty, and a language model not at all', async () => {
    const app = await openWithData('home', { test: 0 });
    const client = clientOf(app);
    const sft = await resultOf(
      app,
      'train',
      (await client.train.start({ kind: 'sft', config: tiny, device: 'cpu' })).task,
    );
    expect(sft).toMatchObject({ model: 'sft-1', evaluation: null });
    const reward = await client.train.start({ base: 'sft-1', config: tiny, device: 'cpu' });
    expect(await resultOf(app, 'train', reward.task)).toMatchObject({ evaluation: { data: 'validation', pairs: 24 } });
    const { models } = await client.models.list();
    expect(models).toMatchObject([
      { name: 'reward-1', base: 'sft-1', inUse: true, accuracy: { split: 'validation' } },
      { name: 'sft-1', inUse: false, accuracy: null, trainedOn: '30 posts, 90 comments' },
    ]);
    expect(await client.train.run({ run: 1 })).toMatchObject({ evaluation: null, previous: null, mistakes: [] });
  });

  test('is refused at once where it can not be done, and while another one is going on', async () => {
    const app = await openWithData('home');
    const client = clientOf(app);
    await expect(client.train.start({ config: { width: 1.5 } })).rejects.toMatchObject({ code: 'bad-input' });
    await expect(client.train.start({ base: 'nobody' })).rejects.toMatchObject({ code: 'not-found' });
    const { task } = await client.train.start({ config: { ...tiny, epochs: 5000 }, device: 'cpu' });
    await expect(client.train.start({ config: tiny })).rejects.toMatchObject({ code: 'busy' });
    await expect.poll(() => app.tasks.find(task).run).toBe(1);
    await expect(client.train.delete({ run: 1 })).rejects.toMatchObject({ code: 'busy' });
    app.tasks.cancel(task);
    expect(await ended(app, task)).toMatchObject({ state: 'cancelled', result: null });
    expect(app.runs()).toMatchObject([{ status: 'cancelled' }]);
    expect(app.models()).toEqual([]);
  });

  test('that was cancelled while its model scored is done, and the model stays', async () => {
    const app = openWithFakeEngine(join(scratch.folder, 'home'));
    opened.push(app);
    await app.import({ files: [scratch.write('many.jsonl', rows(0, 4000))], split: 'train' });
    const { task } = await clientOf(app).train.start({ config: { epochs: 1 } });
    await expect.poll(() => app.tasks.find(task).progress?.phase, { interval: 1 }).toBe('score');
    app.tasks.cancel(task);
    expect(await ended(app, task)).toMatchObject({ state: 'done', result: { model: 'reward-1', cutShort: true } });
    expect(app.runs()).toMatchObject([{ status: 'done', error: null }]);
    // What the cancelled scoring did not come to.
    expect((await app.rank({})).scored).toBeGreaterThan(0);
  });
});

describe('a pause', () => {
  const config = { ...tiny, epochs: 150, dropout: 0.1, checkpointEvery: 100_000 };

  test('loses nothing: the run goes on to the curve and the model of one that was never paused', async () => {
    const [straight, paused] = [await openWithData('straight'), await openWithData('paused')];
    const whole = await resultOf(
      straight,
      'train',
      (await clientOf(straight).train.start({ config, device: 'cpu' })).task,
    );

    const client = clientOf(paused);
    const { task } = await client.train.start({ config, device: 'cpu' });
    await expect.poll(() => paused.tasks.find(task).run).toBe(1);
    const seen: CurvePoint[] = [];
    let asked = false;
    for await (const points of await client.train.watch({ run: 1 })) {
      seen.push(...points);
      if (seen.length < 10 || asked) continue;
      asked = true;
      await client.train.pause({ run: 1 });
    }
    const end = await ended(paused, task);
    expect(end).toMatchObject({ state: 'cancelled', error: { message: expect.stringContaining('is paused after') } });
    const [run] = (await client.train.runs()).runs;
    expect(run).toMatchObject({ status: 'interrupted', paused: true, error: 'Paused.', modelName: null });
    expect(run!.step).toBeGreaterThanOrEqual(10);
    expect(run!.step).toBeLessThan(whole.steps);
    expect(seen).toEqual(paused.curve(1));
    expect(seen).toEqual(straight.curve(1).slice(0, run!.step));
    // No checkpoint was due so early: this one was written for the pause.
    const { metadata } = await readSafetensors(join(paused.home, 'runs', '1', 'checkpoint.safetensors'));
    expect(JSON.parse(metadata.position!)).toMatchObject({ step: run!.step });

    const resumed = await client.train.resume({ run: 1 });
    const result = await resultOf(paused, 'train', resumed.task);
    expect({ ...result, seconds: 0, evaluation: { ...result.evaluation, seconds: 0 } }).toEqual({
      ...whole,
      seconds: 0,
      evaluation: { ...whole.evaluation, seconds: 0 },
    });
    expect(paused.curve(1)).toEqual(straight.curve(1));
    expect((await client.train.runs()).runs).toMatchObject([{ status: 'done', paused: false, error: null }]);
    await expect(client.train.pause({ run: 1 })).rejects.toMatchObject({ code: 'nothing-to-do' });
    await expect(client.train.resume({ run: 1 })).rejects.toMatchObject({ code: 'nothing-to-do' });
  });

  test('is refused where there are no checkpoints, and the training goes on', async () => {
    const app = await openWithData('home');
    const client = clientOf(app);
    const { task } = await client.train.start({ config: { ...tiny, epochs: 5000, checkpointEvery: 0 }, device: 'cpu' });
    await expect.poll(() => app.runs()[0]?.step ?? 0).toBeGreaterThan(2);
    await expect(client.train.pause({ run: 1 })).rejects.toMatchObject({ code: 'bad-input' });
    await wait(0);
    expect(app.tasks.find(task)).toMatchObject({ state: 'running', cancelling: false });
    app.tasks.cancel(task);
    expect(await ended(app, task)).toMatchObject({ state: 'cancelled' });
    expect((await client.train.runs()).runs).toMatchObject([{ status: 'cancelled', paused: false }]);
    expect(existsSync(join(app.home, 'runs', '1', 'checkpoint.safetensors'))).toBe(false);
  });
});

test('a run can be named, noted on, deleted and brought back', async () => {
  const app = openWithFakeEngine(join(scratch.folder, 'home'));
  opened.push(app);
  const client = clientOf(app);
  await app.import({ files: [scratch.write('rows.jsonl', rows(0, 5))], split: 'train' });
  await resultOf(app, 'train', (await client.train.start({ config: { epochs: 1 } })).task);
  expect(await client.train.change({ run: 1, name: 'small' })).toMatchObject({ name: 'small', notes: '' });
  expect(await client.train.change({ run: 1, notes: 'a try' })).toMatchObject({ name: 'small', notes: 'a try' });
  await client.train.delete({ run: 1 });
  expect((await client.train.runs()).runs).toMatchObject([{ name: 'small', deletedAt: expect.any(String) }]);
  expect(app.runs()).toEqual([]);
  expect(app.models()).toHaveLength(1);
  await client.train.restore({ run: 1 });
  expect((await client.train.runs()).runs).toMatchObject([{ deletedAt: null }]);
  await expect(client.train.delete({ run: 9 })).rejects.toMatchObject({ code: 'not-found' });
  const settings = await client.train.settings({ kind: 'reward' });
  expect(settings.find(({ key }) => key === 'checkpointEvery')).toMatchObject({ value: expect.any(Number) });
});
