import { type CsvForm, plainCsv } from '../../common/locale-csv.ts';
import { csvLines as linesOf } from '../../disk/spreadsheet.ts';
import type { ScoredPost } from './scored.ts';
import { cellsOf, columns } from './table.ts';

/** The line of column names. */
export function csvHeader(form: CsvForm = plainCsv): string {
  return `${form.mark ? '\uFEFF' : ''}${linesOf([columns], form)}`;
}

/** One record per comment. */
export function csvLines(post: ScoredPost, form: CsvForm = plainCsv): string {
  return linesOf(cellsOf(post), form);
}

/** The same, record by record: a record may hold line breaks in its cells. */
export function csvRecords(post: ScoredPost, form: CsvForm = plainCsv): readonly string[] {
  return cellsOf(post).map((record) => linesOf([record], form));
}

/**
 * Whether a CSV file is one of ours, by the names in its first line: then texts that a spreadsheet would take for a formula have an apostrophe
 * in front that is no part of them (`withoutGuard`), and decimals may be commas (`numberOfOurs`).
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

const guarded = /^'+[=+\-@\t\r\n＝＋－＠]/;

/** A text of one of our CSV files as it was before it was guarded. */
export function withoutGuard(cell: string): string {
  return guarded.test(cell) ? cell.slice(1) : cell;
}

/** A number of one of our CSV files with a point for its decimals: we write no separators of thousands. */
export function numberOfOurs(cell: string): string {
  return cell.replace(',', '.');
}
