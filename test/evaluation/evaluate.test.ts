import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../src-main/common/random.ts';
import { bootstrapInterval } from '../../src-main/evaluation/bootstrap.ts';
import { calibrate } from '../../src-main/evaluation/calibration.ts';
import { evaluateGroups } from '../../src-main/evaluation/evaluate.ts';
import type { EvaluationGroup } from '../../src-main/evaluation/figures.ts';

const groups = fc.array(
  fc.integer({ min: 2, max: 7 }).chain((size) =>
    fc.record({
      rewards: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: size, maxLength: size }),
      lengths: fc.array(fc.integer({ min: 1, max: 50 }), { minLength: size, maxLength: size }),
    }),
  ),
  { minLength: 1, maxLength: 6 },
);

/** Comments are ranked in the order in which they stand; pairs are neighbours, as in the original's validation split. */
function inOrder({ rewards, lengths }: { rewards: number[]; lengths: number[] }): EvaluationGroup {
  const pairs = rewards.slice(1).map((_, first) => ({ first, second: first + 1, target: 1 }));
  return { rewards, lengths, ranks: rewards.map((_, rank) => rank), pairs };
}

/** The same group, told backwards. */
function backwards({ rewards, lengths, ranks, pairs }: EvaluationGroup): EvaluationGroup {
  const last = rewards.length - 1;
  return {
    rewards: rewards.toReversed(),
    lengths: lengths.toReversed(),
    ranks: ranks.toReversed(),
    pairs: pairs.map(({ first, second, target }) => ({
      first: last - second,
      second: last - first,
      target: 1 - target,
    })),
  };
}

