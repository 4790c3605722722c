import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { TiebreakError } from '../contract/errors.ts';
import type { HubFile } from '../contract/views.ts';
import { ask, Broken, silenceMs, unreachable } from './request.ts';

/** Bytes of a file's end that are asked for first: the list of its parts stands there. */
const endBytes = 1 << 17;
/** Of one part of a file: what it takes to read it is held in memory at once. */
const largestPart = 1 << 30;

/** A server that sends whole files only. */
export class NoRanges extends Error {}

/** A Parquet file that stays where it is: only what is read of it is asked for. */
export type RemoteFile = {
  readonly file: HubFile;
  readonly metadata: FileMetaData;
  readonly rows: number;
  readonly buffer: AsyncBuffer;
};

/**
 * Asks for the end of a Parquet file, where its parts are listed.
 * @param onBytes is told how many bytes each answer brought
 * @throws TiebreakError where it is none, NoRanges where the server gives no parts of files
 */
export async function openRemote(
  address: string,
  file: HubFile,
  signal: AbortSignal,
  onBytes: (bytes: number) => void = () => {},
): Promise<RemoteFile> {
  const buffer: AsyncBuffer = {
    byteLength: file.bytes,
    slice: async (start, end = file.bytes) => {
      const piece = await range(address, file, start, end, signal);
      onBytes(piece.byteLength);
      return piece;
    },
  };
  try {
    // Loaded here, since few people who start the app fetch rows.
    const { parquetMetadataAsync } = await import('hyparquet');
    const metadata = await parquetMetadataAsync(buffer, { initialFetchSize: endBytes });
    return { file, metadata, rows: Number(metadata.num_rows), buffer };
  } catch (error) {
    throw explained(error, file);
  }
}

/** Bytes that reading so many first rows asks for: parts of a file are read whole. */
export function bytesOfRows({ metadata, file }: RemoteFile, rows: number): number {
  let [before, bytes] = [0, 0];
  for (const part of metadata.row_groups) {
    if (before >= rows) break;
    before += Number(part.num_rows);
    bytes += part.columns.reduce((sum, column) => sum + Number(column.meta_data?.total_compressed_size ?? 0), 0);
  }
  return Math.min(bytes, file.bytes);
}

/** The first rows, part by part. */
export async function* firstRows(
  { metadata, buffer, file }: RemoteFile,
  rows: number,
): AsyncGenerator<readonly object[]> {
  const { parquetReadObjects } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  let before = 0;
  for (const part of metadata.row_groups) {
    if (before >= rows) return;
    const end = before + Number(part.num_rows);
    if (Number(part.total_byte_size) > largestPart) throw tooLarge(file);
    try {
      const options = { file: buffer, metadata, compressors, rowStart: before, rowEnd: Math.min(end, rows) };
      yield await parquetReadObjects(options);
    } catch (error) {
      throw explained(error, file);
    }
    before = end;
  }
}

async function range(
  address: string,
  file: HubFile,
  start: number,
  end: number,
  outer: AbortSignal,
): Promise<ArrayBuffer> {
  const signal = AbortSignal.any([outer, AbortSignal.timeout(5 * silenceMs)]);
  const answer = await ask(address, file.name, { range: `bytes=${start}-${end - 1}` }, signal, 'data set');
  const said = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(answer.headers.get('content-range') ?? '');
  if (answer.status !== 206 || !said) {
    await answer.body?.cancel();
    throw new NoRanges('The server gives no parts of files.');
  }
  const sound = Number(said[1]) === start && Number(said[2]) === end - 1;
  if (!sound || (said[3] !== '*' && Number(said[3]) !== file.bytes)) {
    await answer.body?.cancel();
    throw lied(file);
  }
  const whole = new Uint8Array(end - start);
  let length = 0;
  try {
    for await (const piece of answer.body ?? []) {
      if (length + piece.length > whole.length) throw lied(file);
      whole.set(piece, length);
      length += piece.length;
    }
  } catch (error) {
    if (outer.aborted || error instanceof TiebreakError) throw error;
    throw unreachable(new URL(address), error, outer);
  }
  if (length < whole.length) throw new Broken('The connection broke off');
  return whole.buffer;
}

function explained(error: unknown, file: HubFile): unknown {
  if (error instanceof TiebreakError || error instanceof Broken || error instanceof NoRanges) return error;
  if (error instanceof Error && error.name === 'AbortError') return error;
  const reason = error instanceof Error ? error.message : String(error);
  const message = `${file.name} can't be read as Parquet (${reason.slice(0, 200)}). Nothing was changed: without --rows the whole file is fetched and held against its checksum.`;
  return new TiebreakError('damaged', message, { cause: error });
}

function lied({ name }: HubFile): TiebreakError {
  return new TiebreakError(
    'damaged',
    `The server sent another part of ${name} than was asked for. Nothing was changed: try again later.`,
  );
}

function tooLarge({ name }: HubFile): TiebreakError {
  const message = `The parts of ${name} are larger than 1 GB each, which is too much to read a few rows of. Nothing was changed: leave --rows out, and the whole file is fetched.`;
  return new TiebreakError('too-large', message);
}
