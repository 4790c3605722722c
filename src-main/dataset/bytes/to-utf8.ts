import { isUtf8 } from 'node:buffer';
import type { Encoding } from '../../contract/reading.ts';
import { markLength, wholeUntil } from './encoding.ts';

/**
 * Bytes as UTF-8 without a byte order mark.
 * @param said whether somebody said the encoding: bytes that are no UTF-8 then become U+FFFD; else they stay as they are
 */
export async function* toUtf8(
  pieces: AsyncIterable<Buffer>,
  encoding: Encoding,
  said: boolean,
): AsyncGenerator<Buffer> {
  const whole = encoding === 'utf-8' && said ? mended : encoding === 'utf-8' ? asTheyAre : converted;
  yield* whole(withoutMark(pieces, encoding), encoding);
}

async function* withoutMark(pieces: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  // A mark may be cut where the first piece is shorter than it.
  let held: Buffer | null = Buffer.alloc(0);
  for await (const piece of pieces) {
    if (held === null) {
      yield piece;
      continue;
    }
    held = held.length === 0 ? piece : Buffer.concat([held, piece]);
    if (held.length < 3) continue;
    yield held.subarray(markLength(held, encoding));
    held = null;
  }
  if (held !== null && held.length > 0) yield held.subarray(markLength(held, encoding));
}

async function* asTheyAre(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* pieces;
}

async function* mended(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const until = wholeUntil(bytes);
    const known = bytes.subarray(0, until);
    rest = Buffer.from(bytes.subarray(until));
    if (known.length > 0) yield isUtf8(known) ? known : Buffer.from(decoder.decode(known));
  }
  if (rest.length > 0) yield Buffer.from(decoder.decode(rest));
}

async function* converted(pieces: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  for await (const piece of pieces) {
    const bytes = Buffer.from(decoder.decode(piece, { stream: true }));
    if (bytes.length > 0) yield bytes;
  }
  const last = Buffer.from(decoder.decode());
  if (last.length > 0) yield last;
}
