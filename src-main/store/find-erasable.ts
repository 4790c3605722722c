import { append } from '../common/lists.ts';
import type { Erasable } from '../contract/erasing.ts';
import { keyUnder } from './add-comment.ts';
import { type ReadingStore, row, rows } from './connection.ts';
import { rootIdOf } from './post-texts.ts';

/** What would go with what a person wants erased. Found before anything goes, so that it can be said. */
export type ToErase = {
  /** Posts that go with all their comments. */
  readonly posts: Set<number>;
  /** Posts that stay for what others wrote under them, without their own text. */
  readonly texts: Set<number>;
  /** Comments of posts that stay. */
  readonly comments: Set<number>;
};

export const nothingToErase = (): ToErase => ({ posts: new Set(), texts: new Set(), comments: new Set() });

export const postIsThere = (store: ReadingStore, id: number): boolean =>
  row(store, 'SELECT 1 FROM posts WHERE id = ?', id) !== undefined;
export const commentIsThere = (store: ReadingStore, id: number): boolean =>
  row(store, 'SELECT 1 FROM comments WHERE id = ?', id) !== undefined;

/** Adds a post with its comments, and all that stands under it; where it is an answered comment, that comment too. */
export function addWholePost(store: ReadingStore, to: ToErase, id: number): void {
  for (const { id: each } of rows<{ id: number }>(
    store,
    `WITH RECURSIVE whole (id) AS (SELECT ? UNION SELECT posts.id FROM posts JOIN whole ON posts.under_id = whole.id) SELECT id FROM whole`,
    id,
  )) {
    to.posts.add(each);
    to.texts.delete(each);
  }
  const comment = commentOfPost(store, id);
  if (comment !== null) to.comments.add(comment);
}

/** The comment that a post is, where it is an answered one. */
function commentOfPost(store: ReadingStore, id: number): number | null {
  const found = row<{ id: number }>(
    store,
    `SELECT comments.id FROM posts JOIN comments ON post_id = under_id
     WHERE posts.id = ? AND (comments.text = posts.text OR posts.key LIKE '%/' || comments.key) ORDER BY comments.text = posts.text DESC LIMIT 1`,
    id,
  );
  return found?.id ?? null;
}

/** Adds a comment, and the post that it is where it was answered: as a whole, or without its text where others wrote there. */
export function addComment(store: ReadingStore, to: ToErase, id: number): void {
  to.comments.add(id);
  const post = postOfComment(store, id);
  if (post !== null) addOwnPost(store, to, post);
}

/** The post that an answered comment is, or null. */
export function postOfComment(store: ReadingStore, id: number): number | null {
  const comment = row<{ postId: number; key: string | null; text: string }>(
    store,
    'SELECT post_id AS postId, key, text FROM comments WHERE id = ?',
    id,
  );
  if (!comment) return null;
  const { key } = row<{ key: string }>(store, 'SELECT key FROM posts WHERE id = ?', rootIdOf(store, comment.postId))!;
  return row<{ id: number }>(store, 'SELECT id FROM posts WHERE key = ?', keyUnder(key, comment))?.id ?? null;
}

/** Adds a post of somebody whose comments, if there are any left by others, stay. */
function addOwnPost(store: ReadingStore, to: ToErase, id: number): void {
  if (to.posts.has(id)) return;
  const ids = rows<{ id: number }>(store, 'SELECT id FROM comments WHERE post_id = ?', id);
  if (ids.some((comment) => !to.comments.has(comment.id))) to.texts.add(id);
  else addWholePost(store, to, id);
}

/** Rows that are looked through at once for a name. */
const rowsAtOnce = 20_000;

/** Adds all that is kept as written by a name, some rows at a time. */
export function* addWrittenBy(store: ReadingStore, to: ToErase, name: string): Generator<void> {
  for (const id of idsBy(store, 'comments', name)) {
    if (id === null) yield;
    else to.comments.add(id);
  }
  for (const id of [...to.comments]) {
    const post = postOfComment(store, id);
    if (post !== null) addOwnPost(store, to, post);
    yield;
  }
  for (const id of idsBy(store, 'posts', name)) {
    if (id === null) yield;
    else addOwnPost(store, to, id);
  }
}

/** Numbers of rows with this author; null now and then, where others may have their turn. */
function* idsBy(store: ReadingStore, table: 'posts' | 'comments', name: string): Generator<number | null> {
  const last = row<{ last: number | null }>(store, `SELECT max(id) AS last FROM ${table}`)!.last ?? 0;
  for (let after = 0; after < last; after += rowsAtOnce) {
    const sql = `SELECT id FROM ${table} WHERE id > ? AND id <= ? AND author = ?`;
    for (const { id } of rows<{ id: number }>(store, sql, after, after + rowsAtOnce, name)) yield id;
    yield null;
  }
}

