import type { RawFact } from '../facts.ts';

/** A record with named fields. */
export type Row = Readonly<Record<string, unknown>>;

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A record without names, where a shape needs some. */
export function notARow(value: unknown): RawFact {
  return {
    kind: 'left',
    of: 'row',
    why: 'not-a-row',
    reason: 'no row with named fields',
    text: JSON.stringify(value) ?? '',
  };
}
