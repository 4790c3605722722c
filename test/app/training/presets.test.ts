import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../../src-main/app.ts';
import { dataFiles, type PairGroup } from '../../../src-main/contract/engine.ts';
import { drawHeldOut } from '../../../src-main/recipe/held-out.ts';
import { addAnswer } from '../../../src-main/store/answers.ts';
import { closeStore, openStore } from '../../../src-main/store/open.ts';
import { postsWithComments } from '../../../src-main/store/posts.ts';
import { rows, scratchFolder } from '../../support/run-cli.ts';
import { clientOf, resultOf } from '../../support/served.ts';

const tiny = { width: 16, layers: 1, heads: 2, vocabulary: 300, maxTokens: 32, epochs: 1 };

let scratch: ReturnType<typeof scratchFolder>;
let app: App;
beforeEach(() => {
  scratch = scratchFolder();
  app = openApp({ home: join(scratch.folder, 'home') });
});
afterEach(async () => {
  await app.close();
  scratch.remove();
});

const importRows = (from: number, count: number, split: 'train' | 'validation') =>
  app.import({ files: [scratch.write(`${split}.jsonl`, rows(from, count))], split });

describe('a preset', () => {
  test('trains with its settings and pairs, which its run keeps with its name; what is given counts above it', async () => {
    await importRows(0, 30, 'train');
    await importRows(100, 8, 'validation');
    await app.train({ kind: 'sft', config: tiny, device: 'cpu' });
    const client = clientOf(app);
    const given = { base: 'sft-1', preset: 'original', config: { epochs: 2 }, device: 'cpu' } as const;
    const report = await resultOf(app, 'train', (await client.train.start(given)).task);
    // 60 neighbouring pairs, 16 a step, twice.
    expect(report.steps).toBe(8);
    const { run, curve } = await client.train.run({ run: report.run });
    expect(run.config).toMatchObject({
      preset: 'original',
      method: 'gpt',
      pairs: 'adjacent',
      epochs: 2,
      pairsPerBatch: 8,
      accumulation: 2,
      learningRate: 1e-5,
      trainedShare: 0.7,
      decayVectors: 0,
      evaluateEvery: 500,
      keepBest: 0,
      trainedOn: '30 posts, 60 pairs of votes',
    });
    expect(curve.at(-1)!.metrics).toMatchObject({ acc: expect.any(Number), 'grouped/sk_ndcg/k=5': expect.any(Number) });
    expect(app.samples(report.run)).toMatchObject([{ step: 8, samples: { length: 16 } }]);

    const ours = await app.train({
      kind: 'reward',
      base: 'sft-1',
      preset: 'recommended',
      device: 'cpu',
      compare: false,
    });
    const second = app.runs().find(({ id }) => id === ours.run)!;
    expect(second.config).toMatchObject({
      preset: 'recommended',
      pairs: 'both',
      trainedOn: '30 posts, 90 pairs of votes',
    });
    const votes = await app.train({
      kind: 'reward',
      base: 'sft-1',
      preset: 'original',
      pairs: 'votes',
      device: 'cpu',
      compare: false,
    });
    expect(app.runs().find(({ id }) => id === votes.run)!.config.pairs).toBe('votes');
  });

  test('is refused without a base or for another method, and nothing is left behind', async () => {
    await importRows(0, 4, 'train');
    const refused = { code: 'bad-input', message: expect.stringContaining('name that as the base') };
    for (const call of [
      { kind: 'reward', preset: 'original' },
      { kind: 'sft', preset: 'recommended' },
      { kind: 'reward', preset: 'original', method: 'quick' },
      { kind: 'reward', preset: 'original', base: 'encoder' },
    ] as const) {
      await expect(app.train(call)).rejects.toMatchObject(refused);
      await expect(clientOf(app).train.start(call)).rejects.toMatchObject(refused);
    }
    expect(app.runs()).toEqual([]);
  });

  test('is compared with the other, and with what was changed, each with a reason', async () => {
    const client = clientOf(app);
    const plain = await client.train.presets({ kind: 'reward', preset: 'original' });
    const row = (key: string, from = plain) => from.differences.find((one) => one.key === key);
    expect(row('pairs')).toMatchObject({
      original: 'adjacent',
      recommended: 'both',
      yours: 'adjacent',
      changed: false,
    });
    expect(row('pairsPerBatch')).toMatchObject({ original: 8, recommended: 0, yours: 8 });
    expect(row('trainedShare')!.why).toContain('its comment says that the first 70% are frozen');
    expect(row('maxTokens')).toBeUndefined();
    expect(plain.differences.every(({ why }) => why !== '')).toBe(true);
    expect(plain.differences.some(({ changed }) => changed)).toBe(false);

    const changed = await client.train.presets({
      kind: 'reward',
      preset: 'recommended',
      config: { maxTokens: 128, epochs: 2 },
      pairs: 'labels',
    });
    const by = changed.differences.filter((one) => one.changed);
    expect(by).toMatchObject([
      { key: 'pairs', original: 'adjacent', recommended: 'both', yours: 'labels' },
      { key: 'maxTokens', original: 512, recommended: 512, yours: 128 },
    ]);
    expect(
      (await client.train.presets({ kind: 'sft', preset: 'original' })).differences.some(({ key }) => key === 'pairs'),
    ).toBe(false);
    const settings = await client.train.settings({ kind: 'reward', preset: 'original' });
    expect(settings.find(({ key }) => key === 'learningRate')!.value).toBe(1e-5);
    expect(settings.find(({ key }) => key === 'trainedShare')!.comment).toContain('the first 70% are frozen');
  });
});

