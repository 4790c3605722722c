import { TiebreakError } from '../contract/errors.ts';
import type { UndoneImport } from '../contract/views.ts';
import { inTransaction, now, row, statement, type WritingStore } from './connection.ts';
import { removeContexts } from './contexts.ts';
import { findImport } from './imports.ts';

/**
 * Takes out the answers, contexts, comments and posts that came with an import, all or nothing. A post stays, with all its comments,
 * where an answer that did not come with this import is on it, or where only one comment would be left. What the
 * import only filled in (ranks, votes) stays as well.
 */
export function undoImport(store: WritingStore, id: number): UndoneImport {
  return inTransaction(store, () => {
    const { undoneAt } = findImport(store, id);
    if (undoneAt !== null) {
      throw new TiebreakError('nothing-to-do', 'This import was undone already. Nothing was changed.');
    }
    const change = (sql: string, ...values: unknown[]): number => statement(store, sql).run(...values).changes;
    change('DELETE FROM revocations WHERE label_id IN (SELECT id FROM labels WHERE import_id = ?)', id);
    const answers = change('DELETE FROM labels WHERE import_id = ?', id);
    const contexts = removeContexts(store, id);
    store.db.exec(
      'CREATE TEMP TABLE IF NOT EXISTS undone (post_id INTEGER PRIMARY KEY, "group" TEXT, others INTEGER, kept INTEGER)',
    );
    change('DELETE FROM temp.undone');
    change(
      `INSERT INTO temp.undone (post_id, "group", others, kept)
       SELECT touched.id, (SELECT "group" FROM posts WHERE posts.id = touched.id),
         (SELECT count(*) FROM comments WHERE post_id = touched.id AND import_id IS NOT ?),
         EXISTS (SELECT 1 FROM labels WHERE post_id = touched.id)
           OR EXISTS (SELECT 1 FROM marks WHERE post_id = touched.id)
       FROM (SELECT id FROM posts WHERE import_id = ?
             UNION SELECT post_id FROM comments WHERE import_id = ?) AS touched`,
      id,
      id,
      id,
    );
    change('UPDATE temp.undone SET kept = 1 WHERE others = 1');
    const going = '(SELECT post_id FROM temp.undone WHERE NOT kept)';
    const { comments } = row<{ comments: number }>(
      store,
      `SELECT count(*) AS comments FROM comments WHERE import_id = ? AND post_id IN ${going}`,
      id,
    )!;
    // The posts first: a comment that goes with its post needs no counting of its own.
    const posts = change(
      'DELETE FROM posts WHERE id IN (SELECT post_id FROM temp.undone WHERE NOT kept AND others = 0)',
    );
    change(`DELETE FROM comments WHERE import_id = ? AND post_id IN ${going}`, id);
    // A group without posts is free to go to another split when it comes again.
    change(
      `DELETE FROM groups WHERE name IN (SELECT "group" FROM temp.undone)
         AND NOT EXISTS (SELECT 1 FROM posts WHERE posts."group" = groups.name)`,
    );
    const { postsKept } = row<{ postsKept: number }>(
      store,
      'SELECT count(*) AS postsKept FROM temp.undone WHERE kept',
    )!;
    change('UPDATE imports SET undone_at = ? WHERE id = ?', now(), id);
    change('DELETE FROM temp.undone');
    return { posts, comments, answers, contexts, postsKept };
  });
}
