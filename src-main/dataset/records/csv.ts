import { TiebreakError } from '../../contract/errors.ts';
import { type Cells, type CsvText, cellsOf, columnsAtMost, isCells, unclosed, withoutReturn } from './csv-cells.ts';
import { type CsvDialect, csvCutter } from './csv-cut.ts';
import type { Cut } from './cut-lines.ts';
import { reasons } from './json-lines.ts';
import { batchBytes, batchRecords, left, noted, type RecordBatch, type RecordItem } from './record.ts';
import { textOf } from './text.ts';

/** The rows of a table as objects from the names of its columns to texts: '' where a cell is empty, nothing where a row is too short. */
export async function* readCsvRecords(
  pieces: AsyncIterable<Buffer>,
  dialect: CsvDialect,
  lineEnd: 10 | 13,
  path: string,
): AsyncGenerator<RecordBatch> {
  const cutter = csvCutter(dialect, lineEnd, 1);
  const rows = rowReader(dialect.preamble, path);
  const give = (cuts: readonly Cut[]): RecordBatch => {
    const items = itemsOf(cuts, dialect, lineEnd).flatMap((item) => (isCells(item) ? rows.take(item) : [item]));
    return { columns: rows.columns(), items };
  };
  let batch: Cut[] = [];
  let size = 0;
  for await (const piece of pieces) {
    for (const cut of cutter.take(piece)) {
      batch.push(cut);
      size += cut.bytes.length;
      if (batch.length < batchRecords && size < batchBytes) continue;
      yield give(batch);
      batch = [];
      size = 0;
    }
  }
  batch.push(...cutter.end());
  if (batch.length > 0) yield give(batch);
  if (rows.columns() === null) {
    throw new TiebreakError(
      'bad-input',
      `The file ${path} has no line with the names of its columns. Nothing came in.`,
    );
  }
}

/** What cuts come to: cells, or why there are none, in their order. */
function itemsOf(cuts: readonly Cut[], dialect: CsvDialect, lineEnd: 10 | 13): readonly (Cells | RecordItem)[] {
  const items: (Cells | RecordItem)[] = [];
  let texts: CsvText[] = [];
  const read = (): void => {
    if (texts.length > 0) items.push(...cellsOf(texts, dialect, lineEnd));
    texts = [];
  };
  for (const { line, bytes, left: why } of cuts) {
    const text = withoutReturn(
      textOf(bytes, line, (item) => {
        read();
        items.push(item);
      }),
    );
    if (why === undefined) {
      if (text !== '') texts.push({ line, text });
      continue;
    }
    read();
    items.push(why === 'too-long' ? left(line, why, reasons[why], text) : unclosed({ line, text }));
  }
  read();
  return items;
}

type RowReader = {
  readonly columns: () => readonly string[] | null;
  readonly take: (row: Cells) => readonly RecordItem[];
};

/** Makes objects of cells, the names of the columns first. */
export function rowReader(preamble: number, path: string): RowReader {
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
        return [noted(line, 'above-table', 'lines above the names of the columns were passed over', text)];
      }
      if (columns === null) {
        columns = columnNames(cells, path);
        return [];
      }
      return rowOf(cells, columns, line);
    },
  };
}

function rowOf(cells: readonly string[], columns: readonly string[], line: number): readonly RecordItem[] {
  const value: Record<string, string> = {};
  const count = Math.min(cells.length, columns.length);
  for (let at = 0; at < count; at += 1) value[columns[at]!] = cells[at]!;
  const record = { line, value };
  if (cells.length <= columns.length) return [record];
  const more = cells.slice(columns.length).filter((cell) => cell.trim() !== '');
  if (more.length === 0) return [record];
  return [
    noted(line, 'more-cells', 'rows have more cells than there are columns: those were left out', more.join(' | ')),
    record,
  ];
}

/** Names of columns, each once: a second one of a name is counted, one without a name is called by its place. */
export function columnNames(cells: readonly string[], path: string): readonly string[] {
  if (cells.length > columnsAtMost) {
    throw new TiebreakError(
      'bad-input',
      `The table ${path} has more than ${columnsAtMost.toLocaleString('en')} columns: keep those with texts and votes, and import that. Nothing came in.`,
    );
  }
  const seen = new Set<string>(['__proto__']);
  return cells.map((cell, at) => {
    const name = cell.replace(/^\uFEFF/, '').trim() || `column ${at + 1}`;
    let unique = name;
    for (let times = 2; seen.has(unique); times += 1) unique = `${name} (${times})`;
    seen.add(unique);
    return unique;
  });
}
