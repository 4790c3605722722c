import { expect, test } from 'vitest';
import type { House } from '../../../src-main/app/kernel/house.ts';
import { candidatesOf } from '../../../src-main/app/training/candidates.ts';
import type { BestMethod, BestReport } from '../../../src-main/contract/best.ts';
import type { ModelMethod } from '../../../src-main/contract/engine.ts';
import type { TrainReport } from '../../../src-main/contract/reports.ts';
import { addModel, removeModel } from '../../../src-main/store/models.ts';
import type { WritingStore } from '../../../src-main/store/open.ts';
import { postsWithComments } from '../../../src-main/store/posts.ts';
import { setRewards } from '../../../src-main/store/rewards.ts';
import { addRun, endRun, setReport } from '../../../src-main/store/runs.ts';
import { importPosts, openHouse, plainPosts } from '../../support/house-with-posts.ts';

const posts = 10;

/** A model of a run, which puts so many of the ten pairs as people did. */
function withModel(store: WritingStore, name: string, run: number, right: number): number {
  const method = name.split('-')[0] as ModelMethod;
  const model = {
    name,
    kind: 'reward',
    folder: `models/${name}`,
    base: null,
    runId: run,
    metrics: {},
    method,
  } as const;
  const { id } = addModel(store, model);
  const rewards = [...postsWithComments(store, { split: 'validation' })].flatMap(({ comments }, i) => {
    const inOrder = comments.toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
    return inOrder.map((comment, place) => ({ commentId: comment.id, reward: i < right ? -place : place }));
  });
  setRewards(store, id, rewards);
  endRun(store, run, { status: 'done', modelId: id });
  return id;
}

/** A training for the best that made quick-1, deep-1 and best-1, of which deep-1 is most often right. */
async function afterBest(chosen: BestReport['chosen']) {
  const { app, store } = openHouse();
  await importPosts(app, plainPosts(posts, 2), 'validation');
  const begin = (method: BestMethod | 'best', of: { best?: number } = {}) =>
    addRun(store, { kind: 'reward', base: null, config: { method, ...of } }).id;
  const best = begin('best');
  const [quick, deep] = [begin('quick', { best }), begin('deep', { best })];
  const ids = {
    quick: withModel(store, 'quick-1', quick, 5),
    deep: withModel(store, 'deep-1', deep, 9),
    best: withModel(store, 'best-1', best, 7),
  };
  const parts = [
    { method: 'quick', run: quick, model: 'quick-1', share: 0.5 },
    { method: 'deep', run: deep, model: 'deep-1', share: 0.5 },
  ] as const;
  const report = { validation: {}, best: { parts, leftOut: [], blend: null, chosen } };
  setReport(store, best, report as unknown as TrainReport);
  const house = { store } as unknown as House;
  const ranks = async () => {
    const found = (await candidatesOf(house, 'cpu', {}))!;
    return found.list.find(({ model }) => model?.id === found.best)!.model!.name;
  };
  return { store, ids, begin, ranks };
}

test('what went into a blend that ranks stands behind it, though it may be right more often', async () => {
  const { store, ids, begin, ranks } = await afterBest('blend');
  expect(await ranks()).toBe('best-1');
  // One that was trained since stands for itself.
  withModel(store, 'together-1', begin('together'), 8);
  expect(await ranks()).toBe('together-1');
  withModel(store, 'quick-2', begin('quick'), 6);
  expect(await ranks()).toBe('together-1');
  // Without the blend its parts are all there is of it.
  removeModel(store, ids.best);
  expect(await ranks()).toBe('deep-1');
});

test('a blend that was not better than its quick model stands behind that', async () => {
  const { ranks } = await afterBest('quick');
  expect(await ranks()).toBe('quick-1');
});