describe('validation that is held out', () => {
  const groupsOf = (run: number, split: 'train' | 'validation') =>
    readFileSync(join(app.home, 'runs', String(run), dataFiles[split]), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as PairGroup).texts[0]!.post);

  /** Begins a training and stops it, so that its data can be looked at. */
  async function stopped(config: Record<string, number>): Promise<number> {
    const stop = new AbortController();
    const onProgress = ({ phase }: { phase: string }) => phase === 'train' && stop.abort();
    const hooks = { signal: stop.signal, onProgress };
    await expect(
      app.train({ kind: 'reward', config: { ...tiny, epochs: 50, ...config }, device: 'cpu' }, hooks),
    ).rejects.toMatchObject({ code: 'cancelled' });
    return app.runs()[0]!.id;
  }

  test('no post is on both sides, and the seed draws them', async () => {
    await importRows(0, 30, 'train');
    const first = await stopped({ heldOut: 0.05 });
    const [train, held] = [groupsOf(first, 'train'), groupsOf(first, 'validation')];
    expect(held).toHaveLength(2);
    expect(train).toHaveLength(28);
    expect(train.some((post) => held.includes(post))).toBe(false);
    expect(groupsOf(await stopped({ heldOut: 0.05 }), 'validation')).toEqual(held);
    expect(groupsOf(await stopped({ heldOut: 0.05, seed: 1 }), 'validation')).not.toEqual(held);
    expect(groupsOf(await stopped({}), 'validation')).toEqual([]);
  });

  test('a validation split that is there is used, and the training split stays whole', async () => {
    await importRows(0, 10, 'train');
    await importRows(100, 3, 'validation');
    const run = await stopped({ heldOut: 0.5 });
    expect(groupsOf(run, 'train')).toHaveLength(10);
    expect(groupsOf(run, 'validation')).toHaveLength(3);
  });

  test('as many groups as the share says, rounded up, but never all', () => {
    const groups = (count: number) => new Set(Array.from({ length: count }, (_, i) => `g${i}`));
    expect([100, 20, 3, 2, 1, 0].map((count) => drawHeldOut(groups(count), 0.05, 42).size)).toEqual([5, 1, 1, 1, 0, 0]);
    expect(drawHeldOut(groups(10), 0.9, 42).size).toBe(9);
    expect(drawHeldOut(groups(10), 0, 42).size).toBe(0);
    expect(drawHeldOut(new Set([...groups(20)].toReversed()), 0.2, 42)).toEqual(drawHeldOut(groups(20), 0.2, 42));
  });
});

test("with weighPeople, what a training learns from answers goes by the people, and what it is validated on doesn't", async () => {
  await importRows(0, 30, 'train');
  await importRows(100, 3, 'validation');
  const store = openStore(join(app.home, 'tiebreak.sqlite'));
  for (const { id, comments } of [...postsWithComments(store)]) {
    const pair = { postId: id, leftId: comments[0]!.id, rightId: comments[1]!.id, origin: 'compare' as const };
    if (id > 2) for (const annotator of ['Ada', 'Ben']) addAnswer(store, { ...pair, choice: 'left', annotator });
    addAnswer(store, { ...pair, choice: id % 2 === 0 ? 'left' : 'right', annotator: 'coin' });
  }
  closeStore(store);
  const targets = (run: number, split: 'train' | 'validation'): readonly string[] =>
    readFileSync(join(app.home, 'runs', String(run), dataFiles[split]), 'utf8')
      .trimEnd()
      .split('\n')
      .flatMap((line) => (JSON.parse(line) as PairGroup).pairs.map(({ target }) => target.toFixed(4)));
  const stopped = async (config: Record<string, number>): Promise<number> => {
    const stop = new AbortController();
    const onProgress = ({ phase }: { phase: string }) => phase === 'train' && stop.abort();
    const call = {
      kind: 'reward',
      pairs: 'labels',
      config: { ...tiny, epochs: 50, ...config },
      device: 'cpu',
    } as const;
    await expect(app.train(call, { signal: stop.signal, onProgress })).rejects.toMatchObject({ code: 'cancelled' });
    return app.runs()[0]!.id;
  };
  const [alike, weighed] = [await stopped({}), await stopped({ weighPeople: 1 })];
  // The first two posts were answered by the coin alone, the others by all three.
  expect(targets(alike, 'train').slice(0, 2)).toEqual(['1.0000', '1.0000']);
  for (const target of targets(weighed, 'train').slice(0, 2)) expect(Number(target)).toBeLessThan(0.65);
  expect(targets(weighed, 'train').filter((target) => target === '0.6667')).toEqual([]);
  expect(targets(alike, 'train').filter((target) => target === '0.6667').length).toBeGreaterThan(10);
  expect(targets(weighed, 'validation')).toEqual(targets(alike, 'validation'));
  expect(app.runs()[0]!.config).toMatchObject({ weighPeople: 1 });
});
