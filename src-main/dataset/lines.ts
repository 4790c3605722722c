import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { TiebreakError } from '../contract/errors.ts';
import { type ReadOptions, type Skip, throwIfCancelled } from './row.ts';

/** Longer rows are left out, without ever being held in memory. */
export const rowLimit = 16 * 1024 * 1024;

export type Line = { readonly kind: 'line'; readonly line: number; readonly text: string };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lineFeed = 10;
const carriageReturn = 13;

/** The size of a file in bytes, or a sentence on why it can't be read. */
export async function sizeOfFile(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new TiebreakError('not-found', `There is no file ${path}.`);
    throw new TiebreakError('bad-input', `The file ${path} can't be read (${error.code}).`, { cause: error });
  });
  if (!found.isFile()) throw new TiebreakError('bad-input', `${path} is not a file.`);
  return found.size;
}

/** The bytes of a file, piece by piece, without a byte order mark. */
export async function* readPieces(path: string, options: ReadOptions = {}): AsyncGenerator<Buffer> {
  await sizeOfFile(path);
  let read = 0;
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
      throwIfCancelled(options.signal);
      yield read === 0 ? withoutMark(piece, path) : piece;
      read += piece.length;
      options.onBytes?.(read);
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof TiebreakError || !code?.startsWith('E')) throw error;
    throw new TiebreakError('bad-input', `The file ${path} can't be read (${code}).`, { cause: error });
  }
}

function withoutMark(piece: Buffer, path: string): Buffer {
  const mark = piece.readUIntBE(0, Math.min(2, piece.length));
  if (mark === 0xfffe || mark === 0xfeff) {
    throw new TiebreakError(
      'bad-input',
      `The file ${path} is UTF-16: save it as UTF-8 and import that. Nothing came in.`,
    );
  }
  return piece[0] === 0xef && piece[1] === 0xbb && piece[2] === 0xbf ? piece.subarray(3) : piece;
}

/** The lines of a text file. Lines that can't be read are left out with the reason; empty ones without a word. */
export async function* readLines(path: string, options: ReadOptions = {}): AsyncGenerator<Line | Skip> {
  let line = 1;
  let parts: Buffer[] = [];
  let length = 0;
  const finish = (last: Buffer): Line | Skip | null => {
    const tooLong = length + last.length > rowLimit;
    const bytes = tooLong || parts.length === 0 ? last : Buffer.concat([...parts, last]);
    parts = [];
    length = 0;
    return tooLong ? tooLongRow(line) : decodeRow(bytes, line);
  };
  for await (const piece of readPieces(path, options)) {
    let start = 0;
    for (let end = piece.indexOf(lineFeed); end !== -1; end = piece.indexOf(lineFeed, start)) {
      const found = finish(piece.subarray(start, end));
      if (found) yield found;
      line += 1;
      start = end + 1;
    }
    if (start === piece.length) continue;
    length += piece.length - start;
    if (length <= rowLimit) parts.push(piece.subarray(start));
    else parts = [];
  }
  const found = finish(Buffer.alloc(0));
  if (found) yield found;
}

/** What is left of a row that was too long. */
export function tooLongRow(line: number): Skip {
  return { kind: 'skip', line, reason: `longer than ${rowLimit / 1024 / 1024} MB` };
}

/** The text of a row's bytes, or the reason why it has none; null for an empty row. */
export function decodeRow(bytes: Buffer, line: number): Line | Skip | null {
  const end = bytes[bytes.length - 1] === carriageReturn ? bytes.length - 1 : bytes.length;
  if (end === 0) return null;
  const content = bytes.subarray(0, end);
  if (content.includes(0)) return { kind: 'skip', line, reason: 'holds a NUL byte' };
  try {
    const text = decoder.decode(content);
    return text.trim() === '' ? null : { kind: 'line', line, text };
  } catch {
    return { kind: 'skip', line, reason: 'is not valid UTF-8' };
  }
}
