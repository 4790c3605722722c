import { ByteWriter, type ColumnSource, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { type Cell, columnNames, type MoreColumns, numberColumns } from './table.ts';

/** Rows of a row group: they are in memory together. */
const groupRows = 10_000;

/** A column: texts as UTF-8 strings, numbers as INT32 or DOUBLE, and null where there is nothing. */
export type ParquetColumn = { readonly name: string; readonly type: 'STRING' | 'INT32' | 'DOUBLE' };

/** A table of comments as Parquet, with the columns of the CSV: the place is INT32, reward and votes are DOUBLE. */
export function parquetOf(rows: Iterable<readonly Cell[]>, more: MoreColumns): AsyncGenerator<ParquetPiece> {
  const columns = columnNames(more).map(
    (name): ParquetColumn => ({
      name,
      type: name === 'score' ? 'INT32' : numberColumns.has(name) ? 'DOUBLE' : 'STRING',
    }),
  );
  return parquetTable(rows, columns);
}

type ParquetPiece = { readonly bytes: Uint8Array; readonly rows: number };

/** Rows as Parquet, a cell for each column. Gives the bytes group by group. */
export async function* parquetTable(
  rows: Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>,
  columns: readonly ParquetColumn[],
): AsyncGenerator<ParquetPiece> {
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData: dataOf([], columns) }) });
  let group: (readonly Cell[])[] = [];
  const flush = async (): Promise<ParquetPiece> => {
    if (group.length > 0) await file.write({ columnData: dataOf(group, columns), rowGroupSize: groupRows });
    const written = group.length;
    group = [];
    return { bytes: taken(writer), rows: written };
  };
  for await (const row of rows) {
    group.push(row);
    if (group.length === groupRows) yield await flush();
  }
  yield await flush();
  await file.finish();
  yield { bytes: taken(writer), rows: 0 };
}

function dataOf(rows: readonly (readonly Cell[])[], columns: readonly ParquetColumn[]): ColumnSource[] {
  return columns.map(({ name, type }, at) => ({ name, type, data: rows.map((row) => row[at]) }));
}

/** What was written since the last time; the places in the file are counted on. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = new Uint8Array(writer.buffer, 0, writer.index).slice();
  writer.index = 0;
  return bytes;
}
