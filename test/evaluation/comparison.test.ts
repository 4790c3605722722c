import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contextVerdict, contextWords } from '../../src-main/common/context-words.ts';
import { comparedFigures } from '../../src-main/contract/context-comparison.ts';
import { type ComparedGroup, compareGroups } from '../../src-main/evaluation/comparison.ts';
import { evaluateGroups } from '../../src-main/evaluation/evaluate.ts';

/** Comments ranked as they stand, each pair once, with the rewards of two models. */
function post(rewards: readonly number[], otherRewards: readonly number[]): ComparedGroup {
  const pairs = rewards.flatMap((_, first) =>
    rewards.slice(first + 1).map((__, i) => ({ first, second: first + 1 + i, target: 1 })),
  );
  return { rewards, otherRewards, lengths: rewards.map((_, i) => i), ranks: rewards.map((_, rank) => rank), pairs };
}

/** The same post with its comments told backwards. */
function backwards({ rewards, otherRewards, lengths, ranks, pairs }: ComparedGroup): ComparedGroup {
  const last = rewards.length - 1;
  return {
    rewards: rewards.toReversed(),
    otherRewards: otherRewards.toReversed(),
    lengths: lengths.toReversed(),
    ranks: ranks.toReversed(),
    pairs: pairs.map(({ first, second, target }) => ({
      first: last - second,
      second: last - first,
      target: 1 - target,
    })),
  };
}

const { log2 } = Math;

