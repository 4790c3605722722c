import { hash } from 'node:crypto';
import { TiebreakError } from '../contract/errors.ts';
import type { Comment, NewComment, NewPost, Post, PostWithComments, Split } from '../contract/records.ts';
import { type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';
import { fillContext } from './contexts.ts';
import { splitOfGroup } from './imports.ts';

const postColumns = 'posts.id, posts.key, posts.title, posts.text, posts.context, posts."group", posts.split';
const commentColumns = 'id, post_id AS postId, text, rank, votes';
const pageSize = 256;

/** What adding a post came to. `conflict`: its key belongs to a post with another text, and nothing was added. */
export type AddedPost = {
  readonly postId: number;
  readonly added: boolean;
  readonly comments: number;
  readonly split: Split;
  readonly conflict: boolean;
  /** What became of a context that came with a post that was there already; null where none came, or the post is new. */
  readonly context: 'added' | 'same' | 'other' | null;
};

/**
 * Adds a post and those of its comments that are not there yet. What is there stays as it is; only a missing context, rank
 * or votes figure is filled in. Call it for many posts inside one `inTransaction`.
 */
export function addPost(store: WritingStore, post: NewPost, importId: number | null, line: number | null): AddedPost {
  const known = row<{ id: number; text: string; context: string | null; split: Split }>(
    store,
    'SELECT id, text, context, split FROM posts WHERE key = ?',
    post.key,
  );
  if (known && known.text !== post.text) {
    return { postId: known.id, added: false, comments: 0, split: known.split, conflict: true, context: null };
  }
  const split = known?.split ?? splitOfGroup(store, post.group, post.split);
  const postId = known?.id ?? insertPost(store, post, split, importId, line);
  const context = known && post.context !== null ? fillContext(store, known, post.context, importId) : null;
  let comments = 0;
  for (const comment of post.comments) if (addComment(store, postId, comment, importId)) comments += 1;
  return { postId, added: !known, comments, split, conflict: false, context };
}

function insertPost(
  store: WritingStore,
  post: NewPost,
  split: Split,
  importId: number | null,
  line: number | null,
): number {
  const made = statement(
    store,
    `INSERT INTO posts (key, title, text, context, "group", split, import_id, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(post.key, post.title, post.text, post.context, post.group, split, importId, line);
  return Number(made.lastInsertRowid);
}

function addComment(store: WritingStore, postId: number, comment: NewComment, importId: number | null): boolean {
  const textHash = hashOf(comment.text);
  const made = statement(
    store,
    `INSERT INTO comments (post_id, text, text_hash, rank, votes, import_id) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (post_id, text_hash) DO NOTHING`,
  ).run(postId, comment.text, textHash, comment.rank, comment.votes, importId);
  if (made.changes === 1) return true;
  if (comment.rank !== null || comment.votes !== null) {
    statement(
      store,
      `UPDATE comments SET rank = coalesce(rank, ?), votes = coalesce(votes, ?)
       WHERE post_id = ? AND text_hash = ? AND (rank IS NULL OR votes IS NULL)`,
    ).run(comment.rank, comment.votes, postId, textHash);
  }
  return false;
}

/** Posts by their numbers: above `after`, up to and with `last`. */
export type PostRange = { readonly after: number; readonly last: number };

/**
 * Ranks the comments of posts whose files gave votes and no order: most votes first, equal votes share a rank. Posts of
 * which any comment has a rank, or any lacks votes, are left alone.
 */
export function rankByVotes(store: WritingStore, importId: number, { after, last }: PostRange): void {
  statement(
    store,
    `WITH ranked AS (
       SELECT id, rank() OVER (PARTITION BY post_id ORDER BY votes DESC) - 1 AS place FROM comments
       WHERE post_id IN (
         SELECT post_id FROM comments JOIN posts ON posts.id = post_id
         WHERE posts.import_id = ? AND posts.id > ? AND posts.id <= ?
         GROUP BY post_id HAVING count(rank) = 0 AND count(votes) = count(*)
       )
     )
     UPDATE comments SET rank = ranked.place FROM ranked WHERE ranked.id = comments.id`,
  ).run(importId, after, last);
}

/** Takes away the posts of an import that came to fewer than two comments, and says where in the file they began. */
export function dropLonePosts(
  store: WritingStore,
  importId: number,
  { after, last }: PostRange,
): { posts: number; comments: number; lines: number[] } {
  const lone = rows<{ id: number; line: number; comments: number }>(
    store,
    `SELECT posts.id, coalesce(line, 0) AS line, count(comments.id) AS comments
     FROM posts LEFT JOIN comments ON post_id = posts.id
     WHERE posts.import_id = ? AND posts.id > ? AND posts.id <= ?
     GROUP BY posts.id HAVING count(comments.id) < 2 ORDER BY line`,
    importId,
    after,
    last,
  );
  for (const post of lone) statement(store, 'DELETE FROM posts WHERE id = ?').run(post.id);
  return {
    posts: lone.length,
    comments: lone.reduce((sum, post) => sum + post.comments, 0),
    lines: lone.map((post) => post.line),
  };
}

export type PostFilter = {
  readonly split?: Split | undefined;
  /** Only posts with at least one answer that counts, skips and flags left out. */
  readonly answered?: boolean | undefined;
};

/** Posts with their comments in the order they came, a page at a time: the store may be written to in between. */
export function* postsWithComments(store: ReadingStore, filter: PostFilter = {}): Generator<PostWithComments> {
  const sql = `SELECT ${postColumns} FROM posts WHERE posts.id > ? ${filter.split ? 'AND split = ?' : ''} ${
    filter.answered
      ? `AND EXISTS (SELECT 1 FROM labels WHERE labels.post_id = posts.id
           AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id))`
      : ''
  } ORDER BY posts.id LIMIT ${pageSize}`;
  let last = 0;
  for (;;) {
    const page = rows<Post>(store, sql, last, ...(filter.split ? [filter.split] : []));
    for (const post of page) {
      last = post.id;
      yield { ...post, comments: commentsOfPost(store, post.id) };
    }
    if (page.length < pageSize) return;
  }
}

/** How many comments a split has. */
export function countComments(store: ReadingStore, split: Split): number {
  const sql = `SELECT coalesce(sum(comments), 0) AS count FROM posts CROSS JOIN post_counts ON post_id = posts.id
    WHERE split = ?`;
  return row<{ count: number }>(store, sql, split)!.count;
}

/** All posts without their comments, a page at a time: the store may be written to in between. */
export function* postsAlone(store: ReadingStore): Generator<Post> {
  let last = 0;
  for (;;) {
    const page = rows<Post>(
      store,
      `SELECT ${postColumns} FROM posts WHERE posts.id > ? ORDER BY posts.id LIMIT ${pageSize}`,
      last,
    );
    yield* page;
    last = page.at(-1)?.id ?? last;
    if (page.length < pageSize) return;
  }
}

/** The comments of a post, in the order they came. */
export function commentsOfPost(store: ReadingStore, postId: number): readonly Comment[] {
  return rows<Comment>(store, `SELECT ${commentColumns} FROM comments WHERE post_id = ? ORDER BY id`, postId);
}

/** A post with its comments, by its number or by the key its file gave it (the key first); says so where there is none. */
export function findPost(store: ReadingStore, idOrKey: number | string): PostWithComments {
  const byKey = row<Post>(store, `SELECT ${postColumns} FROM posts WHERE key = ?`, String(idOrKey));
  const id = Number(idOrKey);
  const post =
    (typeof idOrKey === 'string' ? byKey : undefined) ??
    (Number.isSafeInteger(id) ? row<Post>(store, `SELECT ${postColumns} FROM posts WHERE id = ?`, id) : undefined);
  if (!post) throw new TiebreakError('not-found', `There is no post ${idOrKey}.`);
  return { ...post, comments: commentsOfPost(store, post.id) };
}

/** The name of the file that brought a post, or null. */
export function importOfPost(store: ReadingStore, id: number): string | null {
  const sql = 'SELECT file FROM imports JOIN posts ON import_id = imports.id WHERE posts.id = ?';
  return row<{ file: string }>(store, sql, id)?.file ?? null;
}

/** The post with exactly this key, or null. */
export function postByKey(store: ReadingStore, key: string): Post | null {
  return row<Post>(store, `SELECT ${postColumns} FROM posts WHERE key = ?`, key) ?? null;
}

/** The number of the comment of a post with exactly this text, or null. */
export function commentIdByText(store: ReadingStore, postId: number, text: string): number | null {
  const sql = 'SELECT id FROM comments WHERE post_id = ? AND text_hash = ?';
  return row<{ id: number }>(store, sql, postId, hashOf(text))?.id ?? null;
}

/** What a text is known by. */
export function hashOf(text: string): Buffer {
  return hash('sha256', text, 'buffer').subarray(0, 16);
}
