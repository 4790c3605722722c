import { complaint } from '../common/complaint.ts';
import { htmlMode } from './html-mode.ts';
import { readLines } from './lines.ts';
import { type Places, placesOf, readFields } from './read-csv.ts';
import { parsed } from './read-jsonl.ts';
import type { ContextRow, ReadOptions, Skip } from './row.ts';
import { contextSchema } from './schemas.ts';

/** The names under which the two fields are found, the first that is there. */
const names = { id: ['id', 'post_id', 'key'], context: ['context', 'article', 'body', 'text'] } as const;
type Field = keyof typeof names;

/** Where a header has its two columns; null where it lacks one. */
export function contextColumnsOf(header: readonly string[]): Places | null {
  const columns = placesOf(header, names);
  return columns.places.size === 2 ? columns : null;
}

/** Whether a row of JSON says what the context of a post is. */
export function looksLikeContext(value: object): boolean {
  return (Object.keys(names) as Field[]).every((field) => names[field].some((name) => name in value));
}

/** The rows of a file with one context for each post: JSONL or CSV, which its first line tells. */
export async function* readContexts(path: string, options: ReadOptions = {}): AsyncGenerator<ContextRow | Skip> {
  const html = htmlMode(options.html ?? false);
  for await (const record of (await isJsonl(path)) ? readObjects(path, options) : readCsv(path, options)) {
    if (record.kind === 'skip') {
      yield record;
      continue;
    }
    const { line, value } = record;
    const found = contextSchema.safeParse(html.turn(value, ['context']));
    if (!found.success) yield { kind: 'skip', line, reason: complaint(found.error, 'the row') };
    else yield { kind: 'context', line, ...found.data, html: html.seen([found.data.context]) };
  }
}

type Found = { readonly kind: 'fields'; readonly line: number; readonly value: unknown };

function readCsv(path: string, options: ReadOptions): AsyncGenerator<Found | Skip> {
  return readFields(path, contextColumnsOf, 'id, and context or text', options);
}

async function* readObjects(path: string, options: ReadOptions): AsyncGenerator<Found | Skip> {
  for await (const line of readLines(path, options)) {
    if (line.kind === 'skip') {
      yield line;
      continue;
    }
    const value = parsed(line.text);
    if (value === undefined) yield { kind: 'skip', line: line.line, reason: 'is not valid JSON' };
    else yield { kind: 'fields', line: line.line, value: named(value) };
  }
}

/** A row with its two fields under our names. */
function named(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const row = value as Readonly<Record<string, unknown>>;
  const of = (field: Field): unknown => names[field].map((name) => row[name]).find((found) => found !== undefined);
  return { id: of('id'), context: of('context') };
}

async function isJsonl(path: string): Promise<boolean> {
  for await (const line of readLines(path)) {
    if (line.kind === 'line')
      return line.text
        .replace(/^\uFEFF/, '')
        .trimStart()
        .startsWith('{');
  }
  return false;
}
