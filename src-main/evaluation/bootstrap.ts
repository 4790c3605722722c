import { randomFrom } from '../common/random.ts';
import type { Interval } from '../contract/evaluation.ts';
import { type Steps, toEnd } from './steps.ts';

/** What one group adds to a ratio; groups that have nothing to add hold 0 and 0. */
export type Share = { readonly sum: number; readonly count: number };

/**
 * 95% percentile interval of the ratio of sums, by drawing whole groups with replacement: comments of one post are not
 * independent of each other. The same seed gives the same interval. Takes resamples x groups steps.
 */
export const bootstrapInterval = (shares: readonly Share[], seed: number, resamples = 1000): Interval =>
  toEnd(bootstrapSteps(shares, seed, resamples));

/** The share of samples, drawn so, in which the ratio is above a value, equal ones counting half: how sure it is that it lies there. */
export function shareAbove(shares: readonly Share[], value: number, seed: number, resamples = 1000): number {
  const drawn = toEnd(ratioSteps(shares, seed, resamples));
  const above = drawn.reduce((sum, ratio) => sum + (ratio === value ? 0.5 : Number(ratio > value)), 0);
  return above / drawn.length;
}

/** The interval in steps of one resample each. */
export function* bootstrapSteps(shares: readonly Share[], seed: number, resamples = 1000): Steps<Interval> {
  return percentileInterval(yield* ratioSteps(shares, seed, resamples));
}

/** The ratio of each sample. */
function* ratioSteps(shares: readonly Share[], seed: number, resamples: number): Steps<number[]> {
  const sums = Float64Array.from(shares, ({ sum }) => sum);
  const counts = Float64Array.from(shares, ({ count }) => count);
  const random = randomFrom(seed);
  const ratios: number[] = [];
  for (let i = 0; i < resamples; i++) {
    let sum = 0;
    let count = 0;
    for (let drawn = 0; drawn < sums.length; drawn++) {
      const at = Math.floor(random() * sums.length);
      sum += sums[at]!;
      count += counts[at]!;
    }
    if (count > 0) ratios.push(sum / count);
    yield;
  }
  return ratios;
}

/** The 95% in the middle of drawn values; those that are no number are passed over. */
export function percentileInterval(drawn: readonly number[]): Interval {
  const sorted = drawn.filter(Number.isFinite).sort((a, b) => a - b);
  return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
}

/** Linear between neighbours, as NumPy's default. */
function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}
