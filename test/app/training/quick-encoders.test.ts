import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../../src-main/app.ts';
import type { CallProgress } from '../../../src-main/contract/calls.ts';
import { useEncoder } from '../../../src-main/contract/engine.ts';
import { countEmbeddings } from '../../../src-main/store/embeddings.ts';
import { findKeptModel } from '../../../src-main/store/models.ts';
import { closeStore, openForReading, type ReadingStore } from '../../../src-main/store/open.ts';
import { encodersFolder } from '../../support/fixtures.ts';
import { rows, scratchFolder } from '../../support/run-cli.ts';
import { clientOf, give, resultOf } from '../../support/served.ts';

const scratch = scratchFolder();
afterAll(() => scratch.remove());
const quick = { kind: 'reward', method: 'quick', device: 'cpu', compare: false } as const;
const minilm = 'all-MiniLM-L6-v2';

function inStore<T>(app: App, read: (store: ReadingStore) => T): T {
  const store = openForReading(join(app.home, 'tiebreak.sqlite'));
  try {
    return read(store);
  } finally {
    closeStore(store);
  }
}
const vectorsIn = (app: App) => Object.fromEntries(inStore(app, countEmbeddings));
const headOf = (app: App, model: string): unknown =>
  JSON.parse(
    readFileSync(join(app.home, inStore(app, (store) => findKeptModel(store, model)).folder, 'config.json'), 'utf8'),
  );

async function filled(name: string): Promise<App> {
  const app = openApp({ home: join(scratch.folder, name) });
  const files = { train: rows(0, 12), validation: rows(100, 6), test: rows(200, 4) } as const;
  for (const split of ['train', 'validation', 'test'] as const) {
    await app.import({ files: [scratch.write(`${split}.jsonl`, files[split])], split });
  }
  return app;
}

/** Rewards of a file's comments, which are read anew, beside those in the store, which came from kept vectors. */
async function expectSameFromFile(app: App, model: string): Promise<void> {
  const { posts } = await app.rank({ model, device: 'cpu' });
  const some = posts.slice(0, 3);
  const lines = some.map(({ title, text, comments }) =>
    JSON.stringify({ title, text, comments: comments.map((comment) => ({ text: comment.text })) }),
  );
  const out = join(scratch.folder, 'scored.jsonl');
  await app.scoreFile({
    file: scratch.write('texts.jsonl', lines.join('\n')),
    out,
    replace: true,
    model,
    device: 'cpu',
  });
  const scored = readFileSync(out, 'utf8').trimEnd().split('\n');
  for (const [i, line] of scored.entries()) {
    const { comments } = JSON.parse(line) as { comments: { reward: number }[] };
    for (const [place, { reward }] of comments.entries()) {
      expect(Math.abs(reward - some[i]!.comments[place]!.reward!)).toBeLessThan(1e-5);
    }
  }
}

