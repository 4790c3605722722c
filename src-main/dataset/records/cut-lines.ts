import { recordLimit, throwIfEndless } from './record.ts';

/** A record's bytes as they stand in the file, without the end of its line. */
export type Cut = {
  readonly line: number;
  readonly bytes: Buffer;
  /** Why it is no record: then bytes are its beginning. */
  readonly left?: 'too-long' | 'unclosed-quote';
};

const shown = 400;

/**
 * Cuts bytes into lines, those of one piece at a time. Too long ones are not held.
 * @param lineEnd 10 or, for files of old Macs, 13; a carriage return before a line feed stays on the line
 */
export async function* cutLines(pieces: AsyncIterable<Buffer>, lineEnd: 10 | 13): AsyncGenerator<readonly Cut[]> {
  let line = 1;
  let parts: Buffer[] = [];
  let length = 0;
  const finish = (last: Buffer): Cut => {
    const tooLong = length + last.length > recordLimit;
    const bytes = parts.length === 0 ? last : Buffer.concat([...parts, last]);
    parts = [];
    length = 0;
    return tooLong ? { line, bytes: Buffer.from(bytes.subarray(0, shown)), left: 'too-long' } : { line, bytes };
  };
  for await (const piece of pieces) {
    const cuts: Cut[] = [];
    let start = 0;
    for (let end = piece.indexOf(lineEnd); end !== -1; end = piece.indexOf(lineEnd, start)) {
      cuts.push(finish(piece.subarray(start, end)));
      line += 1;
      start = end + 1;
    }
    if (cuts.length > 0) yield cuts;
    if (start === piece.length) continue;
    length += piece.length - start;
    throwIfEndless(length, line);
    if (length <= recordLimit) parts.push(piece.subarray(start));
    // Its beginning stays, to show which it was.
    else parts = [Buffer.from((parts[0] ?? piece.subarray(start)).subarray(0, shown))];
  }
  if (length > 0) yield [finish(Buffer.alloc(0))];
}
