import { ZipError } from 'hucre';
import { writeXlsxStream } from 'hucre/xlsx';
import { counted, plural, wholeNumber } from '../../common/words.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { type Cell, columnNames, type MoreColumns } from './table.ts';

/** What Excel holds: https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3 */
const longestCell = 32_767;
const mostRows = 1_048_576;

/**
 * A table of comments as a workbook with one sheet, piece by piece. Texts are texts, whatever they begin with: nothing is taken for a formula,
 * and nothing needs an apostrophe. What was given is no workbook until the last piece.
 * @throws TiebreakError bad-input where a text is longer than a cell, or the table than a sheet or than 4 GB: nothing is cut
 */
export async function* xlsxOf(
  table: Iterable<readonly Cell[]>,
  more: MoreColumns,
): AsyncGenerator<{ readonly bytes: Uint8Array; readonly rows: number }> {
  let rows = 0;
  function* written(): Generator<Cell[]> {
    for (const row of fitting(table)) {
      rows += 1;
      yield row.map((cell) => (typeof cell === 'string' ? escaped(cell) : cell));
    }
  }
  const columns = columnNames(more).map((header) => ({ header }));
  let told = 0;
  try {
    for await (const bytes of writeXlsxStream(written(), { name: 'Comments', columns, freezePane: { rows: 1 } })) {
      // More may be read while this is written.
      const read = rows;
      yield { bytes, rows: read - told };
      told = read;
    }
  } catch (error) {
    if (error instanceof ZipError) throw tooLarge();
    throw error;
  }
}

/** The rows, as long as all of them fit. */
function* fitting(table: Iterable<readonly Cell[]>): Generator<readonly Cell[]> {
  let [count, tooLong] = [0, 0];
  for (const row of table) {
    count += 1;
    if (row.some((cell) => typeof cell === 'string' && cell.length > longestCell)) tooLong += 1;
    else if (tooLong === 0 && count < mostRows) yield row;
  }
  if (tooLong > 0) throw cellsTooLong(tooLong);
  if (count >= mostRows) throw tooManyRows();
}

/**
 * What XML can't hold, or would change, as Excel itself writes it (ECMA-376, ST_Xstring): _x000D_ for a carriage return. A text that has
 * such a sequence already gets its underscore written so.
 */
function escaped(value: string): string {
  return value
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(unheld, (found) =>
      Array.from(
        { length: found.length },
        (_, at) => `_x${found.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')}_`,
      ).join(''),
    );
}

/** What the writer would drop without a word, or the reader turn into something else: control characters, halves of pairs, and what is no character. */
const unheld = /(?![\t\n])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\uFFFD]/gu;

function cellsTooLong(count: number): TiebreakError {
  const [what, hold] = [counted(count, 'comment'), plural(count, 'has', 'have')];
  return new TiebreakError(
    'bad-input',
    `${what} ${hold} a text, or a post or context beside it, of more than the ${wholeNumber(longestCell)} characters that a cell of Excel holds. Nothing was cut and nothing written: CSV and Parquet hold them whole.`,
  );
}

function tooManyRows(): TiebreakError {
  return new TiebreakError(
    'bad-input',
    `A sheet of Excel holds ${wholeNumber(mostRows - 1)} comments, and there are more. Nothing was cut and nothing written: write one split, or CSV or Parquet.`,
  );
}

/** More needs zip64, which not every program reads. */
function tooLarge(): TiebreakError {
  return new TiebreakError(
    'bad-input',
    'A workbook of Excel holds 4 GB, and this table is larger. Nothing was cut and nothing written: write one split, or CSV or Parquet.',
  );
}
