import { expect, test } from 'vitest';
import { createRandom, shuffled } from '../../src-main/common/random.ts';
import { evaluateGroups } from '../../src-main/evaluation/evaluate.ts';
import { originalMetrics } from '../../src-main/evaluation/original-metrics.ts';
import { fixtureJson } from '../support/fixtures.ts';

type Case = { readonly rewards: number[][]; readonly metrics: Record<string, number> };
const reference = fixtureJson<Case[]>('original-metrics/expected.json');

/** Comments in their true order, and the pairs of neighbours. */
const inOrder = (rewards: readonly number[]) => ({
  rewards,
  ranks: rewards.map((_, rank) => rank),
  pairs: rewards.slice(1).map((_, first) => ({ first, second: first + 1, target: 1 })),
});

/** The same post with its comments and the sides of its pairs in another order. */
function stirred(rewards: readonly number[], order: readonly number[]) {
  const { ranks, pairs } = inOrder(rewards);
  const place = (comment: number) => order.indexOf(comment);
  return {
    rewards: order.map((comment) => rewards[comment]!),
    ranks: order.map((comment) => ranks[comment]!),
    pairs: pairs.map(({ first, second }) => ({ first: place(second), second: place(first), target: 0 })),
  };
}

test("are scikit-learn's and the original's by every name, whatever the order of arrival", () => {
  expect(reference).toHaveLength(4);
  for (const { rewards, metrics } of reference) {
    const there = originalMetrics(rewards.map(inOrder));
    const stir = originalMetrics(rewards.map((post, i) => stirred(post, shuffled([0, 1, 2, 3, 4], createRandom(i)))));
    expect(Object.keys(there).toSorted()).toEqual(Object.keys(metrics).toSorted());
    expect(Object.keys(there)).toHaveLength(21);
    for (const [name, value] of Object.entries(metrics)) {
      expect(there[name], name).toBeCloseTo(value, 12);
      expect(stir[name], name).toBeCloseTo(value, 12);
    }
  }
});

test('by hand: acc takes equal rewards for right, and a constant scorer is chance by everything that judges', () => {
  const constant = inOrder([3, 3, 3, 3, 3]);
  const metrics = originalMetrics([constant]);
  expect(metrics.acc).toBe(1);
  expect(metrics['paired/sk_ndcg/k=1']).toBe(0.5);
  expect(metrics['grouped/custom_ndcg/k=1']).toBeCloseTo(1 / 5, 12);
  expect(evaluateGroups([{ ...constant, lengths: [1, 1, 1, 1, 1] }], { seed: 1 }).accuracy).toBe(0.5);

  // The best comment in third place; one of four neighbours in the wrong order.
  const third = originalMetrics([inOrder([3, 5, 4, 2, 1])]);
  expect(third.acc).toBe(3 / 4);
  expect([1, 2, 3, 4, 5].map((k) => third[`grouped/custom_ndcg/k=${k}`])).toEqual([0, 0, 0.5, 0.5, 0.5]);
  const log3 = Math.log2(3);
  expect(third['grouped/sk_ndcg/k=3']).toBeCloseTo((3 + 2 / log3 + 4 / 2) / (4 + 3 / log3 + 2 / 2), 12);
  expect(third['paired/sk_ndcg/k=2']).toBeCloseTo((3 + 1 / log3) / 4, 12);
});

test('what has nothing to measure is left out', () => {
  expect(originalMetrics([])).toEqual({});
  const unranked = { ...inOrder([2, 1]), ranks: [null, null] };
  expect(Object.keys(originalMetrics([unranked])).some((name) => name.startsWith('grouped'))).toBe(false);
  const tie = { ...inOrder([2, 1]), pairs: [{ first: 0, second: 1, target: 0.5 }] };
  expect(Object.keys(originalMetrics([tie])).every((name) => name.startsWith('grouped'))).toBe(true);
});
