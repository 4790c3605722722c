import { TiebreakError } from '../contract/errors.ts';
import type { UndoneImport } from '../contract/views.ts';
import { inTransaction, now, row, rows, statement, type WritingStore } from './connection.ts';
import { removeContexts } from './contexts.ts';
import { findImport } from './imports.ts';
import { takeBackFigures } from './lists.ts';
import { dropOtherKeys } from './other-keys.ts';
import { removePost, removeTexts } from './post-texts.ts';
import { removeBroughtRewards } from './rewards.ts';
import { dropWaiting } from './waiting-posts.ts';

/**
 * Rows that one transaction takes out, comments above all: some milliseconds of work, as little as an import's transactions,
 * since nothing else happens in this process meanwhile.
 */
const rowsAtOnce = 250;
/** Texts are taken out of the search index word by word: so many bytes of them count as a row. */
const bytesOfRow = 2_000;

// The plus sign in front of a column keeps SQLite from going through all comments of the import by its index on it, where those of
// one post are meant.

/** How far an undo has come: rows of the import that were taken out or found to stay, of those it brought. */
export type UndoProgress = { readonly done: number; readonly total: number };

/**
 * Marks an import as being undone, or as being gone on with where that was broken off.
 * @throws TiebreakError not-found; nothing-to-do where it was undone already
 */
export function beginUndo(store: WritingStore, id: number): void {
  if (findImport(store, id).undoneAt !== null) throw undoneAlready();
  statement(
    store,
    `INSERT INTO undoings (import_id, begun_at) VALUES (?, ?)
     ON CONFLICT (import_id) DO UPDATE SET begun_at = excluded.begun_at`,
  ).run(id, now());
}

/** There is nothing left to be undone. */
export const undoneAlready = (): TiebreakError =>
  new TiebreakError('nothing-to-do', 'This import was undone already. Nothing was changed.');

/**
 * Takes out the answers, rewards, contexts, comments and posts that came with an import. A post stays, with all its comments, where an
 * answer that a person gave here is on it, where one of them pinned or excluded a comment, or where only one comment would be left; it goes with the import
 * that kept it. Places, votes and texts that it gave to posts and comments of others are taken back: those that were there
 * before count again.
 *
 * It comes to that in many small transactions, after each of which others get their turn; what they say of a post by then
 * counts. Where it is broken off, the store is whole, the import stays marked, and calling this again goes on. A post is
 * decided on once. What is given in the end is for all of it, however often it was broken off.
 * @throws TiebreakError not-found; nothing-to-do where it was undone already
 */
export function* undoImport(store: WritingStore, id: number): Generator<UndoProgress, UndoneImport, undefined> {
  beginUndo(store, id);
  const going: Going = { post: null };
  const { posts, comments, answers, contexts, rewards } = findImport(store, id);
  // A post counts as much as a comment: to look at it takes as long.
  const total = posts + comments + answers + contexts + rewards;
  for (const some of [
    someAnswers,
    someRewards,
    someContexts,
    someTexts,
    somePosts,
    someComments,
    someFigures,
    someKeys,
  ]) {
    while (inTransaction(store, () => some(store, id, going))) {
      yield { done: Math.min(total, undoingOf(store, id).done), total };
    }
  }
  return inTransaction(store, () => {
    const { done: _, lastPost: __, lastComment: ___, ...undone } = undoingOf(store, id);
    statement(store, 'UPDATE imports SET undone_at = ? WHERE id = ?').run(now(), id);
    statement(store, 'DELETE FROM undoings WHERE import_id = ?').run(id);
    return undone;
  });
}

/** The long thread that is taken out piece by piece: that none of it is of others need not be found out at every piece. */
type Going = { post: number | null };

type Undoing = UndoneImport & { readonly done: number; readonly lastPost: number; readonly lastComment: number };

function undoingOf(store: WritingStore, id: number): Undoing {
  const sql = `SELECT posts, comments, labels AS answers, contexts, rewards, posts_kept AS postsKept, done, last_post AS lastPost,
    last_comment AS lastComment FROM undoings WHERE import_id = ?`;
  return row<Undoing>(store, sql, id)!;
}

// Each does one transaction's work, and says whether there was any left.

/** Answers first, so that they keep no post. */
function someAnswers(store: WritingStore, id: number): boolean {
  const some = 'SELECT id FROM labels WHERE import_id = ? ORDER BY id LIMIT ?';
  statement(store, `DELETE FROM revocations WHERE label_id IN (${some})`).run(id, rowsAtOnce);
  const answers = statement(store, `DELETE FROM labels WHERE id IN (${some})`).run(id, rowsAtOnce).changes;
  note(store, id, { answers, done: answers });
  return answers > 0;
}

