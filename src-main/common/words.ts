/** Numbers, places and days in words: views, reports and the terminal say them alike. */

const whole = new Intl.NumberFormat('en');
const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });
const rules = new Intl.PluralRules('en', { type: 'ordinal' });
const endings: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };

export const wholeNumber = (value: number): string => whole.format(value);

/** '1 post', '2 posts'. */
export const counted = (value: number, one: string, several = `${one}s`): string =>
  `${wholeNumber(value)} ${value === 1 ? one : several}`;

/** '1st' for the place 0, '2nd' for 1. */
export const placeInWords = (place: number): string => `${place + 1}${endings[rules.select(place + 1)]}`;

export const date = (iso: string): string => day.format(new Date(iso));

/** A number as an axis or a table shows it: whole where it is large, otherwise with what tells values apart. */
export function plainNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (value === 0 || (Number.isInteger(value) && size < 1e15)) return value.toLocaleString('en');
  if (size >= 100) return Math.round(value).toLocaleString('en');
  if (size >= 0.001) return String(Number(value.toPrecision(3)));
  return value.toExponential(1);
}
