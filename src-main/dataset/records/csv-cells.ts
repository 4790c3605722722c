import { parse } from 'csv-parse/sync';
import { type CsvDialect, csvCutter } from './csv-cut.ts';
import { left, type RecordItem } from './record.ts';

export type Cells<T = string> = { readonly line: number; readonly cells: readonly T[] };
/** A record as text, before its cells are told apart. */
export type CsvText = { readonly line: number; readonly text: string };

/** More cells than this are no row of a table. */
export const columnsAtMost = 2000;
const cellsAtMost = 2 * columnsAtMost;
/** Shorter records can't have so many cells that it matters. */
const wideLength = 1 << 16;
/** Longer records are not read again line by line, which could take for ever. */
const rereadLimit = 1 << 16;
const rereadsAtMost = 50;

export const isCells = (item: Cells | RecordItem): item is Cells => 'cells' in item;

/**
 * The cells of records, in their order; those that can't be read with the reason.
 * @param strict whether the dialect is only tried: what doesn't fit it is not read otherwise
 */
export function cellsOf(
  records: readonly CsvText[],
  dialect: CsvDialect,
  lineEnd: 10 | 13,
  strict = false,
): readonly (Cells | RecordItem)[] {
  const long = new Map(records.map((record) => [record, longCells(record.text, dialect)]));
  const quoted = records.filter((one) => one.text.includes('"') && !long.get(one) && !isTooWide(one.text, dialect));
  const found = parsed(quoted.map(({ text }) => text).join('\n'), dialect, false);
  const together = found?.length === quoted.length ? found : null;
  let next = 0;
  return records.flatMap((record): readonly (Cells | RecordItem)[] => {
    const { line, text } = record;
    if (!text.includes('"')) return [{ line, cells: text.split(dialect.separator, cellsAtMost) }];
    const cells = long.get(record);
    if (cells) return [{ line, cells }];
    if (isTooWide(text, dialect)) return [left(line, 'too-many-cells', `more than ${cellsAtMost} cells`, text)];
    return together ? [{ line, cells: together[next++]! }] : cellsOfOne(record, dialect, lineEnd, strict);
  });
}

/** The cells of a long record without anything odd, which the parser would go through character by character; null for others. */
function longCells(text: string, dialect: CsvDialect): readonly string[] | null {
  if (text.length < wideLength || dialect.escape !== '"' || dialect.spaced) return null;
  return plainCells(text, dialect.separator);
}

/** The cells of a record in which each is quoted whole or not at all, marks doubled within; null where that doesn't hold, and for very many. */
export function plainCells(text: string, separator: string): readonly string[] | null {
  const cells: string[] = [];
  for (let at = 0; ; ) {
    const isQuoted = text[at] === '"';
    const end = isQuoted ? closingMark(text, at) + 1 : text.indexOf(separator, at);
    if (isQuoted && end === 0) return null;
    const to = end === -1 ? text.length : end;
    const cell = isQuoted ? text.slice(at + 1, to - 1).replaceAll('""', '"') : text.slice(at, to);
    if (!isQuoted && /["\n]/.test(cell)) return null;
    cells.push(cell);
    if (to === text.length) return cells;
    if (!text.startsWith(separator, to) || cells.length >= columnsAtMost) return null;
    at = to + separator.length;
  }
}

/** Where the mark stands that closes the one at `from`; -1 where none does. */
function closingMark(text: string, from: number): number {
  let mark = text.indexOf('"', from + 1);
  while (mark !== -1 && text[mark + 1] === '"') mark = text.indexOf('"', mark + 2);
  return mark;
}

function isTooWide(text: string, { separator }: CsvDialect): boolean {
  if (text.length < wideLength) return false;
  // A separator within quotes is text: without it there are rarely so many.
  let count = 0;
  for (
    let at = text.indexOf(`"${separator}`);
    at !== -1 && count <= cellsAtMost;
    at = text.indexOf(`"${separator}`, at + 1)
  )
    count += 1;
  return count > cellsAtMost;
}

function cellsOfOne(
  { line, text }: CsvText,
  dialect: CsvDialect,
  lineEnd: 10 | 13,
  strict: boolean,
  depth = 0,
): readonly (Cells | RecordItem)[] {
  const end = text.indexOf(lineEnd === 10 ? '\n' : '\r');
  const found =
    parsed(text, dialect, false) ??
    // A file may hold marks of a kind that its beginning didn't have.
    (!strict && text.includes('\\"') ? parsed(text, { ...dialect, escape: '\\' }, false) : null) ??
    (!strict && end === -1 ? parsed(text, dialect, true) : null);
  if (found?.length === 1) return [{ line, cells: found[0]! }];
  const lost = left(line, 'stray-quote', 'a quotation mark in a wrong place', end === -1 ? text : text.slice(0, end));
  if (end === -1 || text.length > rereadLimit || depth === rereadsAtMost) return [lost];
  // A stray mark has drawn in the lines below it: read them again without the first.
  const cutter = csvCutter(dialect, lineEnd, line + 1);
  const below = [...cutter.take(Buffer.from(text.slice(end + 1))), ...cutter.end()];
  return [
    lost,
    ...below.flatMap((cut) => {
      const lower = { line: cut.line, text: cut.bytes.toString() };
      if (lower.text.trim() === '') return [];
      return cut.left === 'unclosed-quote'
        ? [unclosed(lower)]
        : cellsOfOne({ ...lower, text: withoutReturn(lower.text) }, dialect, lineEnd, strict, depth + 1);
    }),
  ];
}

/** What is left of a line whose quotation mark is never closed. */
export function unclosed({ line, text }: CsvText): RecordItem {
  return left(line, 'unclosed-quote', 'a quotation mark that is never closed', text);
}

export const withoutReturn = (text: string): string => (text.endsWith('\r') ? text.slice(0, -1) : text);

function parsed(text: string, dialect: CsvDialect, relaxed: boolean): string[][] | null {
  if (text === '') return [];
  try {
    return parse(text, {
      delimiter: dialect.separator,
      escape: dialect.escape,
      ltrim: dialect.spaced,
      record_delimiter: '\n',
      relax_column_count: true,
      relax_quotes: relaxed,
    }) as string[][];
  } catch {
    return null;
  }
}
