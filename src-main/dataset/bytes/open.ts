import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { TiebreakError } from '../../contract/errors.ts';
import type { Encoding, Packing } from '../../contract/reading.ts';
import { throwIfCancelled } from '../stopping.ts';
import { findEncoding } from './encoding.ts';
import { findPacking, refuseOthers } from './packing.ts';
import { toUtf8 } from './to-utf8.ts';
import { openZip } from './zip.ts';
import { unpackZstd } from './zstd.ts';

export type BytesHow = {
  /** Found where it isn't said. */
  readonly packing?: Packing | undefined;
  /** Found where it isn't given. */
  readonly encoding?: Encoding | undefined;
  /**
   * Whether somebody said the encoding, which is so where nothing else is given: bytes that are no UTF-8 then become U+FFFD. UTF-8 that was found passes
   * through as it is, so that bytes of another encoding further down can still be told.
   */
  readonly encodingSaid?: boolean | undefined;
};

export type BytesOptions = {
  /** Told after every piece how many bytes of the file on the disk have been read so far. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Told where a packed file ends early or goes wrong, in words that follow 'the file'; what came before it stands. Without it that is an error. */
  readonly onDamage?: ((how: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** How much of a file its encoding and format are found by. */
const sampleLength = 256 * 1024;
const pieceLength = 256 * 1024;
/** A packed file that gives more than this, and this many times its own length, is a bomb. */
const bombBytes = 512 * 1024 * 1024;
const bombTimes = 1000;

/** The size of a file in bytes, or a sentence on why it can't be read. */
export async function sizeOfFile(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new TiebreakError('not-found', `There is no file ${path}.`);
    throw cantRead(path, error);
  });
  if (!found.isFile()) throw new TiebreakError('bad-input', `${path} is not a file.`);
  return found.size;
}

/** What a file is packed in and written in, and its unpacked beginning as UTF-8, up to sampleLength bytes. */
export async function lookAtBytes(
  path: string,
  how: BytesHow,
): Promise<{
  readonly packing: Packing;
  readonly encoding: Encoding;
  readonly sample: Buffer;
  readonly whole: boolean;
}> {
  const packing = how.packing ?? (await packingOf(path));
  const { begin, whole } = await beginning(unpacked(path, packing, { onDamage: () => undefined }));
  if (packing !== 'none') refusePackedAgain(begin, path);
  const encoding = how.encoding ?? findEncoding(begin, whole);
  const pieces: Buffer[] = [];
  for await (const piece of toUtf8(only(begin), encoding, how.encoding !== undefined)) pieces.push(piece);
  return { packing, encoding, sample: Buffer.concat(pieces), whole };
}

/** A file's text as UTF-8 without a byte order mark, in pieces, unpacked, in constant memory. */
export async function* openBytes(path: string, how: BytesHow, options: BytesOptions = {}): AsyncGenerator<Buffer> {
  const packing = how.packing ?? (await packingOf(path));
  const pieces = unpacked(path, packing, options);
  if (how.encoding !== undefined) {
    yield* toUtf8(pieces, how.encoding, how.encodingSaid ?? true);
    return;
  }
  const { begin, whole, rest } = await beginning(pieces);
  yield* toUtf8(joined(begin, rest), findEncoding(begin, whole), false);
}

function refusePackedAgain(begin: Buffer, path: string): void {
  refuseOthers(begin, path);
  if (findPacking(begin) === 'none' && begin.subarray(0, 4).toString('latin1') !== 'PAR1') return;
  throw new TiebreakError(
    'bad-input',
    `What is packed in ${path} is packed itself: unpack it once and import what is in it. Nothing came in.`,
  );
}

/** What a file is packed in. A spreadsheet is not packed: its format says how it is read. */
export async function packingOf(path: string): Promise<Packing> {
  await sizeOfFile(path);
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw cantRead(path, error);
  });
  try {
    const begin = Buffer.alloc(64);
    const { bytesRead } = await file.read(begin, 0, begin.length, 0);
    refuseOthers(begin.subarray(0, bytesRead), path);
    return findPacking(begin.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** The bytes of a file as they are packed in it. */
async function* unpacked(path: string, packing: Packing, options: BytesOptions): AsyncGenerator<Buffer> {
  const size = await sizeOfFile(path);
  const { onBytes, onDamage, signal } = options;
  let given = 0;
  const { stream, readSoFar } = await sourceOf(path, packing);
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      throwIfCancelled(signal);
      given += piece.length;
      if (packing !== 'none') throwIfBomb(path, given, size);
      yield piece;
      onBytes?.(Math.min(readSoFar(given), size));
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof TiebreakError) throw error;
    if (packing !== 'none' && (code?.startsWith('Z_') || code?.startsWith('ZSTD_') || packing === 'zip')) {
      const damage = `ends early or is damaged: what is packed in it can be read up to there only`;
      if (!onDamage || given === 0) {
        throw new TiebreakError('bad-input', `The file ${path} ${damage}.`, { cause: error });
      }
      onDamage(damage);
      return;
    }
    if (!code?.startsWith('E')) throw error;
    throw cantRead(path, error as NodeJS.ErrnoException);
  } finally {
    stream.destroy();
  }
}

type Source = { readonly stream: Readable; readonly readSoFar: (given: number) => number };

async function sourceOf(path: string, packing: Packing): Promise<Source> {
  if (packing === 'zip') {
    const { stream, share } = await openZip(path);
    return { stream, readSoFar: (given) => Math.round(given * share) };
  }
  const file = createReadStream(path, { highWaterMark: pieceLength });
  if (packing === 'none') return { stream: file, readSoFar: (given) => given };
  if (packing === 'zstd') {
    const stream = Readable.from(unpackZstd(file, pieceLength), { objectMode: true, highWaterMark: 1 });
    return { stream, readSoFar: () => file.bytesRead };
  }
  const unpack = createGunzip({ chunkSize: pieceLength });
  file.on('error', (error) => unpack.destroy(error));
  unpack.on('close', () => file.destroy());
  return { stream: file.pipe(unpack), readSoFar: () => file.bytesRead };
}

/** The first sampleLength bytes, whether they are all, and what goes on after them. */
async function beginning(
  pieces: AsyncGenerator<Buffer>,
): Promise<{ readonly begin: Buffer; readonly whole: boolean; readonly rest: AsyncGenerator<Buffer> }> {
  const parts: Buffer[] = [];
  let length = 0;
  let whole = false;
  while (length < sampleLength && !whole) {
    const next = await pieces.next();
    if (next.done) {
      whole = true;
    } else {
      parts.push(next.value);
      length += next.value.length;
    }
  }
  return { begin: parts.length === 1 ? parts[0]! : Buffer.concat(parts), whole, rest: pieces };
}

async function* joined(begin: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield begin;
  yield* rest;
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/**
 * Throws where a packed file gives far more than any file of comments does.
 * @param bytes what is let pass whatever the file's size
 * @param times what is let pass for each byte of the file
 */
export function throwIfBomb(path: string, given: number, size: number, bytes = bombBytes, times = bombTimes): void {
  if (given <= bytes || given <= size * times) return;
  throw new TiebreakError(
    'bad-input',
    `The file ${path} unpacks to more than ${times.toLocaleString('en')} times its size, which no file of comments does: it was not read on. Unpack it yourself if you trust it, and import what is in it.`,
  );
}

function cantRead(path: string, error: NodeJS.ErrnoException): TiebreakError {
  return new TiebreakError('bad-input', `The file ${path} can't be read (${error.code}).`, { cause: error });
}
