import { stringify } from 'csv-stringify/sync';
import { type CsvForm, plainCsv } from '../common/locale-csv.ts';

/** decimals: so many stand behind the point, even where they are zeros. */
export type Cell = string | number | { readonly number: number; readonly decimals: number } | null;

/**
 * Rows as lines of CSV with their ends. A text that a spreadsheet would take for a formula gets an apostrophe in front, so that
 * it is shown and never run; our reader takes it off again (`unguarded`). So does what stands behind a semicolon or a tab: a spreadsheet that
 * takes these for separators, as its country or a setting may have it, sees a cell begin there, whatever is in quotes. Numbers stay numbers.
 */
export function csvLines(rows: readonly (readonly Cell[])[], { separator, decimal }: CsvForm = plainCsv): string {
  if (rows.length === 0) return '';
  return stringify(
    rows.map((row) => row.map((cell) => (typeof cell === 'string' ? guarded(cell) : cell))),
    {
      delimiter: separator,
      record_delimiter: '\r\n',
      // All that a spreadsheet can take for a separator, whichever is ours.
      quoted_match: /[,;|\t\r\n]/,
      cast: {
        number: (value) => ({ value: cellText(value, decimal), quoted_match: null }),
        object: (value) => ({ value: cellText(value as Cell, decimal), quoted_match: null }),
      },
    },
  );
}

/** A cell as it stands in the file, but for quotes. */
export function cellText(cell: Cell, decimal: CsvForm['decimal']): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return guarded(cell);
  const digits = typeof cell === 'number' ? String(cell) : fixed(cell);
  return decimal === ',' ? digits.replace('.', ',') : digits;
}

/** What rounds to nothing has no sign. */
const fixed = ({ number, decimals }: { readonly number: number; readonly decimals: number }): string =>
  number.toFixed(decimals).replace(/^-(?=[0.]*$)/, '');

/** A text with an apostrophe wherever a cell may seem to begin with a formula. None does with `-)`, as in a smiley. */
function guarded(text: string): string {
  const within = text.replace(/([;\t]'*)(?=[=+\-@＝＋－＠])(?!-\))/g, "$1'");
  return /^'*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${within}` : within;
}

/** The text again as it was before it was written. */
export function unguarded(text: string): string {
  const begun = /^'+[=+\-@\t\r\n＝＋－＠]/.test(text) ? text.slice(1) : text;
  return begun.replace(/([;\t]'*)'(?=[=+\-@＝＋－＠])(?!-\))/g, '$1');
}
