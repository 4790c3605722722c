import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../../src-main/app.ts';
import type { CallProgress } from '../../../src-main/contract/calls.ts';
import { closeStore, openStore } from '../../../src-main/store/open.ts';
import { rows, scratchFolder } from '../../support/run-cli.ts';
import { clientOf, ended, give, openWithFakeEngine, resultOf } from '../../support/served.ts';

const tiny = { width: 16, layers: 1, heads: 2, vocabulary: 300, maxTokens: 32, epochs: 1, learningRate: 1e-7 };
const scratch = scratchFolder();
afterAll(() => scratch.remove());

/** The phases of work that a call went through. */
async function phasesOf(work: (onProgress: (progress: CallProgress) => void) => Promise<unknown>) {
  const seen = new Set<CallProgress['phase']>();
  await work(({ phase }) => seen.add(phase));
  return seen;
}

/** How many vectors the store of a data folder holds. */
function vectorsIn(home: string): number {
  const store = openStore(join(home, 'tiebreak.sqlite'));
  try {
    return (store.db.prepare('SELECT count(*) AS count FROM embeddings').get() as { count: number }).count;
  } finally {
    closeStore(store);
  }
}

describe('on the sample, with the real engine', () => {
  const home = join(scratch.folder, 'sample');
  let app: App;
  const client = () => clientOf(app);
  const click = async () =>
    resultOf(app, 'train', (await client().train.start({ method: 'quick', device: 'cpu' })).task);

  beforeAll(async () => {
    app = openApp({ home });
    await resultOf(app, 'import', (await client().data.importSample()).task);
    await click();
  });
  afterAll(() => app.close());

  test('a click trains a quick model that ranks at once, and says how it compares', async () => {
    const [run] = (await client().train.runs()).runs;
    expect(run).toMatchObject({ name: 'quick-1', status: 'done', modelName: 'quick-1', config: { method: 'quick' } });
    const { candidates } = run!.report!;
    const [best, other] = candidates!.list;
    expect([best!.method, other!.method].toSorted()).toEqual(['longer', 'quick']);
    expect(candidates!.best).toBe(run!.modelId);
    expect(best!.behind).toBeNull();
    expect(other!.behind!.accuracy).toBeCloseTo(best!.accuracy - other!.accuracy, 10);
    for (const { accuracy, interval } of candidates!.list) {
      expect(interval[0]).toBeLessThanOrEqual(accuracy);
      expect(interval[1]).toBeGreaterThanOrEqual(accuracy);
    }
    const accuracyOf = (method: string): number =>
      candidates!.list.find((candidate) => candidate.method === method)!.accuracy;
    expect(accuracyOf('quick')).toBeGreaterThan(accuracyOf('longer') - 0.02);
    expect(accuracyOf('quick')).toBeCloseTo(run!.report!.validation.accuracy!, 6);
    expect((await client().models.list()).models).toMatchObject([{ name: 'quick-1', method: 'quick', inUse: true }]);
    expect((await app.rank({ device: 'cpu' })).scored).toBe(0);
    expect((await client().train.run({ run: 1 })).evaluation).toMatchObject({ data: 'test' });
    expect(app.curve(1)).toHaveLength(run!.step);
    // Each look has the original's figures: the accuracy that judges is no higher than its acc, which takes ties for right.
    for (const { metrics, validationAccuracy } of app.curve(1)) {
      expect(metrics!.acc).toBeGreaterThanOrEqual(validationAccuracy!);
      expect(metrics!['grouped/sk_ndcg/k=5']).toBeGreaterThan(0.5);
      expect(Object.keys(metrics!)).toHaveLength(21);
    }
  });

  test('a second training computes no vector again, and gives the same model', async () => {
    const before = vectorsIn(home);
    const phases = await phasesOf((onProgress) =>
      app.train({ kind: 'reward', method: 'quick', device: 'cpu', compare: false }, { onProgress }),
    );
    expect([...phases]).toEqual(['train']);
    expect(vectorsIn(home)).toBe(before);
    const [first, second] = ['quick-1', 'quick-2'].map((name) =>
      readFileSync(join(home, 'models', name, 'model.safetensors')),
    );
    expect(second!.equals(first!)).toBe(true);
  });

  test('scores from kept vectors are those from the texts, within 1e-5', async () => {
    const { posts } = await app.rank({ model: 'quick-1', device: 'cpu' });
    const some = posts.filter((_, i) => i % 40 === 0);
    const lines = some.map(({ title, text, comments }) =>
      JSON.stringify({ title, text, comments: comments.map((comment) => ({ text: comment.text })) }),
    );
    const file = scratch.write('texts.jsonl', lines.join('\n'));
    const out = join(scratch.folder, 'scored.jsonl');
    await app.scoreFile({ file, out, model: 'quick-1', device: 'cpu' });
    const scored = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect(scored).toHaveLength(some.length);
    for (const [i, line] of scored.entries()) {
      const { comments } = JSON.parse(line) as { comments: { text: string; reward: number }[] };
      for (const [place, { reward }] of comments.entries()) {
        expect(Math.abs(reward - some[i]!.comments[place]!.reward!)).toBeLessThan(1e-5);
      }
    }
  });

  test('a model that is worse on validation is not put in use, unless a person wants it', async () => {
    const { task } = await client().train.start({ config: tiny, device: 'cpu' });
    const { model, candidates } = await resultOf(app, 'train', task);
    expect(model).toBe('reward-1');
    expect(candidates!.list.map(({ method }) => method).toSorted()).toEqual(['gpt', 'longer', 'quick']);
    const inUse = async (): Promise<string[]> =>
      (await client().models.list()).models.filter((line) => line.inUse).map(({ name }) => name);
    expect(await inUse()).toEqual(['quick-2']);
    expect((await app.rank({ device: 'cpu', post: '1' })).model).toBe('quick-2');
    await client().models.use({ model: 'reward-1' });
    expect(await inUse()).toEqual(['reward-1']);
    await client().models.use({ model: null });
    await client().models.delete({ model: 'quick-2' });
    expect(await inUse()).not.toContain('quick-2');
    await client().models.restore({ model: 'quick-2' });
  });

  test('an import that is undone and comes again, and a backup that is restored, keep the vectors', async () => {
    const [newest] = (await client().data.imports()).imports;
    const before = vectorsIn(home);
    await resultOf(app, 'undo-import', (await client().data.undoImport({ import: newest!.id })).task);
    await resultOf(app, 'import', (await client().data.importSample()).task);
    const train = () =>
      phasesOf((onProgress) =>
        app.train({ kind: 'reward', method: 'quick', device: 'cpu', compare: false }, { onProgress }),
      );
    expect([...(await train())]).toEqual(['train']);
    expect(vectorsIn(home)).toBe(before);

    const { file } = await resultOf(app, 'backup', (await client().backup.create()).task);
    const taken = await give(app, file.name, readFileSync(app.files.find(file.handle).path));
    await resultOf(app, 'restore', (await client().backup.restore({ file: taken.handle })).task);
    expect([...(await train())]).toEqual(['train']);
    expect(vectorsIn(home)).toBe(before);
  });

  test('a model goes out as a file and comes in again, and gives the same rewards', async () => {
    const { file } = await resultOf(app, 'model-export', (await client().models.export({ model: 'quick-1' })).task);
    const content = readFileSync(app.files.find(file.handle).path);
    const taken = await give(app, file.name, content);
    const { model } = await resultOf(
      app,
      'model-import',
      (await client().models.import({ files: [taken.handle] })).task,
    );
    const line = (await client().models.list()).models.find(({ name }) => name === model);
    expect(line).toMatchObject({ method: 'quick', kind: 'reward', parameters: expect.any(Number) });
    const [here, there] = await Promise.all(
      ['quick-1', model].map((name) => app.rank({ model: name, post: '1', device: 'cpu' })),
    );
    // How sure it may be stays behind with the validation split that it was learned on.
    const rewardsOf = (ranking: typeof here) => ranking!.posts[0]!.comments.map(({ id, reward }) => [id, reward]);
    expect(rewardsOf(there)).toEqual(rewardsOf(here));
    await client().models.delete({ model });
    const half = await give(app, file.name, content.subarray(0, content.length / 2));
    const failed = ended(app, (await client().models.import({ files: [half.handle] })).task);
    expect(await failed).toMatchObject({ state: 'failed', error: { code: 'damaged' } });
  });

  test('what does not go together is refused at once', async () => {
    const start = client().train.start;
    await expect(start({ method: 'quick', config: { epochs: 2 } })).rejects.toMatchObject({ code: 'bad-input' });
    await expect(start({ method: 'quick', base: 'reward-1' })).rejects.toMatchObject({ code: 'bad-input' });
    await expect(start({ kind: 'sft', method: 'quick' })).rejects.toMatchObject({ code: 'bad-input' });
  });
});

