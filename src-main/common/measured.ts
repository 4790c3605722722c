import type { Interval } from '../contract/evaluation.ts';
import type { ModelAccuracy } from '../contract/views.ts';
import { counted, percent } from './words.ts';

/** A number that was measured. NaN stands for none, and arrives as null where it was stored. */
export const isFigure = (value: number | null | undefined): value is number => Number.isFinite(value);

/** An interval whose both ends were measured; null for any other. */
export const measuredInterval = (interval: Interval | null | undefined): Interval | null =>
  interval && isFigure(interval[0]) && isFigure(interval[1]) ? interval : null;

/** '61.0% to 70.2%'. */
export const rangeInWords = ([low, high]: Interval, write: (value: number) => string): string =>
  `${write(low)} to ${write(high)}`;

/** A figure with its interval, as far as they were measured: '65.1% (61.0% to 70.2%)', '65.1%'; null where there is no figure. */
export function withInterval(
  value: number | null | undefined,
  interval: Interval | null | undefined,
  write: (value: number) => string,
): string | null {
  if (!isFigure(value)) return null;
  const ends = measuredInterval(interval);
  return ends ? `${write(value)} (${rangeInWords(ends, write)})` : write(value);
}

/** What a model is held against, and needs none: what each is called. */
export const baselineNames = { longer: 'the longer comment wins', random: 'random' } as const;

/** That rule as it stands in a sentence. */
export const longerRule = `“${baselineNames.longer}”`;

/** Up to so many pairs, how often a model is right says less than the interval that it may lie in. */
const fewPairs = 100;

export const isFewPairs = (pairs: number | null): boolean => pairs !== null && pairs <= fewPairs;

/**
 * How often a model is right, the same wherever it stands: '58.7%' and the rest '54.6% to 63.1%, 850 pairs'. With few pairs the interval
 * comes first: '62.0% to 98.0%' and the rest '90.0% of 10 pairs'.
 */
export function accuracyInWords({ value, interval, pairs }: Omit<ModelAccuracy, 'split'>): {
  readonly first: string;
  readonly rest: string;
} {
  const ends = measuredInterval(interval);
  const range = ends && rangeInWords(ends, percent);
  if (range !== null && pairs !== null && isFewPairs(pairs)) {
    return { first: range, rest: `${percent(value)} of ${counted(pairs, 'pair')}` };
  }
  const others = [range, pairs === null ? null : counted(pairs, 'pair')].filter((part) => part !== null);
  return { first: percent(value), rest: others.join(', ') };
}
