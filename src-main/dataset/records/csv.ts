import { append } from '../../common/lists.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { type Cells, type CsvText, cellsOf, isCells, unclosed, withoutReturn } from './csv-cells.ts';
import { type CsvDialect, csvCutter } from './csv-cut.ts';
import type { Cut } from './cut-lines.ts';
import { reasons } from './json-lines.ts';
import { batchBytes, batchRecords, left, type RecordBatch, type RecordItem } from './record.ts';
import { rowReader } from './table-rows.ts';
import { textOf } from './text.ts';

/** The rows of a table as objects from the names of its columns to texts: '' where a cell is empty, nothing where a row is too short. */
export async function* readCsvRecords(
  pieces: AsyncIterable<Buffer>,
  dialect: CsvDialect,
  lineEnd: 10 | 13,
  path: string,
): AsyncGenerator<RecordBatch> {
  const cutter = csvCutter(dialect, lineEnd, 1);
  const rows = rowReader(dialect.preamble, path, { separated: true, header: dialect.header });
  const give = (cuts: readonly Cut[]): RecordBatch => {
    const items = itemsOf(cuts, dialect, lineEnd).flatMap((item) => (isCells(item) ? rows.take(item) : [item]));
    return { columns: rows.columns(), items };
  };
  let batch: Cut[] = [];
  let size = 0;
  const full = function* (cuts: Iterable<Cut>): Generator<RecordBatch> {
    for (const cut of cuts) {
      batch.push(cut);
      size += cut.bytes.length;
      if (batch.length < batchRecords && size < batchBytes) continue;
      yield give(batch);
      batch = [];
      size = 0;
    }
  };
  for await (const piece of pieces) yield* full(cutter.take(piece));
  // Where a quotation mark is never closed, all that stands below it comes at the end.
  yield* full(cutter.end());
  if (batch.length > 0) yield give(batch);
  if (rows.columns() === null) {
    throw new TiebreakError(
      'bad-input',
      `The file ${path} has no line with the names of its columns. Nothing came in.`,
    );
  }
}

/** Some rows of a file may end with a carriage return alone: then both sides of it are as wide. */
function rowsIn(text: string, { separator }: CsvDialect): readonly string[] {
  if (text === '') return [];
  if (!text.includes('\r') || text.includes('"')) return [text];
  const parts = text.split('\r').filter((part) => part !== '');
  const widths = new Set(parts.map((part) => part.split(separator).length));
  return widths.size === 1 && !widths.has(1) ? parts : [text];
}

/** What cuts come to: cells, or why there are none, in their order. */
function itemsOf(cuts: readonly Cut[], dialect: CsvDialect, lineEnd: 10 | 13): readonly (Cells | RecordItem)[] {
  const items: (Cells | RecordItem)[] = [];
  let texts: CsvText[] = [];
  const read = (): void => {
    if (texts.length > 0) append(items, cellsOf(texts, dialect, lineEnd));
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
      for (const part of rowsIn(text, dialect)) texts.push({ line, text: part });
      continue;
    }
    read();
    items.push(why === 'too-long' ? left(line, why, reasons[why], text) : unclosed({ line, text }));
  }
  read();
  return items;
}