test('a model knows what to believe before anybody has answered; without posts there is none', async () => {
  const app = openApp({ home: join(scratch.folder, 'silent') });
  try {
    const quick = { kind: 'reward', method: 'quick', device: 'cpu', pairs: 'labels', compare: false } as const;
    await expect(app.train(quick)).rejects.toMatchObject({ code: 'nothing-to-do' });
    await app.import({ files: [scratch.write('silent.jsonl', rows(0, 5))], split: 'train' });
    const report = await app.train(quick);
    expect(report).toMatchObject({ model: 'quick-1', validation: {} });
    for (const { comments } of (await app.rank({ device: 'cpu' })).posts) {
      const lengths = comments.map(({ text }) => text.length);
      expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
      expect(comments.every(({ reward }) => Number.isFinite(reward))).toBe(true);
    }
    // One answer, and then one that contradicts it: no more is made of them than they are.
    const [post] = (await app.rank({ device: 'cpu' })).posts;
    const [first, , last] = post!.comments;
    for (const [chosen, rejected] of [
      [last!.id, first!.id],
      [first!.id, last!.id],
    ] as const) {
      await app.addAnswer({ post: post!.key, chosen, rejected, annotator: `says ${chosen}` });
      const { model } = await app.train(quick);
      for (const { comments } of (await app.rank({ model, device: 'cpu' })).posts) {
        expect(comments.every(({ reward }) => Number.isFinite(reward))).toBe(true);
      }
    }
  } finally {
    await app.close();
  }
});

