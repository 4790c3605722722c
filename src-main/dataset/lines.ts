import { createReadStream } from 'node:fs';
import { TiebreakError } from '../contract/errors.ts';
import { sizeOfFile } from './bytes/open.ts';
import { throwIfCancelled } from './stopping.ts';

/** Longer rows are left out, without ever being held in memory. */
const rowLimit = 16 * 1024 * 1024;

export type Line = { readonly kind: 'line'; readonly line: number; readonly text: string };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lineFeed = 10;
const carriageReturn = 13;

/** A line that was left out, and why. */
type Skip = { readonly kind: 'skip'; readonly line: number; readonly reason: string };

type ReadOptions = {
  /** Told after every piece that was read how many bytes of the file have been read so far. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** The bytes of a file, piece by piece, without a byte order mark. */
async function* readPieces(path: string, options: ReadOptions = {}): AsyncGenerator<Buffer> {
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
function tooLongRow(line: number): Skip {
  return { kind: 'skip', line, reason: `longer than ${rowLimit / 1024 / 1024} MB` };
}

/** The text of a row's bytes, or the reason why it has none; null for an empty row. */
function decodeRow(bytes: Buffer, line: number): Line | Skip | null {
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