/** Right pairs, pairs, and NDCG@5 of a post whose comments are ranked as they stand, written down anew and plainly. */
function measured(rewards: readonly number[]): { right: number; pairs: number; ndcg: number } {
  let [right, pairs] = [0, 0];
  for (const [i, better] of rewards.entries()) {
    for (const worse of rewards.slice(i + 1)) {
      right += better > worse ? 1 : better === worse ? 0.5 : 0;
      pairs += 1;
    }
  }
  const n = rewards.length;
  const gained = (order: readonly number[]): number =>
    order.slice(0, 5).reduce((sum, comment, place) => sum + (n - 1 - comment) / log2(place + 2), 0);
  const orders = permutations(rewards.map((_, i) => i)).filter((order) =>
    order.every((comment, place) => place === 0 || rewards[order[place - 1]!]! >= rewards[comment]!),
  );
  const ideal = gained(rewards.map((_, i) => i));
  return { right, pairs, ndcg: orders.reduce((sum, order) => sum + gained(order), 0) / orders.length / ideal };
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

/** Every way to draw as many posts as there are, with replacement: all are equally likely. */
function resamples(count: number): number[][] {
  let all: number[][] = [[]];
  for (let drawn = 0; drawn < count; drawn++) {
    all = all.flatMap((sample) => Array.from({ length: count }, (_, at) => [...sample, at]));
  }
  return all;
}

/** The exact bootstrap distribution of with minus without: both measured from scratch on each sample. */
function exactDifferences(posts: readonly ComparedGroup[], figure: (typeof comparedFigures)[number]): number[] {
  const ours = posts.map(({ rewards }) => measured(rewards));
  const others = posts.map(({ otherRewards }) => measured(otherRewards));
  const of = (sample: readonly number[], all: typeof ours): number => {
    const drawn = sample.map((at) => all[at]!);
    if (figure === 'groupedNdcg5') return drawn.reduce((sum, { ndcg }) => sum + ndcg, 0) / drawn.length;
    const right = drawn.reduce((sum, one) => sum + one.right, 0);
    const accuracy = right / drawn.reduce((sum, one) => sum + one.pairs, 0);
    return figure === 'accuracy' ? accuracy : accuracy + (1 - accuracy) / log2(3);
  };
  return resamples(posts.length)
    .map((sample) => of(sample, ours) - of(sample, others))
    .sort((a, b) => a - b);
}

/** Five posts of two to five comments, with ties, on which the models differ now and then. */
const posts = [
  post([3, 2, 1], [1, 2, 3]),
  post([2, 1], [2, 1]),
  post([4, 4, 2, 1], [4, 1, 3, 2]),
  post([1, 2, 3], [2, 2, 1]),
  post([5, 3, 4, 1, 2], [1, 5, 2, 4, 4]),
];

describe('the paired bootstrap', () => {
  test.each(comparedFigures)('of %s has the ends of the exact distribution over all 3,125 samples', (figure) => {
    const exact = exactDifferences(posts, figure);
    const at = (share: number): number => exact[Math.round(share * (exact.length - 1))]!;
    const { difference } = compareGroups(posts, { seed: 42 });
    const all = posts.map((_, i) => i);
    expect(difference[figure].value).toBeCloseTo(exactValue(figure, all), 12);
    // 10,000 draws find a quantile to within .5% of the draws (three standard deviations).
    const [low, high] = difference[figure].interval;
    expect(low).toBeGreaterThanOrEqual(at(0.02) - 1e-12);
    expect(low).toBeLessThanOrEqual(at(0.03) + 1e-12);
    expect(high).toBeGreaterThanOrEqual(at(0.97) - 1e-12);
    expect(high).toBeLessThanOrEqual(at(0.98) + 1e-12);
    expect(at(0.03) - at(0.02)).toBeLessThan((high - low) / 5);
  });

  function exactValue(figure: (typeof comparedFigures)[number], all: readonly number[]): number {
    const once = all.map((at) => posts[at]!);
    const value = (of: 'rewards' | 'otherRewards'): number => {
      const found = once.map((one) => measured(one[of]));
      if (figure === 'groupedNdcg5') return found.reduce((sum, { ndcg }) => sum + ndcg, 0) / found.length;
      const accuracy =
        found.reduce((sum, { right }) => sum + right, 0) / found.reduce((sum, { pairs }) => sum + pairs, 0);
      return figure === 'accuracy' ? accuracy : accuracy + (1 - accuracy) / log2(3);
    };
    return value('rewards') - value('otherRewards');
  }

  test('what makes posts hard for both models is no noise', () => {
    // One pair a post: both are right on the even ones and wrong on the odd ones, but for one in ten that only the first gets.
    const same = Array.from({ length: 200 }, (_, i) =>
      i % 2 === 0 ? post([2, 1], i % 10 === 0 ? [1, 2] : [2, 1]) : post([1, 2], [1, 2]),
    );
    const { difference, first, other } = compareGroups(same, { seed: 1 });
    const width = ([low, high]: readonly [number, number]): number => high - low;
    expect(difference.accuracy.value).toBeCloseTo(0.1, 12);
    expect(difference.accuracy.interval[0]).toBeGreaterThan(0.05);
    expect(width(difference.accuracy.interval)).toBeLessThan(0.7 * width(first.accuracy.interval));
    expect(width(difference.accuracy.interval)).toBeLessThan(0.7 * width(other.accuracy.interval));
  });
});

describe('comparison of two models', () => {
  const drawn = fc.array(
    fc.integer({ min: 2, max: 5 }).chain((size) => {
      const rewards = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: size, maxLength: size });
      return fc.tuple(rewards, rewards).map(([ours, others]) => post(ours, others));
    }),
    { minLength: 1, maxLength: 6 },
  );

  test('the order of comments is nothing, the order of models the sign, and figures are those of an evaluation', () => {
    fc.assert(
      fc.property(drawn, (groups) => {
        const found = compareGroups(groups, { seed: 7 });
        const told = compareGroups(groups.map(backwards), { seed: 7 });
        const swapped = compareGroups(
          groups.map((group) => ({ ...group, rewards: group.otherRewards, otherRewards: group.rewards })),
          { seed: 7 },
        );
        const evaluated = evaluateGroups(groups, { seed: 7 });
        for (const figure of comparedFigures) {
          for (const part of ['first', 'other', 'difference'] as const) {
            expect(told[part][figure].value).toBeCloseTo(found[part][figure].value, 12);
            expect(told[part][figure].interval[0]).toBeCloseTo(found[part][figure].interval[0], 12);
          }
          expect(swapped.difference[figure].value).toBeCloseTo(-found.difference[figure].value, 12);
          expect(swapped.difference[figure].interval[0]).toBeCloseTo(-found.difference[figure].interval[1], 12);
        }
        expect(found.first.accuracy).toEqual({ value: evaluated.accuracy, interval: evaluated.accuracyInterval });
        expect(found.first.groupedNdcg5.value).toBeCloseTo(evaluated.grouped.sk_ndcg['5'], 12);
        expect(found.first.pairedNdcg2.value).toBeCloseTo(evaluated.paired.sk_ndcg['2'], 12);
        expect(found.baselines.longer.accuracy.value).toBe(evaluated.baselines.longer.accuracy);
      }),
      { numRuns: 10 },
    );
  });

  test('equal rewards are chance, and models that say the same differ by nothing', () => {
    const constant = posts.map(({ rewards }) =>
      post(
        rewards.map(() => 1),
        rewards.map(() => 5),
      ),
    );
    const { first, baselines, difference } = compareGroups(constant, { seed: 1 });
    expect(first).toEqual(baselines.random);
    expect(first.accuracy).toEqual({ value: 0.5, interval: [0.5, 0.5] });
    for (const figure of comparedFigures) expect(difference[figure]).toEqual({ value: 0, interval: [0, 0] });
  });

  test('ties that people gave, and posts without any order, count for nothing', () => {
    const tie = { ...post([1, 2], [2, 1]), pairs: [{ first: 0, second: 1, target: 0.5 }], ranks: [null, null] };
    expect(compareGroups([...posts, tie], { seed: 1 })).toMatchObject({
      pairs: compareGroups(posts, { seed: 1 }).pairs,
      difference: { accuracy: { value: compareGroups(posts, { seed: 1 }).difference.accuracy.value } },
    });
    const nothing = compareGroups([tie], { seed: 1 }).difference.accuracy;
    expect(contextVerdict(nothing)).toBe('unknown');
  });
});

