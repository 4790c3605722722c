import { TiebreakError } from '../../contract/errors.ts';
import type { FileRecord, Left, Noted } from '../facts.ts';

/** What a file has one after the other: a record, one that stays out, or a word about one. */
export type RecordItem = FileRecord | ((Left | Noted) & { readonly line: number });

/** Several at a time: waiting for each alone would be slow. */
export type RecordBatch = {
  /** The columns of a table, in their order; null for files without them. */
  readonly columns: readonly string[] | null;
  readonly items: readonly RecordItem[];
};

export const isRecord = (item: RecordItem): item is FileRecord => !('kind' in item);

/** Records a batch has, and characters of them, before it is given. */
export const batchRecords = 256;
export const batchBytes = 1 << 20;

/** Longer records are left out, without ever being held in memory. */
export const recordLimit = 16 * 1024 * 1024;

/** A row that goes on for longer is no row, and what comes after it will not be one. */
const endless = 256 * 1024 * 1024;

/** Throws where a row does not end. */
export function throwIfEndless(length: number, line: number): void {
  if (length <= endless) return;
  throw new TiebreakError(
    'bad-input',
    `What begins on line ${line} of the file goes on for more than ${endless / 1024 / 1024} MB: it is no file of rows, and was not read on.`,
  );
}

const shown = 200;

/** A record that stays out. */
export function left(line: number, why: string, reason: string, text: string): Left & { readonly line: number } {
  return { kind: 'left', line, of: 'row', why, reason, text: text.slice(0, shown) };
}

/** A word about a record that came in. */
export function noted(line: number, why: string, reason: string, text: string): Noted & { readonly line: number } {
  return { kind: 'noted', line, of: 'row', why, reason, text: text.slice(0, shown) };
}
