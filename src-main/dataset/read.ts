import { TiebreakError } from '../contract/errors.ts';
import { delimiterOf } from './csv-records.ts';
import { readLines, sizeOfFile } from './lines.ts';
import { contextColumnsOf, looksLikeContext, readContexts } from './read-context.ts';
import { columnsOf, readCsv } from './read-csv.ts';
import { parsed, readJsonl } from './read-jsonl.ts';
import type { Format, ReadOptions, Row } from './row.ts';

export { sizeOfFile } from './lines.ts';

const linesLookedAt = 100;

/** Tells a file's format from its content. */
export async function recognise(path: string): Promise<Format> {
  if ((await sizeOfFile(path)) === 0) throw new TiebreakError('bad-input', `The file ${path} is empty.`);
  let looked = 0;
  // What else a row may be is asked first: posts have an id and a text as well.
  let context = false;
  for await (const line of readLines(path)) {
    looked += 1;
    if (looked > linesLookedAt) break;
    if (line.kind === 'skip') continue;
    const value = parsed(line.text);
    const format = formatOfObject(value) ?? (looked === 1 ? formatOfHeader(line.text) : null);
    if (format) return format;
    context ||= typeof value === 'object' && value !== null && looksLikeContext(value);
    if (looked === 1 && line.text.trimStart().startsWith('[')) {
      throw new TiebreakError(
        'bad-input',
        `The file ${path} is one JSON list: write one row per line, without the list.`,
      );
    }
  }
  if (context) return 'context';
  throw new TiebreakError(
    'bad-input',
    `It can't be told what ${path} is: a row needs text and comments, or prompt, chosen and rejected, or it must be CSV with a line of column names. Nothing came in.`,
  );
}

function formatOfObject(value: unknown): Format | null {
  if (typeof value !== 'object' || value === null) return null;
  if ('comments' in value) return 'cupit';
  if ('chosen' in value && 'rejected' in value) return 'pairs';
  return 'left' in value && 'right' in value && 'outcome' in value ? 'labels' : null;
}

function formatOfHeader(line: string): Format | null {
  const cells = line.split(delimiterOf(line)).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  return columnsOf(cells) ? 'csv' : contextColumnsOf(cells) ? 'context' : null;
}

/** The rows of a file in constant memory, and those left out with line number and reason. */
export function readRows(path: string, format: Format, options: ReadOptions = {}): AsyncGenerator<Row> {
  if (format === 'context') return readContexts(path, options);
  return format === 'csv' ? readCsv(path, options) : readJsonl(path, format, options);
}