describe('the verdict', () => {
  const figures = (accuracy: number) => ({
    figures: {
      accuracy: { value: accuracy, interval: [0, 1] as const },
      groupedNdcg5: { value: 0.8, interval: [0, 1] as const },
      pairedNdcg2: { value: 0.8, interval: [0, 1] as const },
    },
  });
  const said = (
    accuracy: [number, number, number],
    ndcg: [number, number, number],
    posts = 400,
    longer = 0.5,
  ): string => {
    const estimate = ([value, low, high]: [number, number, number]) => ({ value, interval: [low, high] as const });
    const baseline = figures(longer).figures;
    return contextWords({
      difference: { accuracy: estimate(accuracy), groupedNdcg5: estimate(ndcg), pairedNdcg2: estimate(ndcg) },
      baselines: { random: baseline, longer: baseline },
      posts,
      with: figures(0.62),
      without: figures(0.6),
    });
  };

  test('says by how much the post helps or hurts, and when that can be chance', () => {
    expect(said([0.021, 0.004, 0.039], [0.01, 0.002, 0.02])).toBe(
      'The post helps by 2.1 (0.4 to 3.9) points in accuracy. NDCG@5 changes by +0.010 (+0.002 to +0.020).',
    );
    expect(said([-0.021, -0.039, -0.004], [0.001, -0.01, 0.012])).toBe(
      'The post hurts: with it accuracy is lower by 2.1 (0.4 to 3.9) points. NDCG@5 changes by +0.001 (-0.010 to +0.012), which can be chance.',
    );
    expect(said([0.003, -0.01, 0.016], [0.01, 0.002, 0.02])).toBe(
      'No difference beyond chance: with the post, accuracy changes by +0.3 (-1.0 to +1.6) points. NDCG@5 changes by +0.010 (+0.002 to +0.020), which is beyond chance.',
    );
    expect(said([Number.NaN, Number.NaN, Number.NaN], [0, 0, 0])).toBe('There were no pairs to measure this on.');
  });

  test('says when length alone does as well, and when there are too few posts to be sure of anything', () => {
    expect(said([0.02, 0.01, 0.03], [0, 0, 0], 400, 0.62)).toContain('Neither is right more often');
    expect(said([0.02, 0.01, 0.03], [0, 0, 0], 400, 0.61)).not.toContain('Neither');
    expect(said([0.02, 0.01, 0.03], [0, 0, 0], 12)).toContain('(12)');
  });
});
