import { TiebreakError } from '../../contract/errors.ts';
import { type Cells, columnsAtMost } from './csv-cells.ts';
import { left, noted, type RecordItem } from './record.ts';

export type RowReader = {
  /** null until the row with their names was taken. */
  readonly columns: () => readonly string[] | null;
  readonly take: (row: Cells<unknown>) => readonly RecordItem[];
};

/**
 * Makes objects of the cells of a table's rows.
 * @param preamble how many rows stand above the one with the names of the columns
 * @param separated whether a sign stands between cells, which a text may have as well
 * @param header whether there are names: else columns are called by their places, as many as the first row has
 */
export function rowReader(
  preamble: number,
  path: string,
  { separated, header }: { readonly separated: boolean; readonly header: boolean },
): RowReader {
  let columns: readonly string[] | null = null;
  let above = preamble;
  return {
    columns: () => columns,
    take: ({ line, cells }) => {
      if (cells.every((cell) => cell === '')) return [];
      if (above > 0) {
        above -= 1;
        const text = cells.join(' ').trim();
        if (/^sep=/i.test(text)) return [];
        return [noted(line, 'above-table', 'above the names of the columns, passed over', text)];
      }
      if (columns === null) {
        columns = columnNames(header ? cells.map(String) : cells.map(() => ''), path);
        if (header) return [];
      }
      return rowOf(cells, columns, line, separated);
    },
  };
}

function rowOf(
  cells: readonly unknown[],
  columns: readonly string[],
  line: number,
  separated: boolean,
): readonly RecordItem[] {
  const value: Record<string, unknown> = {};
  const count = Math.min(cells.length, columns.length);
  for (let at = 0; at < count; at += 1) value[columns[at]!] = cells[at]!;
  const record = { line, value };
  if (cells.length <= columns.length) return [record];
  const more = cells.slice(columns.length).filter((cell) => String(cell).trim() !== '');
  if (more.length === 0) return [record];
  // In CSV a separator in a text moves all that follows into wrong columns; cells of a spreadsheet stand where they are.
  if (separated)
    return [left(line, 'more-cells', 'more cells than columns: it can not be told which is which', cells.join(' | '))];
  return [noted(line, 'more-cells', 'cells beyond the named columns, left out', more.join(' | ')), record];
}

/** Names of columns, each once: a second one of a name is counted, one without a name is called by its place. */
function columnNames(cells: readonly string[], path: string): readonly string[] {
  if (cells.length > columnsAtMost) throw tooManyColumns(path);
  const seen = new Set<string>(['__proto__']);
  return cells.map((cell, at) => {
    const name = cell.replace(/^\uFEFF/, '').trim() || `column ${at + 1}`;
    let unique = name;
    for (let times = 2; seen.has(unique); times += 1) unique = `${name} (${times})`;
    seen.add(unique);
    return unique;
  });
}

export function withoutNames(path: string): TiebreakError {
  return new TiebreakError(
    'bad-input',
    `The first line of ${path} has values where the names of its columns should be. If it is a row like the others, say so and what its columns are, by their places, as in --no-header --map '1=text,2=comment,3=votes'. Nothing came in.`,
  );
}

export function tooManyColumns(path: string): TiebreakError {
  return new TiebreakError(
    'bad-input',
    `The table ${path} has more than ${columnsAtMost.toLocaleString('en')} columns: keep those with texts and votes, and import that. Nothing came in.`,
  );
}
