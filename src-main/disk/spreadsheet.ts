import { stringify } from 'csv-stringify/sync';

export type Cell = string | number | null;

/**
 * Rows as lines of CSV with their ends. A text that a spreadsheet would take for a formula gets an apostrophe in front, so that
 * it is shown and never run; our reader takes it off again. Numbers stay numbers.
 */
export function csvLines(rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return '';
  return stringify(
    rows.map((row) => row.map(inert)),
    { record_delimiter: '\r\n', quoted_match: /[\r\n]/ },
  );
}

function inert(cell: Cell): Cell {
  return typeof cell === 'string' && /^'*[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell;
}
