import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gainsOfBest, gainsOfRanks, ndcg } from '../../src-main/evaluation/ndcg.ts';
import { fixtureJson } from '../support/fixtures.ts';

type Case = { ranks: number[]; scores: number[]; ndcg: number; sk: number[]; custom: number[] };
const reference = fixtureJson<Case[]>('ndcg/expected.json');

const group = fc.integer({ min: 2, max: 7 }).chain((size) =>
  fc.record({
    ranks: fc.shuffledSubarray([...Array(size).keys()], { minLength: size }),
    scores: fc.array(fc.integer({ min: -2, max: 2 }), { minLength: size, maxLength: size }),
    order: fc.shuffledSubarray([...Array(size).keys()], { minLength: size }),
  }),
);

describe('ndcg', () => {
  test("is scikit-learn's, ties included, for groups of 2 to 7", () => {
    expect(reference).toHaveLength(72);
    for (const { ranks, scores, ndcg: whole, sk, custom } of reference) {
      expect(ndcg(gainsOfRanks(ranks), scores)).toBeCloseTo(whole, 12);
      for (const [at, value] of sk.entries()) expect(ndcg(gainsOfRanks(ranks), scores, at + 1)).toBeCloseTo(value, 12);
      for (const [at, value] of custom.entries())
        expect(ndcg(gainsOfBest(ranks), scores, at + 1)).toBeCloseTo(value, 12);
    }
  });

  test('custom: 1 / log2(1 + place of the true best), 0 behind place k, as the original', () => {
    const scores = [3, 5, 4, 2, 1];
    const best = gainsOfBest([0, 1, 2, 3, 4]);
    expect([1, 2, 3, 4, 5].map((k) => ndcg(best, scores, k))).toEqual([0, 0, 0.5, 0.5, 0.5]);
  });

  test('does not depend on the order of arrival', () => {
    fc.assert(
      fc.property(group, fc.integer({ min: 1, max: 7 }), ({ ranks, scores, order }, k) => {
        const gains = gainsOfRanks(ranks);
        const shuffled = ndcg(
          order.map((at) => gains[at]!),
          order.map((at) => scores[at]!),
          k,
        );
        expect(shuffled).toBeCloseTo(ndcg(gains, scores, k), 12);
      }),
    );
  });

  test('a constant scorer gets the expectation over all orders', () => {
    const gains = [3, 2, 1, 0];
    const all = permutations([0, 1, 2, 3]).map((scores) => ndcg(gains, scores, 3));
    expect(ndcg(gains, [7, 7, 7, 7], 3)).toBeCloseTo(all.reduce((a, b) => a + b) / all.length, 12);
  });

  test('perfect scores give 1', () => {
    fc.assert(
      fc.property(group, fc.integer({ min: 1, max: 7 }), ({ ranks }, k) => {
        const scores = ranks.map((rank) => -rank);
        expect(ndcg(gainsOfRanks(ranks), scores, k)).toBeCloseTo(1, 12);
        expect(ndcg(gainsOfBest(ranks), scores, k)).toBe(1);
      }),
    );
  });

  test('gains ignore gaps in the ranks and treat equal ranks alike', () => {
    expect(gainsOfRanks([9, 0, 4])).toEqual([0, 2, 1]);
    expect(gainsOfRanks([0, 0, 2])).toEqual([2, 2, 0]);
  });
});

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}
