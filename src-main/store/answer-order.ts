import { type ReadingStore, row } from './connection.ts';

/**
 * Where an answer stands among those of its person, as a time (ISO 8601, UTC): the one at which it was given or, where the clock went
 * back since the answer before, the moment after that one's. So what was said last stands last, whatever the clock said. What a file
 * brought stands where its time says.
 */
export const inOrder = 'coalesce(ordered_at, created_at)';

/** What is kept of that for an answer that is given now: null where its own time will do. */
export function orderedAt(store: ReadingStore, annotator: string, createdAt: string): string | null {
  const own = (table: string, here: string): string =>
    `SELECT * FROM (SELECT ${inOrder} AS at FROM ${table} WHERE annotator = @annotator ${here} ORDER BY ${inOrder} DESC LIMIT 1)`;
  const tables = [
    own('labels', "AND import_id IS NULL AND origin <> 'import'"),
    own('marks', ''),
    own('questions', ''),
  ];
  const last = row<{ at: string | null }>(store, `SELECT max(at) AS at FROM (${tables.join(' UNION ALL ')})`, {
    annotator,
  });
  if (!last?.at || createdAt > last.at) return null;
  return new Date(Date.parse(last.at) + 1).toISOString();
}
