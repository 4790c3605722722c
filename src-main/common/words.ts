import { once } from './once.ts';

/** Numbers, times and texts as people read them: views, reports and the terminal say them alike. */

const whole = once(() => new Intl.NumberFormat('en'));
const day = once(() => new Intl.DateTimeFormat('en', { dateStyle: 'medium' }));
const moment = once(() => new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' }));
const rules = once(() => new Intl.PluralRules('en', { type: 'ordinal' }));
const endings: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };

export const wholeNumber = (value: number): string => whole().format(value);

/** '1 post', '2 posts'; with more than a noun where its verb goes with it: '1 row was', '2 rows were'. */
export const counted = (value: number, one: string, several = `${one}s`): string =>
  `${wholeNumber(value)} ${plural(value, one, several)}`;

/** The word alone that goes with a number. */
export const plural = (value: number, one: string, several = `${one}s`): string => (value === 1 ? one : several);

/** As far as what matches a search is counted, posts and comments alike. */
export const countedTo = 10_000;

/** '1 post', '1,204 posts', '10,000 posts or more': of what is counted no further. */
export const countedSoFar = (total: number, one: string): string =>
  total >= countedTo ? `${counted(countedTo, one)} or more` : counted(total, one);

/** 'a', 'a and b', 'a, b and c'. */
export const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** A sentence or a name begins so. */
export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** '1st' for the place 0, '2nd' for 1. */
export const placeInWords = (place: number): string => `${place + 1}${endings[rules().select(place + 1)]}`;

export const date = (iso: string): string => day().format(new Date(iso));

export const dateAndTime = (iso: string): string => moment().format(new Date(iso));

/**
 * A share as a percentage with one decimal.
 * @param none what stands where there is no share
 */
export const percent = (share: number | null | undefined, none = '–'): string =>
  share === null || share === undefined || Number.isNaN(share) ? none : `${(100 * share).toFixed(1)}%`;

/**
 * A figure with so many decimals.
 * @param none what stands where there is no figure
 */
export const figure = (value: number | null | undefined, decimals = 3, none = '–'): string =>
  value === null || value === undefined || Number.isNaN(value) ? none : value.toFixed(decimals);

/** A number as an axis or a table shows it: whole where it is large, otherwise with what tells values apart. */
export function plainNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const amount = Math.abs(value);
  if (value === 0 || (Number.isInteger(value) && amount < 1e15)) return wholeNumber(value);
  if (amount >= 100) return wholeNumber(Math.round(value));
  if (amount >= 0.001) return String(Number(value.toPrecision(3)));
  return value.toExponential(1);
}

/** Parameters of a model: '12.4 M', '8,130'. */
export const parametersInWords = (count: number): string =>
  count >= 1e6 ? `${(count / 1e6).toFixed(1)} M` : wholeNumber(count);

/** From here on, seconds say nothing any more. */
const secondsUntil = 600;

/** Seconds in words: 'under 1 s', '8 s', '3 min 20 s', '12 min', '2 h 5 min'. */
export function duration(seconds: number): string {
  if (seconds < 1) return 'under 1 s';
  const exact = Math.round(seconds);
  if (exact < 60) return `${exact} s`;
  if (exact < secondsUntil) return pairOf(Math.floor(exact / 60), 'min', exact % 60, 's');
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : pairOf(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

const pairOf = (large: number, unit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;

/** Bytes in the units people know: '312 B', '4.2 MB', '124 MB'. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB'];
  let value = bytes / 1000;
  // 999.6 kB would be written as 1000 kB.
  while (value >= 999.5 && units.length > 1) {
    value /= 1000;
    units.shift();
  }
  return `${value.toFixed(value < 99.95 ? 1 : 0)} ${units[0]}`;
}

/** The beginning of a text, on one line. */
export function excerpt(text: string, characters = 120): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= characters ? line : `${line.slice(0, characters - 1).trimEnd()}…`;
}
