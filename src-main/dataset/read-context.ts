import { complaint } from '../common/complaint.ts';
import { type HtmlMode, htmlMode } from './html-mode.ts';
import { readLines } from './lines.ts';
import { type Places, placesOf, readFields } from './read-csv.ts';
import { parsed } from './read-jsonl.ts';
import type { ContextRow, ReadOptions, Skip } from './row.ts';
import { contextByTextSchema, contextSchema } from './schemas.ts';

type Names = Readonly<Record<string, readonly string[]>>;

/** The names under which fields are found, the first that is there: by the id of a post, a text alone is its context. */
const byId: Names = { id: ['id', 'post_id', 'key'], context: ['context', 'article', 'body', 'text'] };
/** Without an id, a text is that of the post. */
const byText: Names = {
  text: ['text', 'post', 'post_text'],
  title: ['title', 'post_title'],
  context: ['context', 'article', 'body'],
};

type Columns = Places & { readonly names: Names };

/** Where a header has its columns; null where it lacks some. */
export function contextColumnsOf(header: readonly string[]): Columns | null {
  const withId = placesOf(header, byId);
  if (withId.places.has('id')) return withId.places.has('context') ? { ...withId, names: byId } : null;
  const withText = placesOf(header, byText);
  return withText.places.has('text') && withText.places.has('context') ? { ...withText, names: byText } : null;
}

/** Whether a row of JSON says what the context of a post is. */
export function looksLikeContext(value: object): boolean {
  return contextColumnsOf(Object.keys(value)) !== null;
}

/** What the columns of a file of contexts must be, in words. */
const needed = 'id, and context or text; or, without an id, text or post (the text of the post), and context';

/** The rows of a file with one context for each post: JSONL or CSV, which its first line tells. */
export async function* readContexts(path: string, options: ReadOptions = {}): AsyncGenerator<ContextRow | Skip> {
  const html = htmlMode(options.html ?? false);
  const records = (await isJsonl(path))
    ? readObjects(path, options)
    : readFields(path, contextColumnsOf, needed, options);
  for await (const record of records) yield record.kind === 'skip' ? record : contextRow(record, html);
}

type Found = { readonly line: number; readonly value: unknown; readonly columns: Pick<Columns, 'names'> };

function contextRow({ line, value, columns }: Found, html: HtmlMode): ContextRow | Skip {
  // The text of the post as its own import had it.
  const row = html.turn(value, ['context', 'text', 'title']);
  if (columns.names === byText) {
    const found = contextByTextSchema.safeParse(row);
    if (!found.success) return { kind: 'skip', line, reason: complaint(found.error, 'the row') };
    const { text, title = null, context } = found.data;
    return { kind: 'context', line, post: { text, title }, context, html: html.seen([text, title, context]) };
  }
  const found = contextSchema.safeParse(row);
  if (!found.success) return { kind: 'skip', line, reason: complaint(found.error, 'the row') };
  const { id, context } = found.data;
  return { kind: 'context', line, post: { id }, context, html: html.seen([context]) };
}

async function* readObjects(path: string, options: ReadOptions): AsyncGenerator<(Found & { kind: 'fields' }) | Skip> {
  for await (const line of readLines(path, options)) {
    if (line.kind === 'skip') {
      yield line;
      continue;
    }
    const value = parsed(line.text);
    if (value === undefined) yield { kind: 'skip', line: line.line, reason: 'is not valid JSON' };
    else yield { kind: 'fields', line: line.line, ...named(value) };
  }
}

/** A row with its fields under our names. One that names its post in neither way lacks an id. */
function named(value: unknown): Pick<Found, 'value' | 'columns'> {
  if (typeof value !== 'object' || value === null) return { value, columns: { names: byId } };
  const row = value as Readonly<Record<string, unknown>>;
  const names = contextColumnsOf(Object.keys(row))?.names ?? byId;
  const fields = Object.entries(names).map(([field, known]) => [
    field,
    known.map((name) => row[name]).find((found) => found !== undefined),
  ]);
  return { value: Object.fromEntries(fields), columns: { names } };
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