describe('quick on MiniLM', () => {
  let app: App;
  beforeAll(async () => {
    app = await filled('minilm');
    await app.train({ ...quick, encoder: 'minilm', compare: true });
  });
  afterAll(() => app.close());

  test('reads its vectors, keeps them, and the folder and the store name it', async () => {
    expect(headOf(app, 'quick-1')).toMatchObject({ encoder: minilm, width: 384 });
    expect(inStore(app, (store) => findKeptModel(store, 'quick-1'))).toMatchObject({
      method: 'quick',
      encoder: 'minilm',
    });
    // Every post and every comment was read, by this encoder alone.
    expect(vectorsIn(app)).toEqual({ [minilm]: 22 * (1 + 3) });
    const [run] = (await clientOf(app).train.runs()).runs;
    expect(run).toMatchObject({ config: { method: 'quick', encoder: 'minilm' }, status: 'done' });
    expect(run!.report!.candidates!.list.map(({ method }) => method).toSorted()).toEqual(['longer', 'quick']);
    expect(await app.evaluate({ model: 'quick-1', device: 'cpu' })).toMatchObject({ accuracy: expect.any(Number) });
    await expectSameFromFile(app, 'quick-1');
  });

  test('a second training reads nothing again, gives the same model, and its forecast knows', async () => {
    const { seconds } = (await app.forecast({ ...quick, encoder: 'minilm' })).time!;
    expect(seconds).toBeLessThan((await app.forecast({ ...quick, encoder: 'use' })).time!.seconds);
    const phases = new Set<CallProgress['phase']>();
    await app.train({ ...quick, encoder: 'minilm' }, { onProgress: ({ phase }) => phases.add(phase) });
    expect([...phases]).toEqual(['train']);
    const [first, second] = ['quick-1', 'quick-2'].map((name) =>
      readFileSync(join(app.home, 'models', name, 'model.safetensors')),
    );
    expect(second!.equals(first!)).toBe(true);
  });

  test('beside it, one on the other encoder keeps vectors of its own; each scores what comes later', async () => {
    const { model } = await app.train({ ...quick, encoder: 'use' });
    expect(headOf(app, model)).toMatchObject({ encoder: useEncoder.name, width: 512 });
    await app.import({ files: [scratch.write('late.jsonl', rows(300, 2))], split: 'test' });
    for (const name of ['quick-1', model]) await expectSameFromFile(app, name);
    expect(vectorsIn(app)).toEqual({ [minilm]: 24 * (1 + 3), [useEncoder.name]: 24 * (1 + 3) });
  });

  test('what it was worth to make something of votes is measured on the same vectors', async () => {
    const report = await app.train({ ...quick, encoder: 'minilm', margin: 1, compare: true });
    expect(report.votes?.measured).toMatchObject({ pairs: expect.any(Number) });
    expect(headOf(app, report.model)).toMatchObject({ encoder: minilm });
  });

  test('with and without the post, both are trained on it', async () => {
    const { with: seeing, without } = await app.compareContext({ method: 'quick', encoder: 'minilm', device: 'cpu' });
    for (const { model } of [seeing, without])
      expect(headOf(app, model)).toMatchObject({ encoder: minilm, width: 384 });
  });

  test('without an answer it knows what to believe, of vectors of this width', async () => {
    const { model } = await app.train({ ...quick, encoder: 'minilm', pairs: 'labels' });
    expect(headOf(app, model)).toMatchObject({ encoder: minilm, width: 384 });
    for (const { comments } of (await app.rank({ model, device: 'cpu' })).posts) {
      expect(comments.every(({ reward }) => Number.isFinite(reward))).toBe(true);
    }
  });

  test('an encoder that is not there is refused before anything is done', async () => {
    await expect(app.train({ ...quick, encoder: 'bert' })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('quick on an encoder that was brought in', () => {
  const archive = join(scratch.folder, 'quick.zip');
  let app: App;
  beforeAll(async () => {
    app = await filled('brought');
    await app.importModel({ path: join(encodersFolder(), 'gte-small') });
  });
  afterAll(() => app.close());

  test('scores when the encoder has another name, and keeps it from being deleted', async () => {
    const { model } = await app.train({ ...quick, encoder: 'gte-small' });
    const before = vectorsIn(app);
    expect(Object.keys(before)).toEqual([expect.stringMatching(/^gte-small [0-9a-f]{16}$/)]);
    const client = clientOf(app);
    await client.models.rename({ model: 'gte-small', to: 'small' });
    await app.import({ files: [scratch.write('later.jsonl', rows(400, 2))], split: 'test' });
    await expectSameFromFile(app, model);
    await app.train({ ...quick, encoder: 'small' });
    expect(Object.keys(vectorsIn(app))).toEqual(Object.keys(before));
    await expect(client.models.delete({ model: 'small' })).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringMatching(/^quick-2 reads the vectors of small/),
    });
    await app.exportModel({ model, as: 'archive', out: archive });
    await app.embedFile({
      file: scratch.write('row.jsonl', '{"text": "A text"}'),
      out: `${archive}.jsonl`,
      encoder: 'small',
    });
    expect(JSON.parse(readFileSync(`${archive}.jsonl`, 'utf8'))).toMatchObject({ text: 'A text', encoder: 'small' });
  });

  test('comes into another data folder where the encoder is, whatever it is called there', async () => {
    const other = openApp({ home: join(scratch.folder, 'other') });
    try {
      await expect(other.importModel({ path: archive })).rejects.toMatchObject({
        code: 'not-found',
        message: expect.stringMatching(/reads the vectors of the encoder gte-small [0-9a-f]{16}, which isn't here/),
      });
      await other.importModel({ path: join(encodersFolder(), 'gte-small'), name: 'theirs' });
      const { model } = await other.importModel({ path: archive });
      expect(inStore(other, (store) => findKeptModel(store, model)).encoder).toBe('theirs');
      await other.import({ files: [join(scratch.folder, 'test.jsonl')], split: 'test' });
      const [here, there] = await Promise.all([
        app.rank({ model: 'quick-1', device: 'cpu' }),
        other.rank({ model, device: 'cpu' }),
      ]);
      const known = new Map(here.posts.flatMap(({ comments }) => comments).map(({ text, reward }) => [text, reward!]));
      for (const { text, reward } of there.posts.flatMap(({ comments }) => comments)) {
        expect(Math.abs(reward! - known.get(text)!)).toBeLessThan(1e-5);
      }
    } finally {
      await other.close();
    }
  });

  test('one that was cut off goes on with the encoder that it began with', async () => {
    const controller = new AbortController();
    // As soon as there is a run, whose data are written by then.
    const hooks = { signal: controller.signal, setRun: () => controller.abort() };
    const stopped = app.train({ ...quick, encoder: 'small', pairs: 'votes' }, hooks);
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const [run] = (await clientOf(app).train.runs()).runs;
    const { model } = await app.resume({ run: run!.id, device: 'cpu', compare: false });
    expect(headOf(app, model)).toMatchObject({ encoder: expect.stringMatching(/^gte-small /) });
  });

  test('is refused back from the deleted ones while its encoder is among them', async () => {
    const client = clientOf(app);
    for (const model of ['quick-1', 'quick-2', 'quick-3', 'small']) await client.models.delete({ model });
    await expect(client.models.restore({ model: 'quick-1' })).rejects.toMatchObject({ code: 'not-found' });
    for (const model of ['small', 'quick-1']) await client.models.restore({ model });
    await expectSameFromFile(app, 'quick-1');
  });
});

test('in the background the vectors of the default are read, and an undone import takes those of all encoders along', async () => {
  const home = join(scratch.folder, 'undone');
  const engineEntry = fileURLToPath(new URL('../../support/fake-engine.ts', import.meta.url));
  const app = openApp({ home, alone: true, engineEntry });
  try {
    const idle = () => app.tasks.list().every(({ kind }) => kind !== 'embed');
    for (const [name, from] of [
      ['early.jsonl', 0],
      ['late.jsonl', 100],
    ] as const) {
      const taken = await give(app, name, rows(from, 5));
      const { task } = await clientOf(app).data.import({ files: [taken.handle], split: 'train' });
      await resultOf(app, 'import', task);
    }
    await expect.poll(() => vectorsIn(app)).toEqual({ [useEncoder.name]: 40 });
    await expect.poll(idle).toBe(true);
    await app.train({ ...quick, encoder: 'minilm' });
    expect(vectorsIn(app)).toEqual({ [useEncoder.name]: 40, [minilm]: 40 });
    const [late] = (await clientOf(app).data.imports()).imports;
    await resultOf(app, 'undo-import', (await clientOf(app).data.undoImport({ import: late!.id })).task);
    await expect.poll(() => vectorsIn(app)).toEqual({ [useEncoder.name]: 20, [minilm]: 20 });
  } finally {
    await app.close();
  }
});
