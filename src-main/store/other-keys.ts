import { statement, type WritingStore } from './connection.ts';

/** Notes an id of a comment that is not its own, or of one that is not there (null). */
export function noteKey(
  store: WritingStore,
  key: string,
  postId: number,
  commentId: number | null,
  importId: number | null,
): void {
  if (importId === null) return;
  statement(
    store,
    'INSERT INTO other_keys (key, post_id, comment_id, import_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  ).run(key, postId, commentId, importId);
}

/** Forgets what an import noted so, about so many. @returns how many; 0 where none are left */
export function dropOtherKeys(store: WritingStore, importId: number, most: number): number {
  return statement(
    store,
    'DELETE FROM other_keys WHERE (key, post_id) IN (SELECT key, post_id FROM other_keys WHERE import_id = ? LIMIT ?)',
  ).run(importId, most).changes;
}
