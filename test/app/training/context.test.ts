import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../../src-main/app.ts';
import { comparisonOfRun, listComparisons } from '../../../src-main/store/context-comparisons.ts';
import { closeStore, openStore } from '../../../src-main/store/open.ts';
import { removeRun } from '../../../src-main/store/runs.ts';
import { rows, scratchFolder } from '../../support/run-cli.ts';
import { clientOf, ended, openWithFakeEngine, resultOf } from '../../support/served.ts';

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

const kept = (app: App): App => {
  opened.push(app);
  return app;
};

async function bringIn(app: App, texts: Readonly<Record<'train' | 'validation' | 'test', string>>): Promise<void> {
  for (const split of ['train', 'validation', 'test'] as const) {
    await app.import({ files: [scratch.write(`${split}.jsonl`, texts[split])], split });
  }
}

/** Posts whose better comment follows from the text of the post, and not from its title. */
function told(from: number, count: number): string {
  const cats = 'My kitten sleeps and purrs, as cats do';
  const cars = 'My engine needs oil and tyres, as cars do';
  return Array.from({ length: count }, (_, i) => {
    const about = i % 2 === 0 ? 'cats' : 'cars';
    const comments = (i % 2 === 0 ? [cats, cars] : [cars, cats]).map((text, score) => ({ text, score }));
    const text = `Tell me something about ${about}. I like ${about}.`;
    return JSON.stringify({ id: `t${from + i}`, title: 'A question', text, comments });
  }).join('\n');
}

describe('a comparison', () => {
  test('finds that the post helps where the better comment follows from it, and keeps that', async () => {
    const home = join(scratch.folder, 'home');
    const app = kept(openApp({ home }));
    await bringIn(app, { train: told(0, 60), validation: told(100, 60), test: told(200, 40) });
    const client = clientOf(app);
    const { task } = await client.contextComparisons.start({ method: 'quick', device: 'cpu' });
    const {
      candidates,
      evaluation: measured,
      scored,
      modelInUse,
      cutShort,
      ...report
    } = await resultOf(app, 'context', task);
    expect({ scored, modelInUse, cutShort }).toEqual({
      scored: 320,
      modelInUse: { name: 'quick-2', why: 'best' },
      cutShort: false,
    });
    expect(candidates!.list.map(({ method }) => method).toSorted()).toEqual(['longer', 'quick']);
    // Measured once, by the comparison.
    expect(measured!.accuracy).toBe(report.with.figures.accuracy.value);
    expect(report).toMatchObject({
      comparison: 1,
      method: 'quick',
      split: 'test',
      posts: 40,
      differingPosts: 40,
      pairs: 40,
      without: { run: 1, model: 'quick-1' },
      with: { run: 2, model: 'quick-2' },
      verdict: 'helps',
    });
    expect(report.with.figures.accuracy.value).toBeGreaterThan(0.9);
    // A title that is the same everywhere says nothing: each comment is the better one half of the time.
    expect(report.without.figures.accuracy.value).toBe(0.5);
    expect(report.difference.accuracy.interval[0]).toBeGreaterThan(0.2);
    expect(report.says).toMatch(/^The post helps by [\d.]+ \([\d.]+ to [\d.]+\) points in accuracy/);
    expect(report.baselines.random.accuracy.value).toBe(0.5);

    // What the models and runs know of it, and an evaluation by another way says the same.
    const evaluation = await app.evaluate({ model: 'quick-1', device: 'cpu' });
    expect(evaluation.accuracy).toBe(report.without.figures.accuracy.value);
    expect(evaluation.grouped.sk_ndcg['5']).toBeCloseTo(report.without.figures.groupedNdcg5.value, 12);
    const { run, comparison } = await client.train.run({ run: 1 });
    expect(run).toMatchObject({
      name: 'quick-1 without the post',
      config: { context: 'none', method: 'quick', comparison: 1 },
    });
    expect(comparison).toMatchObject({ id: 1, with: { run: 2, name: 'quick-2 with the post', done: true } });
    expect((await app.rank({ device: 'cpu' })).model).toBe('quick-2');

    const { handle, name } = await client.contextComparisons.export({ comparison: 1 });
    expect(name).toBe('with-and-without-the-post-1.csv');
    const lines = readFileSync(app.files.find(handle).path, 'utf8').trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 5 * 3);
    expect(lines[0]).toBe('scorer,figure,value,low,high');
    const { value, interval } = report.difference.accuracy;
    expect(lines).toContain(`difference,accuracy,${[value, ...interval].join()}`);

    await app.close();
    const again = kept(openApp({ home }));
    expect((await clientOf(again).contextComparisons.get({ comparison: 1 })).report).toEqual(report);
    expect((await clientOf(again).contextComparisons.list()).comparisons).toHaveLength(1);
  });

  test('a model that was shown the title alone scores by nothing else', async () => {
    const app = kept(openApp({ home: join(scratch.folder, 'home') }));
    await bringIn(app, { train: told(0, 30), validation: told(100, 10), test: told(200, 10) });
    await app.compareContext({ method: 'quick', device: 'cpu' });
    const out = async (name: string, text: string): Promise<string> => {
      const comments = [{ text: 'My kitten sleeps' }, { text: 'My engine needs oil' }];
      const file = scratch.write(`${name}.jsonl`, JSON.stringify({ title: 'Question 1', text, comments }));
      const to = join(scratch.folder, `${name}-out.jsonl`);
      await app.scoreFile({ file, out: to, model: 'quick-1', device: 'cpu' });
      return JSON.stringify((JSON.parse(readFileSync(to, 'utf8')) as { comments: unknown }).comments);
    };
    expect(await out('a', 'About cats.')).toBe(await out('b', 'About cars.'));
  });
});

