import { ByteWriter, type ColumnSource, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { type Cell, columnNames, type MoreColumns, numberColumns } from './table.ts';

/** Rows of a row group: they are in memory together. */
const groupRows = 10_000;

/**
 * A table of comments as Parquet, with the columns of the CSV: texts as UTF-8 strings, the place as INT32, reward and votes as DOUBLE, and
 * null where there is nothing. Gives the bytes group by group.
 */
export async function* parquetOf(
  rows: Iterable<readonly Cell[]>,
  more: MoreColumns,
): AsyncGenerator<{ readonly bytes: Uint8Array; readonly rows: number }> {
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData: columnsOf([], more) }) });
  let group: (readonly Cell[])[] = [];
  const flush = async (): Promise<{ readonly bytes: Uint8Array; readonly rows: number }> => {
    if (group.length > 0) await file.write({ columnData: columnsOf(group, more), rowGroupSize: groupRows });
    const written = group.length;
    group = [];
    return { bytes: taken(writer), rows: written };
  };
  for (const row of rows) {
    group.push(row);
    if (group.length === groupRows) yield await flush();
  }
  yield await flush();
  await file.finish();
  yield { bytes: taken(writer), rows: 0 };
}

function columnsOf(rows: readonly (readonly Cell[])[], more: MoreColumns): ColumnSource[] {
  return columnNames(more).map((name, at) => ({
    name,
    data: rows.map((row) => row[at]),
    type: name === 'score' ? 'INT32' : numberColumns.has(name) ? 'DOUBLE' : 'STRING',
  }));
}

/** What was written since the last time; the places in the file are counted on. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = new Uint8Array(writer.buffer, 0, writer.index).slice();
  writer.index = 0;
  return bytes;
}
