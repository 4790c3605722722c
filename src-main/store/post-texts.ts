import type { NewPost } from '../contract/records.ts';
import { type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';
import { keepWaiting } from './waiting-posts.ts';

/** Titles and texts of posts that came without them. */

/** A post and all that stand under it: its answered comments, and theirs. */
const withThoseUnder = `WITH RECURSIVE whole (id) AS (
  SELECT ? UNION SELECT posts.id FROM posts JOIN whole ON posts.under_id = whole.id)`;

/** Gives a post of which nothing is known its title and text, and those under it what they show of it. */
export function fillPost(
  store: WritingStore,
  postId: number,
  said: Pick<NewPost, 'title' | 'text' | 'author' | 'createdAt' | 'link' | 'accepted'>,
  importId: number | null,
  line: number | null,
): void {
  const { title, text, author = null, createdAt = null, link = null, accepted = null } = said;
  statement(
    store,
    `UPDATE posts SET title = ?, text = ?, author = ?, created_at = ?, link = ?, accepted = ?, text_import_id = ?, text_line = ?
     WHERE id = ?`,
  ).run(title, text, author, createdAt, link, accepted, importId, line, postId);
  setThoseUnder(store, postId, title, text);
}

/** Gives those under a post what they show of it. Rewards of their comments go, since models read it. */
export function setThoseUnder(store: WritingStore, postId: number, title: string | null, text: string): void {
  statement(
    store,
    `${withThoseUnder} UPDATE posts SET title = ? WHERE id IN (SELECT id FROM whole) AND id <> ? AND text <> ''`,
  ).run(postId, title, postId);
  statement(
    store,
    `UPDATE posts SET context = nullif(?, '') WHERE under_id = ? AND context_import_id IS NULL AND text <> ''`,
  ).run(text, postId);
  // What models said of comments without having read this is not what they say now.
  statement(
    store,
    `${withThoseUnder} DELETE FROM rewards WHERE comment_id IN
       (SELECT comments.id FROM comments JOIN whole ON post_id = whole.id)`,
  ).run(postId);
}

/** The number of the post at the head of answered comments. */
export function rootIdOf(store: ReadingStore, postId: number): number {
  return row<{ id: number }>(
    store,
    `WITH RECURSIVE up (id, under) AS (
       SELECT id, under_id FROM posts WHERE id = ? UNION SELECT posts.id, under_id FROM posts JOIN up ON posts.id = up.under)
     SELECT id FROM up WHERE under IS NULL OR NOT EXISTS (SELECT 1 FROM posts WHERE posts.id = up.under)`,
    postId,
  )!.id;
}

/** Takes back titles and texts that an import gave to posts of others: of about so many. @returns how many; 0 where none are left */
export function removeTexts(store: WritingStore, importId: number, most: number): number {
  const sql = `SELECT id, under_id AS under FROM posts WHERE text_import_id = ? AND import_id IS NOT ? LIMIT ?`;
  const posts = rows<{ id: number; under: number | null }>(store, sql, importId, importId, most);
  for (const { id, under } of posts) {
    statement(
      store,
      `UPDATE posts SET title = NULL, text = '', author = NULL, created_at = NULL, link = NULL, accepted = NULL, text_import_id = NULL,
         text_line = NULL WHERE id = ?`,
    ).run(id);
    setThoseUnder(store, id, null, '');
    if (under === null) continue;
    statement(store, 'UPDATE posts SET context = NULL WHERE id = ? AND context_import_id IS NULL').run(id);
    // The comment is not there any more that says under which of the answers it stands.
    statement(store, 'UPDATE posts SET under_id = iif(id = ?1, 0, ?1) WHERE id = ?2').run({
      1: rootIdOf(store, id),
      2: id,
    });
  }
  return posts.length;
}

/** Takes a post away with its comments. A text that came for it from a record of its own waits again. */
export function removePost(store: WritingStore, postId: number): void {
  const [post] = rows<
    Omit<NewPost, 'comments' | 'under'> &
      Record<'under' | 'textImportId' | 'textLine' | 'contextImportId', number | null>
  >(
    store,
    `SELECT key, title, text, context, "group", split, author, created_at AS createdAt, link, accepted, under_id AS under,
       text_import_id AS textImportId, text_line AS textLine, context_import_id AS contextImportId
     FROM posts WHERE id = ?`,
    postId,
  );
  if (!post) return;
  statement(store, 'UPDATE posts SET under_id = 0 WHERE under_id = ?').run(postId);
  statement(store, 'DELETE FROM posts WHERE id = ?').run(postId);
  dropEmptyGroup(store, post.group);
  const { under, textImportId, textLine, contextImportId, ...head } = post;
  if (textImportId === null || under !== null) return;
  const undone = statement(store, 'SELECT 1 FROM imports WHERE id = ? AND undone_at IS NOT NULL').get(textImportId);
  if (undone) return;
  const context = contextImportId === textImportId ? head.context : null;
  keepWaiting(store, { ...head, context }, textImportId, textLine);
}

/** A group without posts is free to go to another split when it comes again. */
export function dropEmptyGroup(store: WritingStore, name: string): void {
  statement(
    store,
    'DELETE FROM groups WHERE name = ? AND NOT EXISTS (SELECT 1 FROM posts WHERE posts."group" = groups.name)',
  ).run(name);
}