test('a comparison that is cancelled keeps what it has trained, and goes on from there', async () => {
  const app = kept(openApp({ home: join(scratch.folder, 'home') }));
  const client = clientOf(app);
  await bringIn(app, { train: rows(0, 20), validation: rows(100, 4), test: rows(200, 6) });
  const config = { width: 16, layers: 1, heads: 2, vocabulary: 300, maxTokens: 32, epochs: 60, checkpointEvery: 1 };
  const { task } = await client.contextComparisons.start({ config, device: 'cpu' });
  const halfDone = (): boolean => {
    const { progress } = app.tasks.find(task);
    return progress?.phase === 'train' && progress.done > (progress.total ?? 0) / 2 + 3;
  };
  await expect.poll(halfDone, { interval: 5 }).toBe(true);
  await client.tasks.cancel({ task });
  expect((await ended(app, task)).error?.message).toContain('Comparison 1 can go on from there.');
  const [broken] = (await client.contextComparisons.list()).comparisons;
  expect(broken).toMatchObject({ report: null, without: { run: 1, done: true }, with: { run: 2, done: false } });
  expect(app.models().map(({ name }) => name)).toEqual(['reward-1']);

  const { task: second } = await client.contextComparisons.goOn({ comparison: 1 });
  expect(await resultOf(app, 'context', second)).toMatchObject({
    comparison: 1,
    without: { run: 1 },
    with: { run: 2 },
  });
  expect(app.runs().map(({ status }) => status)).toEqual(['done', 'done']);
});

