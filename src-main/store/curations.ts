import { TiebreakError } from '../contract/errors.ts';
import type { Curation, CurationKind } from '../contract/records.ts';
import { inTransaction, now, type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';

/** Comments that a person pinned or excluded, whatever their model says. */

const columns = 'kind, annotator, created_at AS createdAt';

/** What a person said of the comments of a post, by their numbers. */
export function curationsOfPost(store: ReadingStore, postId: number): ReadonlyMap<number, Curation> {
  const sql = `SELECT comment_id AS id, ${columns} FROM curations WHERE post_id = ?`;
  return new Map(rows<Curation & { id: number }>(store, sql, postId).map(({ id, ...curation }) => [id, curation]));
}

/** How many comments are pinned and how many are excluded. */
export function countCurations(store: ReadingStore): Readonly<Record<CurationKind, number>> {
  const sql = 'SELECT kind, count(*) AS count FROM curations GROUP BY kind';
  const counts = new Map(
    rows<{ kind: CurationKind; count: number }>(store, sql).map(({ kind, count }) => [kind, count]),
  );
  return { pinned: counts.get('pinned') ?? 0, excluded: counts.get('excluded') ?? 0 };
}

/**
 * Pins or excludes a comment in somebody's name, or neither (null), and gives what was said of it before.
 * @throws TiebreakError not-found
 */
export function curate(
  store: WritingStore,
  commentId: number,
  kind: CurationKind | null,
  annotator: string,
): { readonly postId: number; readonly before: Curation | null } {
  return inTransaction(store, () => {
    const comment = row<{ postId: number }>(store, 'SELECT post_id AS postId FROM comments WHERE id = ?', commentId);
    if (!comment) throw new TiebreakError('not-found', `There is no comment ${commentId}. Nothing was changed.`);
    const before = row<Curation>(store, `SELECT ${columns} FROM curations WHERE comment_id = ?`, commentId) ?? null;
    if (kind === null) statement(store, 'DELETE FROM curations WHERE comment_id = ?').run(commentId);
    else if (kind !== before?.kind) {
      statement(
        store,
        `INSERT INTO curations (comment_id, post_id, kind, annotator, created_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (comment_id) DO UPDATE SET kind = excluded.kind, annotator = excluded.annotator, created_at = excluded.created_at`,
      ).run(commentId, comment.postId, kind, annotator, now());
    }
    return { postId: comment.postId, before };
  });
}