/** Answers, skips and flags that would go: those on comments that go, and those of a name, with the comments that it pinned or excluded. */
export function countAnswers(store: ReadingStore, to: ToErase, annotator: string | null): number {
  const sql = `SELECT (SELECT count(*) FROM labels WHERE ${onErased} OR annotator = @annotator)
    + (SELECT count(*) FROM marks WHERE ${onErased} OR annotator = @annotator)
    + (SELECT count(*) FROM curations WHERE annotator = @annotator) AS count`;
  return row<{ count: number }>(store, sql, { ...listed(to), annotator })!.count;
}

const listed = ({ posts, comments }: ToErase) => ({
  posts: JSON.stringify([...posts]),
  comments: JSON.stringify([...comments]),
});
const onErased = `post_id IN (SELECT value FROM json_each(@posts))
  OR (post_id IN (SELECT post_id FROM comments WHERE id IN (SELECT value FROM json_each(@comments)))
    AND (left_id IN (SELECT value FROM json_each(@comments)) OR right_id IN (SELECT value FROM json_each(@comments))))`;

/** Comments that go in all, with those of posts. */
export function countComments(store: ReadingStore, to: ToErase): number {
  const sql = `SELECT count(*) AS count FROM comments WHERE id IN (SELECT value FROM json_each(@comments))
    OR post_id IN (SELECT value FROM json_each(@posts))`;
  return row<{ count: number }>(store, sql, listed(to))!.count;
}

/** A text that goes. */
export type ErasedText = {
  readonly kind: 'post' | 'comment';
  readonly id: number;
  readonly title: string | null;
  readonly text: string;
  readonly context: string | null;
};

/** All texts that go, some at a time. */
export function* textsToErase(store: ReadingStore, to: ToErase): Generator<ErasedText> {
  for (const id of [...to.posts, ...to.texts]) {
    const post = row<ErasedText>(store, `SELECT 'post' AS kind, id, title, text, context FROM posts WHERE id = ?`, id);
    if (post && (post.text !== '' || post.title !== null)) yield post;
  }
  for (const id of to.comments) {
    const sql = `SELECT 'comment' AS kind, id, NULL AS title, text, NULL AS context FROM comments WHERE id = ?`;
    const comment = row<ErasedText>(store, sql, id);
    if (comment) yield comment;
  }
  for (const id of to.posts) yield* commentsOf(store, id);
}

function* commentsOf(store: ReadingStore, post: number): Generator<ErasedText> {
  const sql = `SELECT 'comment' AS kind, id, NULL AS title, text, NULL AS context FROM comments WHERE post_id = ? AND id > ? ORDER BY id LIMIT 500`;
  for (let last = 0; ; ) {
    const some = rows<ErasedText>(store, sql, post, last);
    yield* some;
    if (some.length < 500) return;
    last = some.at(-1)!.id;
  }
}

/** Posts of a name that wait for comments. */
export function waitingOf(store: ReadingStore, name: string): readonly ErasedText[] {
  const sql = "SELECT 'post' AS kind, 0 AS id, title, text, context FROM waiting_posts WHERE author = ?";
  return rows<ErasedText>(store, sql, name);
}

/** Posts by their numbers, as they are listed to choose one. */
export function postsToErase(store: ReadingStore, ids: readonly number[]): readonly Erasable[] {
  return ids.flatMap((id) =>
    rows<Erasable>(store, 'SELECT id, id AS post, coalesce(title, text) AS text FROM posts WHERE id = ?', id),
  );
}

/** The first comments whose text has these words, letter by letter. Yields where others may have their turn. */
export function* commentsWith(
  store: ReadingStore,
  words: string,
  most: number,
): Generator<undefined, readonly Erasable[], undefined> {
  const last = row<{ last: number | null }>(store, 'SELECT max(id) AS last FROM comments')!.last ?? 0;
  const found: Erasable[] = [];
  for (let after = 0; after < last && found.length < most; after += rowsAtOnce) {
    const sql =
      'SELECT id, post_id AS post, text FROM comments WHERE id > ? AND id <= ? AND instr(text, ?) > 0 ORDER BY id LIMIT ?';
    append(found, rows<Erasable>(store, sql, after, after + rowsAtOnce, words, most - found.length));
    yield undefined;
  }
  return found;
}
