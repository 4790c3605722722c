import type { NewPost } from '../contract/records.ts';
import { type ReadingStore, row, statement, type WritingStore } from './connection.ts';

/** Posts that came without a comment, such as those of a file of submissions: they are posts when comments come that name them. */

type Waiting = Omit<NewPost, 'comments'> & { readonly importId: number; readonly line: number | null };

/** Keeps a post until comments come. One that waits already stays as it is. */
export function keepWaiting(
  store: WritingStore,
  post: Omit<NewPost, 'comments'>,
  importId: number,
  line: number | null,
): 'waiting' | 'conflict' {
  const made = statement(
    store,
    `INSERT INTO waiting_posts (key, title, text, context, author, created_at, link, accepted, "group", split, import_id, line)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  ).run(
    post.key,
    post.title,
    post.text,
    post.context,
    post.author ?? null,
    post.createdAt ?? null,
    post.link ?? null,
    post.accepted ?? null,
    post.group,
    post.split,
    importId,
    line,
  );
  if (made.changes === 1) return 'waiting';
  return waitingPost(store, post.key)!.text === post.text ? 'waiting' : 'conflict';
}

/** The post that waits with this key, if one does. */
export function waitingPost(store: ReadingStore, key: string): Waiting | undefined {
  return row<Waiting>(
    store,
    `SELECT key, title, text, context, author, created_at AS createdAt, link, accepted, "group", split, import_id AS importId, line
     FROM waiting_posts WHERE key = ?`,
    key,
  );
}

/** The same, and it waits no longer. */
export function takeWaiting(store: WritingStore, key: string): Waiting | undefined {
  const found = waitingPost(store, key);
  if (found) statement(store, 'DELETE FROM waiting_posts WHERE key = ?').run(key);
  return found;
}

/** How many posts of an import wait for comments still. */
export function countWaiting(store: ReadingStore, importId: number): number {
  const sql = `SELECT count(*) AS count FROM waiting_posts
    WHERE import_id = ? AND NOT EXISTS (SELECT 1 FROM posts WHERE posts.key = waiting_posts.key)`;
  return row<{ count: number }>(store, sql, importId)!.count;
}

/** Forgets posts of an import that wait, about so many. @returns how many; 0 where none are left */
export function dropWaiting(store: WritingStore, importId: number, most: number): number {
  return statement(
    store,
    'DELETE FROM waiting_posts WHERE key IN (SELECT key FROM waiting_posts WHERE import_id = ? LIMIT ?)',
  ).run(importId, most).changes;
}
