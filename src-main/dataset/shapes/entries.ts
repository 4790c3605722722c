import type { Noun } from '../../contract/reading.ts';
import type { Left } from '../facts.ts';
import { writtenValue } from '../written-value.ts';
import type { Sample } from './shape.ts';

/** Entries of records, whatever their shape: fields by their names, and what is said where a part of one stays out. */

/** An object of JSON, or a row of a table. */
export type Entry = Readonly<Record<string, unknown>>;

export const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** Whether a value says anything: an empty cell and null do not. */
export const isSaid = (value: unknown): boolean =>
  value !== undefined && value !== null && !(typeof value === 'string' && value.trim() === '');

const known = new Map<string, string>();

/** A name without case and separators, as people write it in many ways: 'Chosen Response' and 'chosen_response' are one. */
export function plainName(name: string): string {
  const plain = known.get(name) ?? name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  // Files have few names. One that makes up new ones in each record must not make memory grow.
  if (known.size >= 2000) known.clear();
  known.set(name, plain);
  return plain;
}

export type Named = {
  /** The first of these names under which the entry says something. Names are plain ones. */
  readonly get: (...names: readonly string[]) => unknown;
  /** The names as they stand in the entry, by their plain ones. */
  readonly names: ReadonlyMap<string, string>;
};

/**
 * The fields of an entry by their plain names.
 * @param nameOf another name for a field than its own plain one; undefined for none at all
 */
export function named(entry: Entry, nameOf: (name: string) => string | undefined = plainName): Named {
  const names = new Map<string, string>();
  for (const name of Object.keys(entry)) {
    const plain = nameOf(name);
    if (plain === undefined) continue;
    if (!names.has(plain) || !isSaid(entry[names.get(plain)!])) names.set(plain, name);
  }
  const get = (...wanted: readonly string[]): unknown => {
    for (const plain of wanted) {
      const name = names.get(plain);
      if (name !== undefined && isSaid(entry[name])) return entry[name];
    }
    return undefined;
  };
  return { get, names };
}

/** What a value looks like as text, cut short: for what is shown of things that stay out. */
export function shown(value: unknown): string {
  const plain = (_: string, one: unknown): unknown => (typeof one === 'bigint' ? String(one) : one);
  const text = typeof value === 'string' ? value : (JSON.stringify(value, plain) ?? '');
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}

/**
 * Something that stays out.
 * @param why its kind, a short name that stays the same
 * @param reason in words that follow a count: 'no choice given'
 * @param value what the file has there
 */
export function leftOut(of: Noun, why: string, reason: string, value: unknown, count?: number): Left {
  return { kind: 'left', of, why, reason, text: shown(value), ...(count === undefined ? {} : { count }) };
}

/** A record that is no entry, where a shape needs one. */
export const noEntry = (value: unknown): Left => leftOut('row', 'not-an-entry', 'no entry with named fields', value);

/** A list or an object, where a table holds it in writing in a cell; else the value as it is. */
export function unpacked(value: unknown): unknown {
  return typeof value === 'string' ? (writtenValue(value) ?? value) : value;
}

/** A finite number, also where it stands in a text, or null. */
export function numberIn(value: unknown): number | null {
  if (typeof value === 'bigint') return Number(value);
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** The share of a sample's records that are entries for which something holds. */
function shareOf(sample: Sample, holds: (entry: Entry) => boolean): number {
  if (sample.values.length === 0) return 0;
  return sample.values.filter((value) => isEntry(value) && holds(value)).length / sample.values.length;
}

/** How sure a shape is that has certain signs, which most records must bear. */
export const sure = (sample: Sample, most: number, holds: (entry: Entry) => boolean): number => {
  const share = shareOf(sample, holds);
  return share < 0.5 ? 0 : most * (0.9 + 0.1 * share);
};

/** Only the fields that are said: an undefined one is left away. */
export function saidOnly<T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isSaid(value))) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
