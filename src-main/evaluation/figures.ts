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
  /** null where a comment has none. */
  readonly votes?: readonly (number | null)[];
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
  const whole: number[] = [];
  const [sk, custom] = [createMeans(), createMeans()];
  for (const group of groups) {
    const given = scoresOf(group);
    const pairs = judgedPairs(group, given);
    const counted = countRight(pairs);
    right.push({ sum: counted.right, count: counted.of });
    greaterEqual += countGreaterEqual(pairs).right;
    const order = measureOrder(group, given);
    if (order) {
      whole.push(order.whole);
      sk.add(order.sk);
      custom.add(order.custom);
    }
    yield;
  }
  const of = right.reduce((sum, { count }) => sum + count, 0);
  const accuracy = right.reduce((total, { sum }) => total + sum, 0) / of;
  const paired = pairedOrder(accuracy);
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
      sk_ndcg: sk.means(),
      custom_ndcg: custom.means(),
    },
    paired: { sk_ndcg: paired, custom_ndcg: paired },
  };
}

/** NDCG of one group: of the whole, and of the first places with the gains of all or of the best alone. */
type Order = { readonly whole: number; readonly sk: AtK; readonly custom: AtK };

/** The NDCG of a group; null where no two of its comments are ranked differently. */
export function measureOrder(group: Pick<EvaluationGroup, 'ranks'>, given: readonly number[]): Order | null {
  const { ranks, scores } = ranked(group, given);
  if (new Set(ranks).size < 2) return null;
  const [gains, best] = [gainsOfRanks(ranks), gainsOfBest(ranks)];
  return {
    whole: ndcg(gains, scores),
    sk: atEachK((k) => ndcg(gains, scores, k)),
    custom: atEachK((k) => ndcg(best, scores, k)),
  };
}

/** Mean NDCG of pairs, with the gains 1 and 0, of which this share is found right; equal rewards count half. */
export function pairedOrder(accuracy: number): AtK {
  return atEachK((k) => accuracy * ndcg([1, 0], [1, 0], k) + (1 - accuracy) * ndcg([1, 0], [0, 1], k));
}

/** The means of figures that come one after the other; NaN where none came. */
export function createMeans(): { readonly add: (figures: AtK) => void; readonly means: () => AtK } {
  const sums = { '1': 0, '2': 0, '3': 0, '4': 0, '5': 0 };
  let count = 0;
  return {
    add(figures) {
      for (const k of ks) sums[k] += figures[k];
      count++;
    },
    means: () => atEachK((k) => sums[String(k) as keyof AtK] / count),
  };
}

/** The pairs of a group with what scores say of them. */
export function judgedPairs(group: Pick<EvaluationGroup, 'pairs'>, scores: readonly number[]): JudgedPair[] {
  return group.pairs.map(({ first, second, target }) => ({ difference: scores[first]! - scores[second]!, target }));
}

function ranked(
  group: Pick<EvaluationGroup, 'ranks'>,
  scores: readonly number[],
): { ranks: number[]; scores: number[] } {
  const known = group.ranks.flatMap((rank, at) => (rank === null ? [] : [{ rank, score: scores[at]! }]));
  return { ranks: known.map(({ rank }) => rank), scores: known.map(({ score }) => score) };
}

function atEachK(measure: (k: number) => number): AtK {
  return Object.fromEntries(ks.map((k) => [k, measure(Number(k))])) as AtK;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