describe('evaluateGroups', () => {
  test('a constant scorer scores exactly chance: the figures of the random baseline', () => {
    fc.assert(
      fc.property(groups, fc.integer(), (drawn, reward) => {
        const constant = drawn.map(({ rewards, lengths }) => inOrder({ rewards: rewards.map(() => reward), lengths }));
        const { accuracy, acc, accuracyInterval, loss, ndcg, grouped, paired, baselines } = evaluateGroups(constant, {
          seed: 1,
        });
        expect({ accuracy, acc, accuracyInterval }).toEqual({ accuracy: 0.5, acc: 1, accuracyInterval: [0.5, 0.5] });
        expect(loss).toBeCloseTo(Math.LN2, 12);
        expect({ ndcg, grouped, paired }).toEqual({
          ndcg: baselines.random.ndcg,
          grouped: baselines.random.grouped,
          paired: baselines.random.paired,
        });
        expect(baselines.random.acc).toBe(0.5);
        expect(paired.sk_ndcg['1']).toBe(0.5);
      }),
      { numRuns: 30 },
    );
  });

  test('chance for groups of five is the mean over places', () => {
    const group = inOrder({ rewards: [0, 0, 0, 0, 0], lengths: [1, 1, 1, 1, 1] });
    const { grouped } = evaluateGroups([group], { seed: 1 });
    expect(grouped.custom_ndcg['1']).toBeCloseTo(0.2, 12);
    const places = [1, 2, 3, 4, 5].map((place) => 1 / Math.log2(1 + place));
    expect(grouped.custom_ndcg['5']).toBeCloseTo(places.reduce((a, b) => a + b) / 5, 12);
  });

  test('nothing depends on the order of arrival', () => {
    fc.assert(
      fc.property(groups, (drawn) => {
        const there = evaluateGroups(drawn.map(inOrder), { seed: 3 });
        const back = evaluateGroups(drawn.map(inOrder).map(backwards), { seed: 3 });
        expect(back.accuracy).toBe(there.accuracy);
        expect(back.acc).toBe(there.acc);
        expect(back.loss).toBeCloseTo(there.loss, 12);
        expect(back.ndcg).toBeCloseTo(there.ndcg, 12);
        for (const k of ['1', '2', '3', '4', '5'] as const) {
          expect(back.grouped.sk_ndcg[k]).toBeCloseTo(there.grouped.sk_ndcg[k], 12);
          expect(back.grouped.custom_ndcg[k]).toBeCloseTo(there.grouped.custom_ndcg[k], 12);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('a perfect scorer has 1 everywhere', () => {
    fc.assert(
      fc.property(groups, (drawn) => {
        const perfect = drawn.map(({ lengths }) => inOrder({ rewards: lengths.map((_, at) => -at), lengths }));
        const { accuracy, acc, ndcg, grouped, paired } = evaluateGroups(perfect, { seed: 1 });
        expect([accuracy, acc]).toEqual([1, 1]);
        const rest = [ndcg, ...[grouped, paired].flatMap((f) => [f.sk_ndcg, f.custom_ndcg].flatMap(Object.values))];
        for (const value of rest) expect(value).toBeCloseTo(1, 12);
      }),
      { numRuns: 30 },
    );
  });

  test('figures by hand: equal rewards, a labelled tie, an unranked comment, longer comment wins', () => {
    const group: EvaluationGroup = {
      rewards: [1, 1, -1, 0],
      lengths: [5, 10, 20, 1],
      ranks: [0, 1, 2, null],
      pairs: [
        { first: 0, second: 1, target: 1 },
        { first: 1, second: 2, target: 1 },
        { first: 3, second: 2, target: 0 },
        { first: 0, second: 2, target: 0.5 },
      ],
    };
    const figures = evaluateGroups([group], { seed: 1 });
    expect(figures.pairs).toBe(4);
    expect(figures.accuracy).toBeCloseTo(1.5 / 3, 12);
    expect(figures.acc).toBeCloseTo(2 / 3, 12);
    const minusLogSigmoid = (x: number) => Math.log(1 + Math.exp(-x));
    const loss = minusLogSigmoid(0) + minusLogSigmoid(2) + minusLogSigmoid(-1);
    expect(figures.loss).toBeCloseTo((loss + (minusLogSigmoid(2) + minusLogSigmoid(-2)) / 2) / 4, 12);
    expect(figures.grouped.custom_ndcg['1']).toBe(0.5);
    expect(figures.paired.sk_ndcg['2']).toBeCloseTo(0.5 + 0.5 / Math.log2(3), 12);
    expect(figures.baselines.longer.accuracy).toBeCloseTo(1 / 3, 12);
  });

  test('with nothing to measure figures are NaN, and rewards that are not numbers are refused', () => {
    const unranked: EvaluationGroup = { rewards: [1, 2], lengths: [1, 1], ranks: [null, null], pairs: [] };
    for (const nothing of [[], [unranked]]) {
      const { accuracy, ndcg, loss, accuracyInterval } = evaluateGroups(nothing, { seed: 1 });
      expect([accuracy, ndcg, loss, ...accuracyInterval]).toEqual([
        Number.NaN,
        Number.NaN,
        Number.NaN,
        Number.NaN,
        Number.NaN,
      ]);
    }
    expect(() => evaluateGroups([{ ...unranked, rewards: [Number.NaN, 0] }], { seed: 1 })).toThrow(/not numbers/);
  });
});

describe('bootstrap and calibration', () => {
  test('the interval is seeded and covers a known share', () => {
    const random = randomFrom(5);
    const shares = Array.from({ length: 400 }, () => ({ sum: random() < 0.7 ? 1 : 0, count: 1 }));
    const [low, high] = bootstrapInterval(shares, 9);
    expect(bootstrapInterval(shares, 9)).toEqual([low, high]);
    const observed = shares.reduce((sum, share) => sum + share.sum, 0) / 400;
    const half = 1.96 * Math.sqrt((observed * (1 - observed)) / 400);
    expect(low).toBeCloseTo(observed - half, 2);
    expect(high).toBeCloseTo(observed + half, 2);
  });

  test('temperature is found again and brings the calibration error down', () => {
    const random = randomFrom(2);
    const pairs = Array.from({ length: 20_000 }, () => {
      const logit = (random() - 0.5) * 6;
      return { difference: logit * 3, target: random() < 1 / (1 + Math.exp(-logit)) ? 1 : 0 };
    });
    const { error, temperature } = calibrate(pairs);
    expect(temperature).toBeGreaterThan(2.8);
    expect(temperature).toBeLessThan(3.2);
    expect(error).toBeGreaterThan(0.1);
    const cooled = pairs.map(({ difference, target }) => ({ difference: difference / temperature, target }));
    expect(calibrate(cooled).error).toBeLessThan(0.02);
  });
});
