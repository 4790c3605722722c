import type { DateOrder } from '../contract/reading.ts';
import type { Split } from '../contract/records.ts';
import { millisecondsIn, numbersDateOf } from './dates.ts';

/** What values of other people's files mean: texts, figures, times, ids. Pure, and each gives null where there is nothing. */

/** A text that can be kept, and what had to be mended in it. */
export type ReadText = { readonly text: string; readonly mended: 'half-character' | 'nul' | null };

/**
 * The text of a value: line ends as \n; half a character and NUL, which can't be kept, as U+FFFD. null where there is no text; undefined where
 * the value is no text at all, such as an object.
 */
export function textOf(value: unknown): ReadText | null | undefined {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return { text: String(value), mended: null };
  if (typeof value !== 'string') return undefined;
  let text = value.includes('\r') ? value.replace(/\r\n?/g, '\n') : value;
  let mended: ReadText['mended'] = null;
  if (text.includes('\0')) {
    text = text.replaceAll('\0', '\uFFFD');
    mended = 'nul';
  }
  if (!text.isWellFormed()) {
    text = text.toWellFormed();
    mended = 'half-character';
  }
  return text.trim() === '' ? null : { text, mended };
}

const grouped = {
  '.': /^\d{1,3}(?:[, \u00a0\u2009\u202f'’]\d{3})+(?:\.\d+)?$/,
  ',': /^\d{1,3}(?:[. \u00a0\u2009\u202f'’]\d{3})+(?:,\d+)?$/,
} as const;
const multiples: Readonly<Record<string, number>> = {
  ...{ k: 1e3, tsd: 1e3, m: 1e6, mio: 1e6, mln: 1e6, mil: 1e3, b: 1e9, mrd: 1e9 },
};
/** What pages write after a figure: '12 points', '1 vote'. */
const units =
  /(?<=\d\s*(?:[kmb]|tsd\.?|mio\.?|mln\.?|mil|mrd\.?)?)\s*(?:points?|pts?\.?|(?:up|down)?votes?|likes?|ups|karma|hearts?|stars?|reactions?|thumbs up|people|%|stimmen?|punkte?|votos?|puntos?|voix|j['’]aime|me gusta|gef[äa]llt mir)$/i;

/**
 * The number that a value is: 12, '12', '1,024', '1.2K', '+3', '−4', '12 points'. null where there is none ('' and NaN too); undefined where
 * it is something else.
 * @param decimal what separates decimals in this file
 */
export function figureOf(value: unknown, decimal: '.' | ',' = '.'): number | null | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value === null || value === undefined) return null;
  if (typeof value === 'object') return figureIn(value as Readonly<Record<string, unknown>>, decimal);
  if (typeof value !== 'string') return undefined;
  const plain = value.trim();
  if (plain === '' || /^(?:nan|null|none|n\/a|-|–|—)$/i.test(plain)) return null;
  const quick = Number(plain);
  if (decimal === '.' && Number.isFinite(quick) && !/^0[xob]/i.test(plain)) return quick;
  // An apostrophe before a number says to a spreadsheet that it is a text.
  const [, sign = '', digits = '', multiple = ''] =
    /^['’]?([+\-−–]?)\s*(\d[\d., \u00a0\u2009\u202f'’]*|[.,]\d+)\s*(k|tsd|mio|mln|mil|mrd|m|b|)\.?$/i.exec(
      plain.replace(units, ''),
    ) ?? [];
  const figure = digitsOf(digits, decimal);
  if (figure === undefined) return undefined;
  const whole = (sign === '' || sign === '+' ? 1 : -1) * figure * (multiples[multiple.toLowerCase()] ?? 1);
  // Digits without end are no figure.
  return Number.isFinite(whole) ? whole : undefined;
}

/**
 * The reward that a value is: a number as programs write one, which float32 holds. null for anything else: what a person would read as a number
 * ('12 points', '1.2K') is no reward.
 * @param decimal what separates decimals in this file
 */
export function rewardOf(value: unknown, decimal: '.' | ',' = '.'): number | null {
  if (typeof value === 'number') return Number.isFinite(Math.fround(value)) ? value : null;
  if (typeof value === 'bigint') return rewardOf(Number(value));
  if (typeof value !== 'string') return null;
  const plain = decimal === ',' ? value.trim().replace(',', '.') : value.trim();
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain) ? rewardOf(Number(plain)) : null;
}

/** A place: a figure, also as '1st', '#2', 'No. 3' and '4.'. */
export function placeOf(value: unknown, decimal: '.' | ',' = '.'): number | null | undefined {
  const place =
    typeof value === 'string'
      ? /^(?:#|n[or]\.?|place|rank|platz|rang)?\s*(\d+)(?:st|nd|rd|th|er|e|\.|º|ª)?$/i.exec(value.trim())
      : null;
  return figureOf(place ? Number(place[1]) : value, decimal);
}

/** Databases write numbers as objects, and sites counts with something beside. */
function figureIn(value: Readonly<Record<string, unknown>>, decimal: '.' | ','): number | null | undefined {
  for (const name of [
    '$numberInt',
    '$numberLong',
    '$numberDouble',
    '$numberDecimal',
    'count',
    'total_count',
    'total',
    'summary',
  ]) {
    if (name in value && value[name] !== value) return figureOf(value[name], decimal);
  }
  return undefined;
}

function digitsOf(digits: string, decimal: '.' | ','): number | undefined {
  if (digits === '') return undefined;
  if (grouped[decimal].test(digits)) {
    const bare = digits.replace(decimal === '.' ? /[^\d.]/g : /[^\d,]/g, '').replace(',', '.');
    return Number(bare);
  }
  // The other sign, where it can only be that of decimals, or of thousands.
  const other = decimal === '.' ? ',' : '.';
  if (grouped[other].test(digits) && digits.split(decimal).length > 2) return Number(digits.replace(/[^\d]/g, ''));
  const figure = Number(digits.replace(',', '.'));
  return Number.isFinite(figure) ? figure : undefined;
}

/** An id as text, digit by digit; null where there is none. */
export function keyOf(value: unknown): string | null {
  if (typeof value === 'string') {
    const key = value.trim();
    return key === '' || key.includes('\0') ? null : key.toWellFormed();
  }
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  if (typeof value === 'bigint') return String(value);
  // As MongoDB writes ids.
  if (typeof value === 'object' && value !== null) {
    if ('$oid' in value) return keyOf(value.$oid);
    if ('$numberLong' in value) return keyOf(value.$numberLong);
    if ('$numberInt' in value) return keyOf(value.$numberInt);
  }
  return null;
}

const personNames = [
  'name',
  'username',
  'user_name',
  'login',
  'displayName',
  'display_name',
  'nickname',
  'screen_name',
  'handle',
  'email',
  'id',
  '_id',
];

/** A person by name or id, where they may stand as an object. */
export function personOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return keyOf(value);
  const name = personNames.find((one) => keyOf((value as Readonly<Record<string, unknown>>)[one]) !== null);
  return name === undefined ? keyOf(value) : keyOf((value as Readonly<Record<string, unknown>>)[name]);
}

const isoTime =
  /^(\d{4})([-/])(\d{2})\2(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$/i;
/** Numbers that look like a date with the year last, beside other things: which of them is the day is not guessed. */
const numbersWithin = /(?<!\d)\d{1,2}([./-])\s?\d{1,2}\1\s?\d{2}/;
const earliest = Date.UTC(1990, 0, 1);
const latest = Date.UTC(2100, 0, 1);

/**
 * A time as ISO 8601 in UTC, from ISO with or without an offset (without one, UTC), seconds or milliseconds since 1970, dates such as
 * 31.1.2026, or the dates of mails. null where there is none; undefined where it can't be told which time it is.
 * @param order which number of a date such as 05/06/2024 is the day; null where nobody knows: then it stands first where points stand between
 */
export function timeOf(value: unknown, order: DateOrder | null = null): string | null | undefined {
  if (value === null || value === undefined || value === '') return null;
  if (value instanceof Date) return timeAt(value.getTime());
  if (typeof value === 'object' && '$date' in value) return timeOf(value.$date);
  if (typeof value === 'object' && '$numberLong' in value) return timeOf(value.$numberLong);
  if (typeof value === 'number') return timeAt(Math.abs(value) < 1e11 ? value * 1000 : value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text === '') return null;
  if (/^\d{9,13}(?:\.\d+)?$/.test(text)) return timeOf(Number(text));
  const [, year, , month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] =
    isoTime.exec(text) ?? [];
  if (year !== undefined) {
    const milliseconds = `${fraction}000`.slice(0, 3);
    return timeAt(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}${offsetOf(zone)}`));
  }
  const date = numbersDateOf(text);
  if (date) {
    const time = millisecondsIn(date, order);
    return time === null ? undefined : timeAt(time);
  }
  // Names of months leave no doubt, where numbers alone would.
  return /[a-z]{3}/i.test(text) && /\d{4}/.test(text) && !numbersWithin.test(text)
    ? timeAt(Date.parse(/(?:GMT|UTC|Z|[+-]\d{4})\b/.test(text) ? text : `${text} UTC`))
    : undefined;
}

function offsetOf(zone: string): string {
  if (!/^[+-]/.test(zone)) return 'Z';
  const digits = zone.replace(':', '').padEnd(5, '0');
  return `${digits.slice(0, 3)}:${digits.slice(3)}`;
}

function timeAt(milliseconds: number): string | undefined {
  if (!(milliseconds >= earliest && milliseconds <= latest)) return undefined;
  return new Date(milliseconds).toISOString();
}

const splitWords: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  validation: 'validation',
  val: 'validation',
  valid: 'validation',
  validate: 'validation',
  dev: 'validation',
  development: 'validation',
  eval: 'validation',
  evaluation: 'validation',
  heldout: 'validation',
  test: 'test',
  testing: 'test',
};

/** The split that a word names, in any case; null where there is none; undefined where it is another word. */
export function splitOfWord(value: unknown): Split | null | undefined {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'string') return undefined;
  const word = value.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return word === '' ? null : splitWords[word.replace(/\d+$/, '')];
}

/** Whether a value says anything: null and an empty text do not. */
export const isGiven = (value: unknown): boolean => value !== null && value !== undefined && value !== '';

/** Whether a value says yes: true, 1, 'true', 'yes'. */
export function isYes(value: unknown): boolean {
  return value === true || value === 1 || (typeof value === 'string' && /^(?:true|yes|1)$/i.test(value.trim()));
}
