import { inTransaction, type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';
import { searchedCharacters } from './search.ts';

/** The index of the words of comments is behind: comments that came wait in a table until their words are read, many at once. */

/** How many comments wait. */
export function countUnread(store: ReadingStore): number {
  return row<{ count: number }>(store, 'SELECT count(*) AS count FROM unread_comments')!.count;
}

/** Characters that are read together, at most but for those of one comment: some hundredths of a second. */
const charactersTogether = 250_000;

/** Reads the words of the first comments that wait, `limit` at most and fewer of long ones, and says how many those were. */
export function readSomeWords(store: WritingStore, limit: number): number {
  return inTransaction(store, () => {
    const last = lastOfBatch(store, limit);
    statement(
      store,
      `INSERT INTO comments_search (rowid, text) SELECT id, substr(text, 1, ${searchedCharacters}) FROM comments
       WHERE id IN (SELECT id FROM unread_comments WHERE id <= ?) ORDER BY id`,
    ).run(last);
    return statement(store, 'DELETE FROM unread_comments WHERE id <= ?').run(last).changes;
  });
}

/** The number of the last comment that is read in this batch. */
function lastOfBatch(store: ReadingStore, limit: number): number {
  const waiting = rows<{ id: number; size: number }>(
    store,
    `SELECT unread_comments.id, min(octet_length(text), ${searchedCharacters}) AS size
     FROM unread_comments JOIN comments USING (id) ORDER BY unread_comments.id LIMIT ?`,
    limit,
  );
  let [last, size] = [0, 0];
  for (const one of waiting) {
    last = one.id;
    size += one.size;
    if (size >= charactersTogether) break;
  }
  return last;
}
