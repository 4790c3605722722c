import { type ReadingStore, row } from './connection.ts';

/** Whether anybody has worked with the store since a time (ISO 8601, UTC): answered, imported or trained. */
export function usedSince(store: ReadingStore, time: string): boolean {
  // Labels that came with a file have the times of that file.
  const sql = `SELECT EXISTS (SELECT 1 FROM labels WHERE created_at > @time AND import_id IS NULL)
    OR EXISTS (SELECT 1 FROM marks WHERE created_at > @time)
    OR EXISTS (SELECT 1 FROM imports WHERE started_at > @time)
    OR EXISTS (SELECT 1 FROM runs WHERE started_at > @time) AS used`;
  return row<{ used: 0 | 1 }>(store, sql, { time })!.used === 1;
}
