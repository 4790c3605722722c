import { inTransaction, type ReadingStore, row, statement, type WritingStore } from './connection.ts';

/** The index of the words of comments is behind: comments that came wait in a table until their words are read, many at once. */

/** How many comments wait. */
export function countUnread(store: ReadingStore): number {
  return row<{ count: number }>(store, 'SELECT count(*) AS count FROM unread_comments')!.count;
}

/** Reads the words of the first comments that wait, `limit` at most, and says how many those were. */
export function readSomeWords(store: WritingStore, limit: number): number {
  const some = 'SELECT id FROM unread_comments ORDER BY id LIMIT ?';
  return inTransaction(store, () => {
    statement(
      store,
      `INSERT INTO comments_search (rowid, text) SELECT id, text FROM comments WHERE id IN (${some}) ORDER BY id`,
    ).run(limit);
    return statement(store, `DELETE FROM unread_comments WHERE id IN (${some})`).run(limit).changes;
  });
}
