import type { AtK, Figures } from '../contract/evaluation.ts';
import { countGreaterEqual, countRight, type JudgedPair } from './accuracy.ts';
import { bootstrapInterval } from './bootstrap.ts';
import { gainsOfBest, gainsOfRanks, ndcg } from './ndcg.ts';

/** The comments of one post and the pairs among them. */
export type EvaluationGroup = {
  readonly rewards: readonly number[];
  /** Length of each comment in characters. */
  readonly lengths: readonly number[];
  /** 0 is best; null where nobody ranked the comment. */
  readonly ranks: readonly (number | null)[];
  /** Indices of comments, and the probability that the first is better: 1, 0, or .5 for a tie. */
  readonly pairs: readonly { readonly first: number; readonly second: number; readonly target: number }[];
};

const ks = ['1', '2', '3', '4', '5'] as const;

/**
 * The figures for any scorer. NDCG is measured on the groups in which at least two comments are ranked differently.
 * @param scoresOf the scores of a group's comments, all finite
 */
export function figuresFor(
  groups: readonly EvaluationGroup[],
  scoresOf: (group: EvaluationGroup) => readonly number[],
  seed: number,
): Figures {
  const scored = groups.map((group) => ({
    pairs: judgedPairs(group, scoresOf(group)),
    ...ranked(group, scoresOf(group)),
  }));
  const pairs = scored.flatMap((group) => group.pairs);
  const { right, of } = countRight(pairs);
  const accuracy = right / of;
  const measured = scored
    .filter(({ ranks }) => new Set(ranks).size >= 2)
    .map(({ ranks, scores }) => ({ scores, gains: gainsOfRanks(ranks), best: gainsOfBest(ranks) }));
  const whole = measured.map(({ gains, scores }) => ndcg(gains, scores));
  const pairedAt = atEachK((k) => accuracy * ndcg([1, 0], [1, 0], k) + (1 - accuracy) * ndcg([1, 0], [0, 1], k));
  return {
    accuracy,
    acc: countGreaterEqual(pairs).right / of,
    accuracyInterval: bootstrapInterval(
      scored.map((group) => {
        const counted = countRight(group.pairs);
        return { sum: counted.right, count: counted.of };
      }),
      seed,
    ),
    ndcg: mean(whole),
    ndcgInterval: bootstrapInterval(
      whole.map((sum) => ({ sum, count: 1 })),
      seed,
    ),
    grouped: {
      sk_ndcg: atEachK((k) => mean(measured.map(({ gains, scores }) => ndcg(gains, scores, k)))),
      custom_ndcg: atEachK((k) => mean(measured.map(({ best, scores }) => ndcg(best, scores, k)))),
    },
    paired: { sk_ndcg: pairedAt, custom_ndcg: pairedAt },
  };
}

/** The pairs of a group with what scores say of them. */
export function judgedPairs(group: EvaluationGroup, scores: readonly number[]): JudgedPair[] {
  return group.pairs.map(({ first, second, target }) => ({ difference: scores[first]! - scores[second]!, target }));
}

function ranked(group: EvaluationGroup, scores: readonly number[]): { ranks: number[]; scores: number[] } {
  const known = group.ranks.flatMap((rank, at) => (rank === null ? [] : [{ rank, score: scores[at]! }]));
  return { ranks: known.map(({ rank }) => rank), scores: known.map(({ score }) => score) };
}

function atEachK(measure: (k: number) => number): AtK {
  return Object.fromEntries(ks.map((k) => [k, measure(Number(k))])) as AtK;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
