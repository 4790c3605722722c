import type { CsvForm } from '../../common/locale-csv.ts';
import { csvLines as linesOf, unguarded } from '../../disk/spreadsheet.ts';
import { columnNames, columns, type MoreColumns, numberColumns } from './table.ts';

/** How one file of a table is written. */
export type TableForm = CsvForm & MoreColumns;

/** The line of column names. */
export function csvHeader(form: TableForm): string {
  return `${form.mark ? '\uFEFF' : ''}${linesOf([columnNames(form)], form)}`;
}

/**
 * Whether a table is one of ours, by the names in its first line. Then its `score` is a place; and where it is CSV, texts that a spreadsheet
 * would take for a formula have apostrophes that are no part of them, and decimals may be commas (`recordOfOurs`). A workbook or
 * Parquet needs neither.
 *
 * The sign is our columns, all of them, in our order and written as we write them. Nobody else's file begins with these ten; it needs no
 * column or line that other programs would stumble over (a line `sep=;` makes Excel forget the byte order mark, and so UTF-8); files that were
 * exported before have it as well; and it outlives being opened and saved in a spreadsheet, as the apostrophes do. Columns that somebody
 * added behind ours change nothing. Where somebody took some away, apostrophes stay where they are and are seen: none is ever taken off a text
 * that had it.
 */
export function isOurs(header: readonly string[]): boolean {
  return columns.every((name, at) => (at === 0 ? header[at]?.replace(/^\uFEFF/, '') : header[at]) === name);
}

/** A row of one of our CSV files as it was before it was written: texts without their guards, and a point for the decimals. */
export function recordOfOurs(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row;
  return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cellOfOurs(name, cell)]));
}

function cellOfOurs(name: string, cell: unknown): unknown {
  if (typeof cell !== 'string') return cell;
  // We write no separators of thousands.
  if (numberColumns.has(name)) return cell.replace(',', '.');
  return unguarded(cell);
}
