import { cholesky, solvedBelow } from '../common/cholesky.ts';
import { maximum } from '../common/lists.ts';
import { fewestHeldOut } from '../common/more-answers-words.ts';
import type { MoreAccuracy, MoreAnswers } from '../contract/evaluation.ts';

/** How often heads are right that learned from fewer pairs, on posts they did not see. */
export type HeldOutCurve = {
  /** Pairs of the whole training. */
  readonly pairs: number;
  /** Pairs that heads learned from, on average over what was held out; from few to many. */
  readonly sizes: readonly number[];
  /** Of each post: its pairs with a better side, and how many of them were found right at each size. */
  readonly posts: readonly { readonly of: number; readonly right: readonly number[] }[];
};

/** How many more answers are meant. */
export const moreAnswers = 50;

/**
 * What is believed before anything is measured, from the learning curves of arguments, captions and answers (docs/quality.md): how much
 * accuracy grows while pairs become e times as many; and how quickly that slows down, all of these being as likely.
 */
const believed = {
  slope: { mean: 0.01, deviation: 0.0125 },
  level: { mean: 0.65, deviation: 0.2 },
  exponents: [0.05, 0.25, 0.5, 0.75, 1],
} as const;
/** Deviation of a model's accuracy by which pairs it happened to learn from, times the root of how many they are. */
const byChance = 0.11;
/** Beyond this normal deviate, on both sides, lie 20%. */
const deviate = 1.2815515655446004;

/**
 * What the next answers bring: the accuracy after m pairs is taken for a power law a - b m^-c (Hestness et al., 2017, arXiv 1712.00409), with a
 * normal prior on its level and slope after all pairs and an even one on c, fitted by Bayes' rule to the accuracies held out. Their covariance is that
 * of whole posts drawn anew, plus what depends on the pairs that were learned from.
 */
export function worthOfMore({ pairs, sizes, posts }: HeldOutCurve): MoreAnswers {
  const judged = posts.reduce((sum, { of }) => sum + of, 0);
  const accuracies = sizes.map((_, at) => posts.reduce((sum, { right }) => sum + right[at]!, 0) / judged);
  const few = judged < fewestHeldOut.pairs || posts.length < fewestHeldOut.posts;
  return {
    pairs,
    judged,
    curve: judged === 0 ? [] : sizes.map((size, at) => ({ pairs: size, accuracy: accuracies[at]! })),
    answers: moreAnswers,
    gain: few ? null : gainOf(pairs, sizes, accuracies, covarianceOf(sizes, posts, accuracies)),
  };
}

/** The growth from a fit of the curve. @param noise covariance of the accuracies */
export function gainOf(
  pairs: number,
  sizes: readonly number[],
  accuracies: readonly number[],
  noise: readonly (readonly number[])[],
): MoreAccuracy {
  const { slope, level, exponents } = believed;
  const fits = exponents.map((exponent) => {
    /** What a slope of 1 after all pairs adds to the accuracy there, once they are so many. */
    const grown = (size: number): number => (1 - (size / pairs) ** -exponent) / exponent;
    const shape = sizes.map(grown);
    const n = sizes.length;
    const covariance = Float64Array.from(
      noise.flatMap((row, i) =>
        row.map((value, j) => value + level.deviation ** 2 + slope.deviation ** 2 * shape[i]! * shape[j]!),
      ),
    );
    const off = accuracies.map((accuracy, i) => accuracy - level.mean - slope.mean * shape[i]!);
    const lower = cholesky(covariance, n);
    const [surprise, pull] = [solvedBelow(lower, n, off), solvedBelow(lower, n, shape)];
    const found = slope.mean + slope.deviation ** 2 * dot(pull, surprise);
    const variance = slope.deviation ** 2 - slope.deviation ** 4 * dot(pull, pull);
    const evidence = -0.5 * dot(surprise, surprise) - sizes.reduce((sum, _, i) => sum + Math.log(lower[i * n + i]!), 0);
    const next = grown(pairs + moreAnswers);
    return { evidence, mean: found * next, variance: variance * next * next };
  });
  const highest = maximum(fits.map(({ evidence }) => evidence));
  const weights = fits.map(({ evidence }) => Math.exp(evidence - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const average = (of: (fit: (typeof fits)[number]) => number): number =>
    fits.reduce((sum, fit, i) => sum + (weights[i]! / total) * of(fit), 0);
  const mean = average((fit) => fit.mean);
  const variance = average((fit) => fit.variance + (fit.mean - mean) ** 2);
  const around = (spread: number): readonly [number, number] => [mean - deviate * spread, mean + deviate * spread];
  return {
    mean,
    average: around(Math.sqrt(variance)),
    interval: around(Math.sqrt(variance + byChance ** 2 / pairs)),
  };
}

/** Covariance of the accuracies at several sizes (a ratio estimator over posts), and what depends on the pairs learned from. */
function covarianceOf(
  sizes: readonly number[],
  posts: HeldOutCurve['posts'],
  accuracies: readonly number[],
): number[][] {
  const judged = posts.reduce((sum, { of }) => sum + of, 0);
  const correction = posts.length / (posts.length - 1) / judged ** 2;
  return sizes.map((size, i) =>
    sizes.map((_, j) => {
      const products = posts.reduce(
        (sum, { of, right }) => sum + (right[i]! - of * accuracies[i]!) * (right[j]! - of * accuracies[j]!),
        0,
      );
      return correction * products + (i === j ? byChance ** 2 / size : 0);
    }),
  );
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
