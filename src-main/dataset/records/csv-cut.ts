import type { Separator } from '../../contract/reading.ts';
import type { Cut } from './cut-lines.ts';
import { recordLimit, throwIfEndless } from './record.ts';

/** How a table is written as text. */
export type CsvDialect = {
  readonly separator: Separator;
  /** What stands before a quotation mark within quotes. */
  readonly escape: '"' | '\\';
  /** Whether quotes follow a space after the separator. */
  readonly spaced: boolean;
  /** Records before the one with the names of the columns. */
  readonly preamble: number;
  /** Whether there is such a record: whether the first one is names, as far as that can be told. */
  readonly header: boolean;
};

const rereadsAtMost = 50;
const shown = 400;
const [quote, backslash, space] = [0x22, 0x5c, 0x20];

export type Cutter = {
  readonly take: (piece: Buffer) => Generator<Cut>;
  readonly end: () => Generator<Cut>;
};

/**
 * Cuts bytes into records of CSV. A line end ends a record unless it stands between quotation marks. Where a quotation mark is
 * never closed, only the line it stands on is lost: what follows is read again from the next line on.
 */
export function csvCutter(dialect: CsvDialect, lineEnd: 10 | 13, firstLine: number): Cutter {
  const separator = dialect.separator.charCodeAt(0);
  const escapes = dialect.escape === '\\';
  const { spaced } = dialect;
  let line = firstLine;
  let startLine = firstLine;
  let parts: Buffer[] = [];
  let length = 0;
  let quoted = false;
  let fieldStart = true;
  let escaped = false;
  let rereads = 0;
  /** Whether all of the record so far is held. */
  let whole = true;

  function* take(piece: Buffer): Generator<Cut> {
    let start = 0;
    let nextQuote = piece.indexOf(quote);
    for (let index = 0; index < piece.length; index += 1) {
      if (!quoted && (index === start || index === 0)) {
        // A line without quotation marks is found at once.
        if (nextQuote !== -1 && nextQuote < index) nextQuote = piece.indexOf(quote, index);
        const end = piece.indexOf(lineEnd, index);
        if (nextQuote === -1 && end === -1) {
          let last = piece.length - 1;
          while (spaced && last >= 0 && piece[last] === space) last -= 1;
          if (last >= 0) fieldStart = piece[last] === separator;
          break;
        }
        if (end !== -1 && (nextQuote === -1 || nextQuote > end)) {
          line += 1;
          yield finish(piece.subarray(start, end));
          start = end + 1;
          index = end;
          continue;
        }
      }
      const byte = piece[index];
      if (escaped) {
        escaped = false;
        if (byte !== lineEnd) continue;
      }
      if (byte === quote) {
        if (quoted || fieldStart) quoted = !quoted;
        // A doubled mark closes and opens again.
        fieldStart = !quoted;
      } else if (byte === lineEnd) {
        line += 1;
        if (quoted && whole) continue;
        yield finish(piece.subarray(start, index));
        start = index + 1;
      } else if (quoted) {
        escaped = escapes && byte === backslash;
      } else {
        fieldStart = byte === separator || (spaced && fieldStart && byte === space);
      }
    }
    if (start === piece.length) return;
    length += piece.length - start;
    throwIfEndless(length, startLine);
    if (!whole) return;
    parts.push(piece.subarray(start));
    if (length > recordLimit) yield* passOver();
  }

  /**
   * Keeps but the beginning of what is too long. Where a mark is not closed within the longest record, it has drawn in what stands below it: only its
   * line is lost, and what follows is read again.
   */
  function* passOver(): Generator<Cut> {
    const bytes = Buffer.concat(parts);
    const end = quoted && rereads < rereadsAtMost ? bytes.indexOf(lineEnd) : -1;
    if (end === -1) {
      parts = [Buffer.from(bytes.subarray(0, shown))];
      whole = false;
      return;
    }
    rereads += 1;
    yield { line: startLine, bytes: bytes.subarray(0, Math.min(end, shown)), left: 'unclosed-quote' };
    begin(startLine + 1);
    yield* take(bytes.subarray(end + 1));
  }

  function finish(last: Buffer): Cut {
    const tooLong = length + last.length > recordLimit;
    const bytes = parts.length === 0 ? last : Buffer.concat([...parts, last]);
    const found: Cut = tooLong
      ? { line: startLine, bytes: Buffer.from(bytes.subarray(0, shown)), left: 'too-long' }
      : { line: startLine, bytes };
    begin(line);
    return found;
  }

  function begin(at: number): void {
    line = at;
    startLine = at;
    parts = [];
    length = 0;
    quoted = false;
    fieldStart = true;
    escaped = false;
    whole = true;
  }

  function* end(): Generator<Cut> {
    for (let times = 0; quoted && whole; times += 1) {
      const bytes = Buffer.concat(parts);
      const found = bytes.indexOf(lineEnd);
      yield { line: startLine, bytes: bytes.subarray(0, found === -1 ? bytes.length : found), left: 'unclosed-quote' };
      begin(startLine + 1);
      if (found === -1 || times === rereadsAtMost) return;
      yield* take(bytes.subarray(found + 1));
    }
    if (length > 0) yield finish(Buffer.alloc(0));
  }

  return { take, end };
}
