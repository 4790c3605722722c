import { stringify } from 'csv-stringify/sync';
import { type CsvForm, plainCsv } from '../common/locale-csv.ts';

export type Cell = string | number | null;

/**
 * Rows as lines of CSV with their ends. A text that a spreadsheet would take for a formula gets an apostrophe in front, so that
 * it is shown and never run; our reader takes it off again. Numbers stay numbers.
 */
export function csvLines(rows: readonly (readonly Cell[])[], { separator, decimal }: CsvForm = plainCsv): string {
  if (rows.length === 0) return '';
  return stringify(
    rows.map((row) => row.map(inert)),
    {
      delimiter: separator,
      record_delimiter: '\r\n',
      quoted_match: /[\r\n]/,
      cast: { number: (value) => (decimal === ',' ? String(value).replace('.', ',') : String(value)) },
    },
  );
}

function inert(cell: Cell): Cell {
  return typeof cell === 'string' && /^'*[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell;
}
