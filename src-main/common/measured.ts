import type { Interval } from '../contract/evaluation.ts';

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
