import { cholesky, solved } from '../common/cholesky.ts';
import type { Habits } from '../contract/scale.ts';
import { logChance, type Outcome } from './davidson.ts';

/** One person's answer on two comments, by their places in the list of the post's comments. */
export type Said = {
  readonly left: number;
  readonly right: number;
  readonly outcome: Outcome;
  /** Less than 1 where a person answered the pair several times, so that they have one say. */
  readonly weight: number;
};

/** What is believed of the worth of a post's comments once people have answered: about normal. */
export type Posterior = {
  /** Of each comment. */
  readonly mean: Float64Array;
  /** The covariance of the comments that answers speak of, in the order of `linked`, row by row. The others are on their own. */
  readonly covariance: Float64Array;
  readonly linked: readonly number[];
  /** Deviation of what is on its own. */
  readonly width: number;
  /** Log of the chance of the answers, by Laplace's approximation. */
  readonly evidence: number;
};

const mostSteps = 50;
const near = 1e-9;

/**
 * Joins what a model believes of comments with what people answered: worths are normal around the means with one deviation, answers
 * follow Davidson. The mode is found by Newton's method (the log density is concave), the covariance is Laplace's.
 * @param means of the worths, in the units of answers: the calibrated reward
 * @param width deviation of the worths around them
 */
export function posteriorOf(means: ArrayLike<number>, width: number, said: readonly Said[], habits: Habits): Posterior {
  const linked = [...new Set(said.flatMap(({ left, right }) => [left, right]))].sort((a, b) => a - b);
  const place = new Map(linked.map((comment, at) => [comment, at]));
  const pairs = said.map(({ left, right, ...rest }) => ({ ...rest, left: place.get(left)!, right: place.get(right)! }));
  const n = linked.length;
  const centre = Float64Array.from(linked, (comment) => means[comment]!);
  const worth = centre.slice();
  const held = 1 / (width * width);
  const logDensity = (at: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum -= (held * (at[i]! - centre[i]!) ** 2) / 2;
    for (const { left, right, outcome, weight } of pairs) {
      sum += weight * logChance(outcome, at[left]! - at[right]!, habits).value;
    }
    return sum;
  };
  let factor = new Float64Array(0);
  let density = logDensity(worth);
  for (let step = 0; step < mostSteps; step++) {
    const precision = new Float64Array(n * n);
    const slope = Float64Array.from(worth, (value, i) => held * (centre[i]! - value));
    for (let i = 0; i < n; i++) precision[i * n + i] = held;
    for (const { left, right, outcome, weight } of pairs) {
      const found = logChance(outcome, worth[left]! - worth[right]!, habits);
      slope[left]! += weight * found.slope;
      slope[right]! -= weight * found.slope;
      const bend = -weight * found.bend;
      precision[left * n + left]! += bend;
      precision[right * n + right]! += bend;
      precision[left * n + right]! -= bend;
      precision[right * n + left]! -= bend;
    }
    factor = cholesky(precision, n);
    const change = solved(factor, n, slope);
    // Far from the mode a whole step may lead beyond it.
    let share = 1;
    let next = worth.map((value, i) => value + change[i]!);
    while (share > 1e-3 && logDensity(next) < density) {
      share /= 2;
      next = worth.map((value, i) => value + share * change[i]!);
    }
    worth.set(next);
    density = logDensity(worth);
    if (change.every((by) => Math.abs(by) < near)) break;
  }
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) logDeterminant += 2 * Math.log(factor[i * n + i]! * width);
  const mean = Float64Array.from(means);
  for (const [at, comment] of linked.entries()) mean[comment] = worth[at]!;
  return {
    mean,
    covariance: inverse(factor, n),
    linked,
    width,
    evidence: density - logDeterminant / 2,
  };
}

/** The difference of two worths: its mean and its deviation. */
export function differenceOf(
  { mean, covariance, linked, width }: Posterior,
  one: number,
  other: number,
): { readonly mean: number; readonly deviation: number } {
  const [i, j] = [linked.indexOf(one), linked.indexOf(other)];
  const n = linked.length;
  const variance = (at: number): number => (at < 0 ? width * width : covariance[at * n + at]!);
  const shared = i < 0 || j < 0 ? 0 : covariance[i * n + j]!;
  return {
    mean: mean[one]! - mean[other]!,
    deviation: Math.sqrt(Math.max(0, variance(i) + variance(j) - 2 * shared)),
  };
}

/** Draws worths of all comments. @param normal gives standard normal numbers */
export function drawn({ mean, covariance, linked, width }: Posterior, normal: () => number): () => Float64Array {
  const n = linked.length;
  const factor = cholesky(covariance, n);
  const place = new Map(linked.map((comment, at) => [comment, at]));
  return () => {
    const noise = Float64Array.from(linked, normal);
    return mean.map((value, comment) => {
      const at = place.get(comment);
      if (at === undefined) return value + width * normal();
      let sum = value;
      for (let k = 0; k <= at; k++) sum += factor[at * n + k]! * noise[k]!;
      return sum;
    });
  };
}

function inverse(factor: Float64Array, n: number): Float64Array {
  const found = new Float64Array(n * n);
  for (let column = 0; column < n; column++) {
    const unit = new Float64Array(n);
    unit[column] = 1;
    const solution = solved(factor, n, unit);
    for (let row = 0; row < n; row++) found[row * n + column] = solution[row]!;
  }
  return found;
}
