import { parse } from 'csv-parse/sync';
import { decodeRow, type Line, readPieces, rowLimit, tooLongRow } from './lines.ts';
import type { ReadOptions, Skip } from './row.ts';

export type Cells = { readonly kind: 'cells'; readonly line: number; readonly cells: readonly string[] };

const batchSize = 256;
const batchCharacters = 1 << 20;
/** Longer records are not read again line by line, which could take for ever. */
const rereadLimit = 1 << 16;
const rereadsAtMost = 50;
const [quote, lineFeed] = [0x22, 0x0a];

/** The delimiter of a header line: whichever of comma, semicolon and tab occurs most. */
export function delimiterOf(header: string): string {
  const count = (character: string): number => header.split(character).length;
  return [',', ';', '\t'].reduce((best, character) => (count(character) > count(best) ? character : best));
}

/** The records of a CSV file as cells, the header among them. A record may go over many lines; bad ones are left out with the reason. */
export async function* readCells(path: string, delimiter: string, options: ReadOptions): AsyncGenerator<Cells | Skip> {
  const cutter = recordCutter(delimiter, 1);
  let batch: (Line | Skip)[] = [];
  let size = 0;
  for await (const piece of readPieces(path, options)) {
    for (const record of cutter.take(piece)) {
      batch.push(record);
      size += record.kind === 'line' ? record.text.length : 0;
      if (batch.length < batchSize && size < batchCharacters) continue;
      yield* cellsOf(batch, delimiter);
      batch = [];
      size = 0;
    }
  }
  batch.push(...cutter.end());
  yield* cellsOf(batch, delimiter);
}

function cellsOf(batch: readonly (Line | Skip)[], delimiter: string): readonly (Cells | Skip)[] {
  const records = batch.filter((record) => record.kind === 'line');
  const found = parsed(records.map((record) => record.text).join('\n'), delimiter, false);
  if (found?.length !== records.length) return batch.flatMap((record) => cellsOfOne(record, delimiter));
  let next = 0;
  return batch.map((record) =>
    record.kind === 'skip' ? record : { kind: 'cells', line: record.line, cells: found[next++]! },
  );
}

function cellsOfOne(record: Line | Skip, delimiter: string, depth = 0): readonly (Cells | Skip)[] {
  if (record.kind === 'skip') return [record];
  const { line, text } = record;
  const end = text.indexOf('\n');
  const found = parsed(text, delimiter, end === -1);
  if (found?.length === 1) return [{ kind: 'cells', line, cells: found[0]! }];
  const skip: Skip = { kind: 'skip', line, reason: 'has a quotation mark in a wrong place' };
  if (end === -1 || text.length > rereadLimit || depth === rereadsAtMost) return [skip];
  // A stray mark has drawn in the lines below it: read them again without the first.
  const cutter = recordCutter(delimiter, line + 1);
  const below = [...cutter.take(Buffer.from(text.slice(end + 1))), ...cutter.end()];
  return [skip, ...below.flatMap((lower) => cellsOfOne(lower, delimiter, depth + 1))];
}

function parsed(text: string, delimiter: string, relaxed: boolean): string[][] | null {
  if (text === '') return [];
  try {
    return parse(text, {
      delimiter,
      record_delimiter: '\n',
      relax_column_count: true,
      relax_quotes: relaxed,
    }) as string[][];
  } catch {
    return null;
  }
}

type Cutter = {
  readonly take: (piece: Buffer) => Generator<Line | Skip>;
  readonly end: () => Generator<Line | Skip>;
};

/**
 * Cuts bytes into records. A line feed ends a record unless it stands between quotation marks. Where a quotation mark is
 * never closed, only the line it stands on is lost: what follows is read again from the next line on.
 */
function recordCutter(delimiter: string, firstLine: number): Cutter {
  const separator = delimiter.charCodeAt(0);
  let line = firstLine;
  let startLine = firstLine;
  let parts: Buffer[] = [];
  let length = 0;
  let quoted = false;
  let fieldStart = true;

  function* take(piece: Buffer): Generator<Line | Skip> {
    let start = 0;
    for (let index = 0; index < piece.length; index += 1) {
      const byte = piece[index];
      if (byte === quote) {
        if (quoted || fieldStart) quoted = !quoted;
        // A doubled mark closes and opens again.
        fieldStart = !quoted;
      } else if (byte === lineFeed) {
        line += 1;
        if (quoted && length + index - start <= rowLimit) continue;
        const found = finish(piece.subarray(start, index));
        if (found) yield found;
        start = index + 1;
      } else if (!quoted) {
        fieldStart = byte === separator;
      }
    }
    if (start === piece.length) return;
    length += piece.length - start;
    if (length <= rowLimit) parts.push(piece.subarray(start));
    else parts = [];
  }

  function finish(last: Buffer): Line | Skip | null {
    const tooLong = length + last.length > rowLimit;
    const bytes = tooLong || parts.length === 0 ? last : Buffer.concat([...parts, last]);
    const found = tooLong ? tooLongRow(startLine) : decodeRow(bytes, startLine);
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
  }

  function* end(): Generator<Line | Skip> {
    for (let times = 0; quoted && length <= rowLimit; times += 1) {
      const bytes = Buffer.concat(parts);
      const lineEnd = bytes.indexOf(lineFeed);
      yield { kind: 'skip', line: startLine, reason: 'opens a quotation mark that is never closed' };
      begin(startLine + 1);
      if (lineEnd === -1 || times === rereadsAtMost) return;
      yield* take(bytes.subarray(lineEnd + 1));
    }
    const found = finish(Buffer.alloc(0));
    if (found) yield found;
  }

  return { take, end };
}