test('where the post is not to be seen, what it says changes no reward', async () => {
  const app = openApp({ home: join(scratch.folder, 'blind') });
  try {
    await app.import({ files: [scratch.write('blind.jsonl', rows(0, 30))], split: 'train' });
    await app.train({ kind: 'reward', method: 'quick', context: 'none', device: 'cpu', compare: false });
    const rewardsUnder = async (text: string): Promise<number[]> => {
      const row = { text, comments: [{ text: 'It was splendid' }, { text: 'It was awful' }] };
      const out = join(scratch.folder, 'blind-scored.jsonl');
      await app.scoreFile({ file: scratch.write('row.jsonl', JSON.stringify(row)), out, replace: true, device: 'cpu' });
      return (JSON.parse(readFileSync(out, 'utf8')) as { comments: { reward: number }[] }).comments.map(
        ({ reward }) => reward,
      );
    };
    expect(await rewardsUnder('How was it?')).toEqual(await rewardsUnder('Something quite different, in many words.'));
  } finally {
    await app.close();
  }
});

describe('in the background', () => {
  const open = (name: string): App => {
    const home = join(scratch.folder, name);
    mkdirSync(home, { recursive: true });
    return openApp({ home, alone: true, engineEntry: fakeEngine });
  };
  const fakeEngine = fileURLToPath(new URL('../../support/fake-engine.ts', import.meta.url));

  test('vectors are computed after an import and at the start, and the task leaves the list', async () => {
    const home = join(scratch.folder, 'background');
    const before = openWithFakeEngine(home);
    await before.import({ files: [scratch.write('early.jsonl', rows(0, 10))] });
    expect(vectorsIn(home)).toBe(0);
    await before.close();
    const app = open('background');
    try {
      await expect.poll(() => vectorsIn(home)).toBe(40);
      const taken = await give(app, 'late.jsonl', rows(100, 10));
      await resultOf(app, 'import', (await clientOf(app).data.import({ files: [taken.handle] })).task);
      await expect.poll(() => vectorsIn(home)).toBe(80);
      await expect.poll(() => app.tasks.list().filter(({ kind }) => kind === 'embed')).toEqual([]);
      // What an undone import leaves behind is removed; what others read stays.
      const [late] = (await clientOf(app).data.imports()).imports;
      await resultOf(app, 'undo-import', (await clientOf(app).data.undoImport({ import: late!.id })).task);
      await expect.poll(() => vectorsIn(home)).toBe(40);
      await expect.poll(() => app.tasks.list().filter(({ kind }) => kind === 'embed')).toEqual([]);
      expect(vectorsIn(home)).toBe(40);
    } finally {
      await app.close();
    }
  });

  test('the reading can be cancelled, and keeps what it has', async () => {
    const home = join(scratch.folder, 'cancelled');
    const app = open('cancelled');
    try {
      const taken = await give(app, 'many.jsonl', rows(0, 3000));
      await resultOf(app, 'import', (await clientOf(app).data.import({ files: [taken.handle] })).task);
      const reading = () => app.tasks.list().find(({ kind, state }) => kind === 'embed' && state === 'running');
      await expect.poll(reading, { interval: 5 }).toBeDefined();
      app.tasks.cancel(reading()!.id);
      await expect.poll(reading).toBeUndefined();
      expect(vectorsIn(home)).toBeLessThan(12_000);
    } finally {
      await app.close();
    }
  });
});
