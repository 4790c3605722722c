import type { Field } from '../../contract/reading.ts';
import { asText } from '../as-text.ts';

type Row = Readonly<Record<string, unknown>>;

/** What can't tell posts apart, since it belongs to each comment, or is the post itself. */
const never: ReadonlySet<Field> = new Set([
  'comment',
  'comment id',
  'votes',
  'place',
  'score',
  'author',
  'text',
  'title',
  'context',
  'split',
  'parent',
]);

/**
 * The column that tells posts of one text apart, such as the day of a daily thread, where there is one and it is needed: texts recur, no id
 * or group names their posts, and each value of the column goes with several rows of them.
 * @param rowsOfThread how many rows a thread has at least, on average: 1 where each row is one
 */
export function threadOf(
  found: ReadonlyMap<string, Field>,
  names: readonly string[],
  rows: readonly Row[],
  rowsOfThread: number,
): string | null {
  const fields = new Set(found.values());
  if (fields.has('id') || fields.has('group') || fields.has('thread')) return null;
  const columnOf = (field: Field): string | undefined => [...found].find(([, one]) => one === field)?.[0];
  const [text, title] = [columnOf('text'), columnOf('title')];
  if (text === undefined && title === undefined) return null;
  const postOf = (row: Row): string => JSON.stringify([text && row[text], title && row[title]]);
  const candidates = names.filter((name) => !never.has(found.get(name) ?? 'nothing'));
  return candidates.find((name) => tellsApart(rows, postOf, name, rowsOfThread)) ?? null;
}

function tellsApart(rows: readonly Row[], postOf: (row: Row) => string, name: string, rowsOfThread: number): boolean {
  const threads = new Map<string, { readonly values: Set<string>; rows: number }>();
  for (const row of rows) {
    const value = row[name];
    if (value === undefined || value === null || value === '' || typeof value === 'object') continue;
    const post = postOf(row);
    const thread = threads.get(post) ?? { values: new Set<string>(), rows: 0 };
    thread.values.add(asText(value));
    thread.rows += 1;
    threads.set(post, thread);
  }
  const recurring = [...threads.values()].filter(({ values }) => values.size > 1);
  return recurring.length > 0 && recurring.every(({ values, rows: its }) => its >= rowsOfThread * values.size);
}