describe('the work of a comparison', () => {
  const gpt = (epochs: number) => ({ method: 'gpt' as const, config: { epochs }, device: 'cpu' as const });
  let app: App;
  let client: ReturnType<typeof clientOf>;

  beforeEach(async () => {
    app = kept(openWithFakeEngine(join(scratch.folder, 'home')));
    client = clientOf(app);
    await bringIn(app, { train: rows(0, 12), validation: rows(100, 4), test: rows(200, 6) });
  });

  test('is one task with one progress over both trainings', async () => {
    const { task } = await client.contextComparisons.start(gpt(8));
    const seen: { done: number; total: number | null; name?: string; phase: string }[] = [];
    for await (const _ of app.tasks.watch(undefined)) {
      const { progress, state } = app.tasks.find(task);
      if (progress) seen.push(progress);
      if (state !== 'running') break;
    }
    const training = seen.filter(({ phase }) => phase === 'train');
    expect(new Set(training.map(({ total }) => total))).toEqual(new Set([16]));
    expect(training.map(({ done }) => done)).toEqual(training.map(({ done }) => done).toSorted((a, b) => a - b));
    expect(training.at(-1)).toMatchObject({ done: 16, name: 'with the post (2 of 2)' });
    // Both say the same here: a reward is the length of the comment.
    expect(await resultOf(app, 'context', task)).toMatchObject({
      verdict: 'none',
      difference: { accuracy: { value: 0, interval: [0, 0] } },
    });
  });

  test('keeps other trainings waiting', async () => {
    const { task } = await client.contextComparisons.start(gpt(200));
    await expect(client.train.start({ config: { epochs: 1 } })).rejects.toThrow('A training is going on already');
    await expect(client.contextComparisons.start(gpt(1))).rejects.toThrow('A training is going on already');
    await client.tasks.cancel({ task });
    await ended(app, task);
  });

  test('that was cut off before it measured is measured when it goes on, without another training', async () => {
    await app.compareContext(gpt(2));
    await app.close();
    const home = join(scratch.folder, 'home');
    const store = openStore(join(home, 'tiebreak.sqlite'));
    store.db.exec('UPDATE context_comparisons SET report = NULL');
    closeStore(store);
    const again = kept(openWithFakeEngine(home));
    const { task } = await clientOf(again).contextComparisons.goOn({ comparison: 1 });
    expect(await resultOf(again, 'context', task)).toMatchObject({ comparison: 1, with: { run: 2 } });
    expect(again.runs()).toHaveLength(2);
    await expect(again.resumeContext({ comparison: 1 })).rejects.toThrow('done: there is nothing to go on with');
    await expect(again.resumeContext({ comparison: 9 })).rejects.toThrow('no comparison 9');
  });

  test('goes with either of its runs, and comes back with it', async () => {
    await app.compareContext(gpt(2));
    await client.train.delete({ run: 1 });
    expect((await client.contextComparisons.list()).comparisons).toEqual([]);
    expect((await client.train.run({ run: 2 })).comparison).toBeNull();
    await client.train.restore({ run: 1 });
    expect((await client.contextComparisons.list()).comparisons).toHaveLength(1);
    // What was deleted for long goes for good.
    await app.close();
    const store = openStore(join(scratch.folder, 'home', 'tiebreak.sqlite'));
    removeRun(store, 2);
    expect([listComparisons(store), comparisonOfRun(store, 1)]).toEqual([[], null]);
    closeStore(store);
  });

  test('is refused where with and without would be the same, and leaves nothing', async () => {
    const home = join(scratch.folder, 'same');
    const same = kept(openWithFakeEngine(home));
    const plain = (from: number): string => rows(from, 6).replaceAll(/"title":"[^"]*",/g, '');
    await bringIn(same, { train: plain(0), validation: plain(100), test: plain(200) });
    await expect(same.compareContext(gpt(1))).rejects.toThrow('With and without the post would be the same here');
    expect([same.comparisons(), same.runs(), same.models()]).toEqual([[], [], []]);
    expect(existsSync(join(home, 'models'))).toBe(false);
    // A context for one of them is enough to begin.
    await same.import({ files: [scratch.write('c.jsonl', '{"id": "p0", "text": "An article"}')] });
    expect(await same.compareContext(gpt(1))).toMatchObject({ comparison: 1 });
  });

  test('says so where there is nothing to learn from, or nothing to measure on', async () => {
    const empty = kept(openWithFakeEngine(join(scratch.folder, 'empty')));
    await expect(empty.compareContext({})).rejects.toThrow('There is no data yet');
    expect(empty.comparisons()).toEqual([]);
    const unmeasured = kept(openWithFakeEngine(join(scratch.folder, 'unmeasured')));
    await unmeasured.import({ files: [scratch.write('t.jsonl', rows(0, 6))], split: 'train' });
    await expect(unmeasured.compareContext(gpt(1))).rejects.toThrow('Both models are trained, but neither the test');
    await unmeasured.import({ files: [scratch.write('v.jsonl', rows(50, 6))], split: 'validation' });
    expect(await unmeasured.resumeContext({ comparison: 1 })).toMatchObject({ split: 'validation', posts: 6 });
  });
});
