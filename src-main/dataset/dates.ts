import type { DateOrder } from '../contract/reading.ts';

/** Dates of numbers alone, such as 05/06/2024 or 5.6.24: which number is the day a date alone often doesn't tell. */

/** A date of three numbers, the year last. */
type NumbersDate = {
  readonly first: number;
  readonly second: number;
  /** With two digits, a past one. */
  readonly year: number;
  /** Whether points stand between: by custom the day is first then. */
  readonly pointed: boolean;
  /** Whether the year has two digits, so that it could stand first as well. */
  readonly short: boolean;
  /** Milliseconds since the day began, in UTC. */
  readonly time: number;
};

const numbersDate =
  /^(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?:(?:T|,?\s+)(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?\s*(?:([ap])\.?m\.?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** The date that a text is, where it is one of three numbers with the year last, with a time behind it or none; else null. */
export function numbersDateOf(text: string, now = new Date()): NumbersDate | null {
  const parts = numbersDate.exec(text);
  if (!parts) return null;
  const [, first, sign, second, year, hour = '0', minute = '0', seconds = '0', half, zone = 'Z'] = parts;
  const hours = half === undefined ? Number(hour) : hourOf(Number(hour), half);
  if (hours === null || hours > 23 || Number(minute) > 59 || Number(seconds) > 59) return null;
  return {
    first: Number(first),
    second: Number(second),
    year: year!.length === 2 ? pastYear(Number(year), now) : Number(year),
    pointed: sign === '.',
    short: year!.length === 2,
    time: ((hours * 60 + Number(minute) - offsetMinutes(zone)) * 60 + Number(seconds)) * 1000,
  };
}

/** The hour of the day of one before or after noon; null where there is none such. */
function hourOf(hour: number, half: string): number | null {
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
}

function offsetMinutes(zone: string): number {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  return hours === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** What comes in was written by now. */
function pastYear(digits: number, now: Date): number {
  const year = 2000 + digits;
  return year > now.getUTCFullYear() ? year - 100 : year;
}

/** Milliseconds since 1970 of a date that is read so; null where there is no such day. */
function millisecondsOf({ first, second, year, time }: NumbersDate, order: DateOrder): number | null {
  const [day, month] = order === 'day-first' ? [first, second] : [second, first];
  const date = new Date(Date.UTC(year, month - 1, day));
  // There is no 31st of April, and no 13th month.
  return date.getUTCDate() === day && date.getUTCMonth() === month - 1 ? date.getTime() + time : null;
}

/** What a date by itself says of its order: the one in which it is a date, 'either', or that its year may stand first. null where it is a date in none. */
export function orderIn(date: NumbersDate, now = new Date()): DateOrder | 'year-first' | 'either' | null {
  const { first, second, year, short } = date;
  const [byDay, byMonth] = [millisecondsOf(date, 'day-first') !== null, millisecondsOf(date, 'month-first') !== null];
  const thisYear = now.getUTCFullYear() % 100;
  const last = year % 100;
  // 24/05/31: there is no 2031 yet, and there was no comment in 1931.
  if (short && last > thisYear && last <= 31 && second <= 12) return 'year-first';
  if (byDay && byMonth) return 'either';
  if (byMonth) return 'month-first';
  // 24/05/06 could be a day of 2024 as well, where 31/05/06 can't.
  if (byDay) return short && first <= thisYear && last <= 31 ? 'either' : 'day-first';
  return null;
}

/**
 * Milliseconds since 1970 of a date. null where it is no date in this order or, where nobody knows the order, could be one in both: but points
 * have the day before them by custom.
 */
export function millisecondsIn(date: NumbersDate, order: DateOrder | null): number | null {
  const alone = orderIn(date);
  const custom = alone === 'either' && date.pointed ? 'day-first' : null;
  const known = order ?? (alone === 'day-first' || alone === 'month-first' ? alone : custom);
  return known === null ? null : millisecondsOf(date, known);
}
