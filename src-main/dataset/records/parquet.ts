import { type FileHandle, open } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type RowGroup,
  type SchemaTree,
} from 'hyparquet';
import { compressors as others } from 'hyparquet-compressors';
import { TiebreakError } from '../../contract/errors.ts';
import type { BytesOptions } from '../bytes/open.ts';
import { throwIfCancelled } from '../stopping.ts';
import { columnsAtMost } from './csv-cells.ts';
import { plainValue } from './plain-value.ts';
import { batchRecords, left, type RecordBatch } from './record.ts';
import { tooManyColumns } from './table-rows.ts';

/** How much of a group of rows is unpacked at once. */
const windowBytes = 32 * 1024 * 1024;
/** The first rows alone are few, so that a file is soon known. */
const firstRows = 128;
/** More is not read into memory at once, whatever the file says. */
const readLimit = 512 * 1024 * 1024;
const pageLimit = 256 * 1024 * 1024;
const valuesLimit = 50_000_000;

const unpack = (packed: Uint8Array, length: number, how: typeof gunzipSync | typeof zstdDecompressSync): Uint8Array => {
  if (length > pageLimit) throw new Error('a page is too large');
  return how(packed, { maxOutputLength: Math.max(1, length) });
};

/** Node's own are quicker, and hold against what a page says of its length. */
// A text may begin with what would be a mark of the encoding at the beginning of a file.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const parsers = { stringFromBytes: (bytes: Uint8Array): string => decoder.decode(bytes) };

const compressors: Compressors = {
  ...Object.fromEntries(
    Object.entries(others).map(([name, how]) => [
      name,
      (packed: Uint8Array, length: number): Uint8Array => {
        if (length > pageLimit) throw new Error('a page is too large');
        // A page of missing values alone holds nothing, and some are not packed as such.
        return length === 0 ? new Uint8Array(0) : how(packed, length);
      },
    ]),
  ),
  GZIP: (packed, length) => unpack(packed, length, gunzipSync),
  ZSTD: (packed, length) => unpack(packed, length, zstdDecompressSync),
  BROTLI: (packed, length) => unpack(packed, length, brotliDecompressSync),
};

/** The rows of a Parquet file as objects, some of a group of rows at a time. Their line is their number, from 1. */
export async function* readParquet(path: string, options: BytesOptions = {}): AsyncGenerator<RecordBatch> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const file = bufferOf(handle, size);
    const { metadata, columns } = await metadataOf(file, path);
    let groupStart = 0;
    for (const group of metadata.row_groups) {
      const rows = Number(group.num_rows);
      const bytes = Number(group.total_byte_size);
      const step = Math.max(1, Math.min(rows, Math.floor((rows * windowBytes) / Math.max(1, bytes))));
      for (let done = 0; done < rows; ) {
        throwIfCancelled(options.signal);
        const count = groupStart === 0 && done === 0 ? Math.min(step, firstRows) : Math.min(step, rows - done);
        const rowStart = groupStart + done;
        try {
          holdAgainstSchema(group, metadata);
          if (group.columns.some(({ meta_data: of }) => Number(of?.num_values ?? 0) > valuesLimit))
            throw new Error('a group of rows is too large');
          const found = await parquetReadObjects({
            file,
            metadata,
            compressors,
            parsers,
            rowStart,
            rowEnd: rowStart + count,
          });
          for (let at = 0; at < found.length; at += batchRecords) {
            const some = found.slice(at, at + batchRecords);
            yield {
              columns,
              items: some.map((value, place) => ({ line: rowStart + at + place + 1, value: plainValue(value) })),
            };
          }
          done += count;
        } catch (error) {
          if (error instanceof TiebreakError) throw error;
          const reason =
            "rows of a Parquet file can't be read: their part of the file is damaged or written in a way that is not known";
          const lost = left(rowStart + 1, 'damaged', reason, (error as Error).message);
          yield { columns, items: [{ ...lost, count: rows - done }] };
          done = rows;
        }
        options.onBytes?.(Math.round((size * (groupStart + done)) / Math.max(1, Number(metadata.num_rows))));
      }
      groupStart += rows;
    }
  } finally {
    await handle.close();
  }
}

function bufferOf(handle: FileHandle, size: number): AsyncBuffer {
  return {
    byteLength: size,
    slice: async (start, end = size) => {
      const length = Math.min(end, size) - start;
      if (!(length >= 0) || start < 0 || length > readLimit)
        throw new Error('it says that a part of it is where none is');
      const bytes = new ArrayBuffer(length);
      const { bytesRead } = await handle.read(new Uint8Array(bytes), 0, length, start);
      if (bytesRead < length) throw new Error('the file is shorter than it says');
      return bytes;
    },
  };
}

async function metadataOf(
  file: AsyncBuffer,
  path: string,
): Promise<{ readonly metadata: FileMetaData; readonly columns: readonly string[] }> {
  try {
    const metadata = await parquetMetadataAsync(file, { geoparquet: false });
    if (metadata.schema.length > columnsAtMost) throw tooManyColumns(path);
    return { metadata, columns: parquetSchema(metadata).children.map(({ element }) => element.name) };
  } catch (error) {
    if (error instanceof TiebreakError) throw error;
    throw new TiebreakError(
      'bad-input',
      `The file ${path} begins as Parquet and doesn't end as such: it was not copied whole, or is damaged. Nothing came in.`,
      { cause: error },
    );
  }
}

/** Throws where the parts of a group are not those of the schema, each once: hyparquet would read them and leave what fails to nobody. */
function holdAgainstSchema(group: RowGroup, metadata: FileMetaData): void {
  const leaves: string[] = [];
  const walk = ({ children, path }: SchemaTree): void => {
    if (children.length === 0) leaves.push(path.join('\0'));
    for (const child of children) walk(child);
  };
  const tree = parquetSchema(metadata);
  walk(tree);
  const parts = group.columns.map(({ meta_data: of }) => of?.path_in_schema.join('\0') ?? '');
  const names = tree.children.map(({ element }) => element.name);
  if (new Set(names).size < names.length || parts.toSorted().join('\n') !== leaves.toSorted().join('\n')) {
    throw new Error('its columns are not those of its schema');
  }
}