function someRewards(store: WritingStore, id: number): boolean {
  const rewards = removeBroughtRewards(store, id, rowsAtOnce);
  note(store, id, { rewards, done: rewards });
  return rewards > 0;
}

/** Figures that it gave to comments of others, or to comments that stay. */
function someFigures(store: WritingStore, id: number): boolean {
  return takeBackFigures(store, id, rowsAtOnce) > 0;
}

function someTexts(store: WritingStore, id: number): boolean {
  return removeTexts(store, id, rowsAtOnce) > 0;
}

/** Posts that wait, and keys of comments that are not there. */
function someKeys(store: WritingStore, id: number): boolean {
  return dropWaiting(store, id, rowsAtOnce) + dropOtherKeys(store, id, rowsAtOnce) > 0;
}

function someContexts(store: WritingStore, id: number): boolean {
  const contexts = removeContexts(store, id, rowsAtOnce);
  note(store, id, { contexts, done: contexts });
  return contexts > 0;
}

/** Posts of this import, in the order of their numbers. */
function somePosts(store: WritingStore, id: number, going: Going): boolean {
  const some = rows<{ id: number }>(
    store,
    'SELECT id FROM posts WHERE import_id = ? AND id > ? ORDER BY id LIMIT ?',
    id,
    undoingOf(store, id).lastPost,
    rowsAtOnce,
  );
  for (let [at, handled] = [0, 0]; at < some.length && handled < rowsAtOnce; at++) {
    const { handled: its, whole } = takeOut(store, id, some[at]!.id, going);
    if (!whole) break;
    handled += its;
    statement(store, 'UPDATE undoings SET last_post = ? WHERE import_id = ?').run(some[at]!.id, id);
  }
  return some.length > 0;
}

/** Comments of this import on posts of others, in the order of their numbers. A post was decided on with its first one. */
function someComments(store: WritingStore, id: number, going: Going): boolean {
  const { lastComment } = undoingOf(store, id);
  const some = rows<{ id: number; postId: number; decided: 0 | 1 }>(
    store,
    `SELECT comments.id, post_id AS postId,
       posts.import_id IS comments.import_id OR EXISTS (SELECT 1 FROM comments AS earlier
         WHERE earlier.post_id = posts.id AND +earlier.import_id = comments.import_id AND earlier.id <= ?) AS decided
     FROM comments JOIN posts ON posts.id = post_id
     WHERE comments.import_id = ? AND comments.id > ? ORDER BY comments.id LIMIT ?`,
    lastComment,
    id,
    lastComment,
    rowsAtOnce,
  );
  const decided = new Set<number>();
  for (let [at, handled] = [0, 0]; at < some.length && handled < rowsAtOnce; at++) {
    const comment = some[at]!;
    if (!comment.decided && !decided.has(comment.postId)) {
      const { handled: its, whole } = takeOut(store, id, comment.postId, going);
      if (!whole) break;
      handled += its;
      decided.add(comment.postId);
    }
    statement(store, 'UPDATE undoings SET last_comment = ? WHERE import_id = ?').run(comment.id, id);
  }
  return some.length > 0;
}

/**
 * Takes out of a post what came with the import, or leaves all of it. A post with very many comments goes in pieces.
 * @returns rows that were gone through, and whether nothing is left to be done
 */
function takeOut(store: WritingStore, id: number, postId: number, going: Going): { handled: number; whole: boolean } {
  handOver(store, id, postId);
  const piece = pieceOf(store, id, postId);
  const isPart = piece.length === rowsAtOnce || piece.bytes > rowsAtOnce * bytesOfRow;
  if (isPart && going.post === postId && !isSaid(store, id, postId)) {
    removeComments(store, piece.ids);
    note(store, id, { comments: piece.ids.length, done: piece.ids.length });
    return { handled: rowsAtOnce, whole: false };
  }
  going.post = null;
  const { others, own, kept, mine } = row<{ others: number; own: number; kept: 0 | 1; mine: 0 | 1 }>(
    store,
    `SELECT (SELECT count(*) FROM comments WHERE post_id = posts.id AND NOT (${goes})) AS others,
       (SELECT count(*) FROM comments WHERE post_id = posts.id AND (${goes})) AS own,
       ${said} AS kept, import_id IS ? AS mine
     FROM posts WHERE id = ?`,
    id,
    id,
    id,
    id,
    postId,
  )!;
  const handled = 1 + own;
  if (kept || others === 1) {
    note(store, id, { postsKept: 1, done: handled });
    return { handled, whole: true };
  }
  if (others === 0 && piece.ids.length === own) {
    // With its comments: one that goes with its post needs no counting of its own.
    removePost(store, postId);
    note(store, id, { posts: 1, comments: own, done: handled });
    return { handled: handled + piece.bytes / bytesOfRow, whole: true };
  }
  const comments = piece.ids.length;
  removeComments(store, piece.ids);
  const whole = others > 0 && comments === own;
  if (!whole) going.post = postId;
  // A post that this import brought and that another one holds too.
  note(store, id, { comments, postsKept: whole && mine ? 1 : 0, done: comments });
  return { handled: comments + piece.bytes / bytesOfRow, whole };
}

