import { type ComparedFigure, type ComparedFigures, comparedFigures } from '../contract/context-comparison.ts';
import type { Estimate } from '../contract/evaluation.ts';
import { countRight } from './accuracy.ts';
import { bootstrapSteps, type Share } from './bootstrap.ts';
import { type EvaluationGroup, judgedPairs, measureOrder, pairedOrder } from './figures.ts';
import { type Steps, toEnd } from './steps.ts';

/** A post with the rewards of two models for the same comments. */
export type ComparedGroup = EvaluationGroup & { readonly otherRewards: readonly number[] };

export type Comparison = {
  readonly posts: number;
  /** Pairs with a better side. */
  readonly pairs: number;
  readonly first: ComparedFigures;
  readonly other: ComparedFigures;
  /** First minus other. */
  readonly difference: ComparedFigures;
  readonly baselines: { readonly random: ComparedFigures; readonly longer: ComparedFigures };
};

/** A difference near 0 must not change sides with the draw. */
const differenceResamples = 10_000;

/** What a post adds to each figure. */
type Shares = Readonly<Record<ComparedFigure, Share>>;
type ScoresOf = (group: ComparedGroup) => readonly number[];

/**
 * The figures of two models on the same posts, beside the baselines, and their difference, with 95% intervals.
 *
 * That of a difference is a paired bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993; Koehn,
 * Statistical significance tests for machine translation evaluation, 2004): posts are drawn with replacement, and both
 * models are measured on the same draw, so that what makes a post hard or easy for both is no noise. Since both are
 * ratios with the same denominators, it is the bootstrap of the ratio of the differences. Equal rewards count half.
 */
export const compareGroups = (groups: readonly ComparedGroup[], options: { readonly seed: number }): Comparison =>
  toEnd(comparisonSteps(groups, options));

/** The same in steps: many posts take seconds. */
export function* comparisonSteps(
  groups: readonly ComparedGroup[],
  { seed }: { readonly seed: number },
): Steps<Comparison> {
  const first = yield* sharesSteps(groups, ({ rewards }) => rewards);
  const other = yield* sharesSteps(groups, ({ otherRewards }) => otherRewards);
  const random = yield* sharesSteps(groups, ({ rewards }) => rewards.map(() => 0));
  const longer = yield* sharesSteps(groups, ({ lengths }) => lengths);
  return {
    posts: groups.length,
    pairs: first.reduce((sum, { accuracy }) => sum + accuracy.count, 0),
    first: yield* estimatesSteps(first, seed),
    other: yield* estimatesSteps(other, seed),
    difference: yield* estimatesSteps(
      first.map((shares, post) => differenceOf(shares, other[post]!)),
      seed,
      differenceResamples,
    ),
    baselines: { random: yield* estimatesSteps(random, seed), longer: yield* estimatesSteps(longer, seed) },
  };
}

function* sharesSteps(groups: readonly ComparedGroup[], scoresOf: ScoresOf): Steps<readonly Shares[]> {
  const shares: Shares[] = [];
  for (const group of groups) {
    shares.push(sharesOf(group, scoresOf(group)));
    yield;
  }
  return shares;
}

const [ofRight, ofWrong] = [pairedOrder(1)['2'], pairedOrder(0)['2']];

function sharesOf(group: ComparedGroup, scores: readonly number[]): Shares {
  const { right, of } = countRight(judgedPairs(group, scores));
  const order = measureOrder(group, scores);
  return {
    accuracy: { sum: right, count: of },
    groupedNdcg5: order ? { sum: order.sk['5'], count: 1 } : { sum: 0, count: 0 },
    pairedNdcg2: { sum: right * ofRight + (of - right) * ofWrong, count: of },
  };
}

function differenceOf(shares: Shares, others: Shares): Shares {
  return eachFigure((figure) => ({
    sum: shares[figure].sum - others[figure].sum,
    count: shares[figure].count,
  }));
}

function* estimatesSteps(shares: readonly Shares[], seed: number, resamples?: number): Steps<ComparedFigures> {
  const found: [ComparedFigure, Estimate][] = [];
  for (const figure of comparedFigures) {
    const of = shares.map((post) => post[figure]);
    const value = of.reduce((sum, share) => sum + share.sum, 0) / of.reduce((sum, share) => sum + share.count, 0);
    found.push([figure, { value, interval: yield* bootstrapSteps(of, seed, resamples) }]);
  }
  return Object.fromEntries(found) as ComparedFigures;
}

function eachFigure<T>(of: (figure: ComparedFigure) => T): Record<ComparedFigure, T> {
  return Object.fromEntries(comparedFigures.map((figure) => [figure, of(figure)])) as Record<ComparedFigure, T>;
}
