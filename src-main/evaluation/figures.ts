import type { AtK, Figures } from '../contract/evaluation.ts';
import { countGreaterEqual, countRight, type JudgedPair } from './accuracy.ts';
import { bootstrapSteps, type Share } from './bootstrap.ts';
import { gainsOfBest, gainsOfRanks, ndcg } from './ndcg.ts';
import type { Steps } from './steps.ts';

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
export function* figuresSteps(
  groups: readonly EvaluationGroup[],
  scoresOf: (group: EvaluationGroup) => readonly number[],
  seed: number,
): Steps<Figures> {
  const right: Share[] = [];
  let greaterEqual = 0;
  const measured: { readonly whole: number; readonly sk: AtK; readonly custom: AtK }[] = [];
  for (const group of groups) {
    const given = scoresOf(group);
    const pairs = judgedPairs(group, given);
    const counted = countRight(pairs);
    right.push({ sum: counted.right, count: counted.of });
    greaterEqual += countGreaterEqual(pairs).right;
    const { ranks, scores } = ranked(group, given);
    if (new Set(ranks).size >= 2) {
      const [gains, best] = [gainsOfRanks(ranks), gainsOfBest(ranks)];
      measured.push({
        whole: ndcg(gains, scores),
        sk: atEachK((k) => ndcg(gains, scores, k)),
        custom: atEachK((k) => ndcg(best, scores, k)),
      });
    }
    yield;
  }
  const of = right.reduce((sum, { count }) => sum + count, 0);
  const accuracy = right.reduce((total, { sum }) => total + sum, 0) / of;
  const whole = measured.map((group) => group.whole);
  const pairedAt = atEachK((k) => accuracy * ndcg([1, 0], [1, 0], k) + (1 - accuracy) * ndcg([1, 0], [0, 1], k));
  return {
    accuracy,
    acc: greaterEqual / of,
    accuracyInterval: yield* bootstrapSteps(right, seed),
    ndcg: mean(whole),
    ndcgInterval: yield* bootstrapSteps(
      whole.map((sum) => ({ sum, count: 1 })),
      seed,
    ),
    grouped: {
      sk_ndcg: atEachK((k) => mean(measured.map(({ sk }) => sk[String(k) as keyof AtK]))),
      custom_ndcg: atEachK((k) => mean(measured.map(({ custom }) => custom[String(k) as keyof AtK]))),
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