/** Comments of a post that go, as many as one transaction takes out, and how long their texts are. */
function pieceOf(
  store: WritingStore,
  id: number,
  postId: number,
): { readonly ids: readonly number[]; readonly length: number; readonly bytes: number } {
  const found = rows<{ id: number; bytes: number }>(
    store,
    `SELECT id, octet_length(text) AS bytes FROM comments WHERE post_id = ? AND (${goes}) LIMIT ?`,
    postId,
    id,
    rowsAtOnce,
  );
  const ids: number[] = [];
  let bytes = 0;
  for (const comment of found) {
    if (ids.length > 0 && bytes + comment.bytes > rowsAtOnce * bytesOfRow) break;
    ids.push(comment.id);
    bytes += comment.bytes;
  }
  return { ids, length: found.length, bytes: found.reduce((sum, comment) => sum + comment.bytes, 0) };
}

function removeComments(store: WritingStore, ids: readonly number[]): void {
  statement(store, 'DELETE FROM comments WHERE id IN (SELECT value FROM json_each(?))').run(JSON.stringify(ids));
}

/** Whether an answer, a mark or a pin that stays is on a post. */
function isSaid(store: WritingStore, id: number, postId: number): boolean {
  return row<{ said: 0 | 1 }>(store, `SELECT ${said} AS said FROM posts WHERE id = ?`, id, postId)!.said === 1;
}

const said = `(EXISTS (SELECT 1 FROM labels LEFT JOIN imports ON imports.id = labels.import_id
    WHERE post_id = posts.id AND (imports.id IS NULL OR imports.id = ? OR undone_at IS NOT NULL))
  OR EXISTS (SELECT 1 FROM marks WHERE post_id = posts.id)
  OR EXISTS (SELECT 1 FROM curations WHERE post_id = posts.id))`;

/** Comments of the import, and those that one left which is undone. */
const goes = `+import_id IS ? OR EXISTS (SELECT 1 FROM imports WHERE imports.id = +comments.import_id AND undone_at IS NOT NULL)`;

/** Comments that would go, of which another import says figures as well, or that its answers are on, are that import's from now on. */
function handOver(store: WritingStore, id: number, postId: number): void {
  const others = row(
    store,
    `SELECT 1 WHERE EXISTS (SELECT 1 FROM list_entries WHERE post_id = ?1) OR EXISTS (SELECT 1 FROM labels WHERE post_id = ?1)
       OR EXISTS (SELECT 1 FROM comments WHERE post_id = ?1 AND list_import_id IS NOT NULL)`,
    { 1: postId },
  );
  if (!others) return;
  const holder = `coalesce(
    (SELECT imports.id FROM imports WHERE imports.id = comments.list_import_id AND undone_at IS NULL),
    (SELECT min(import_id) FROM list_entries JOIN imports ON imports.id = import_id
       WHERE comment_id = comments.id AND import_id <> comments.import_id AND undone_at IS NULL),
    (SELECT min(import_id) FROM labels JOIN imports ON imports.id = import_id WHERE labels.post_id = comments.post_id
       AND comments.id IN (left_id, right_id) AND import_id <> comments.import_id AND undone_at IS NULL))`;
  statement(
    store,
    `UPDATE comments SET list_import_id = coalesce(list_import_id, import_id), import_id = ${holder}
     WHERE post_id = ? AND (${goes}) AND ${holder} IS NOT NULL`,
  ).run(postId, id);
  statement(store, 'UPDATE comments SET list_import_id = NULL WHERE post_id = ? AND list_import_id = import_id').run(
    postId,
  );
}

/** Adds to what was taken out so far. */
function note(
  store: WritingStore,
  id: number,
  { posts = 0, comments = 0, answers = 0, contexts = 0, rewards = 0, postsKept = 0, done = 0 }: Partial<Undoing>,
): void {
  statement(
    store,
    `UPDATE undoings SET posts = posts + ?, comments = comments + ?, labels = labels + ?, contexts = contexts + ?,
       rewards = rewards + ?, posts_kept = posts_kept + ?, done = done + ? WHERE import_id = ?`,
  ).run(posts, comments, answers, contexts, rewards, postsKept, done, id);
}
