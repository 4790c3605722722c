/** Numbers, times and texts, as people read them. */

const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

export { counted, date, wholeNumber } from '../../src-main/common/words.ts';

/** A share as a percentage with one decimal; a dash where there is none. */
export const percent = (share: number | null | undefined): string =>
  share === null || share === undefined || Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1)}%`;

/** A figure with three decimals; a dash where there is none. */
export const figure = (value: number | null | undefined, decimals = 3): string =>
  value === null || value === undefined || Number.isNaN(value) ? '–' : value.toFixed(decimals);

/** Seconds in words: '8 s', '3 min', '2 h 5 min'. */
export function duration(seconds: number): string {
  if (seconds < 1) return 'under 1 s';
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export const dateAndTime = (iso: string): string => moment.format(new Date(iso));

/** Bytes in the units people know: '4.2 MB'. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB'];
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}

/** The beginning of a text, on one line. */
export function excerpt(text: string, characters = 120): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= characters ? line : `${line.slice(0, characters - 1).trimEnd()}…`;
}
