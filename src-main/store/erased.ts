import { createHmac, randomBytes } from 'node:crypto';
import type { ErasedAmount, Erasure } from '../contract/erasing.ts';
import type { NewComment } from '../contract/records.ts';
import { type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';
import { hashOf } from './posts.ts';
import { readSetting, writeSetting } from './settings.ts';

/**
 * Marks of what was erased on request, by which imports leave it out. A mark is a keyed hash: it says neither what was erased nor whose it
 * was, only whether what an import brings is that.
 *
 * post: its key; nothing of it comes in. post-text: the key of one that stays for the comments of others, without its text. earlier-post: a key
 * and a text of a post that was corrected. comment: the keys of its post and its own. comment-text: the key of its post and its text's hash.
 * wrote, answered: a name.
 */
type MarkKind = 'post' | 'post-text' | 'earlier-post' | 'comment' | 'comment-text' | 'wrote' | 'answered';

/** Where the key of the hashes stands among the settings; no setting that a person could change. */
const place = 'erasedKey';

function keyOf(store: ReadingStore): string {
  const found = readSetting(store, place);
  return typeof found === 'string' ? found : '';
}

function markOf(store: ReadingStore, kind: MarkKind, parts: readonly string[]): Buffer {
  return createHmac('sha256', keyOf(store))
    .update(JSON.stringify([kind, ...parts]))
    .digest()
    .subarray(0, 20);
}

/** Marks a thing as erased. @param comment what a corrected text is now */
export function markErased(
  store: WritingStore,
  erasure: number,
  kind: MarkKind,
  parts: readonly string[],
  comment: number | null = null,
): void {
  if (keyOf(store) === '') writeSetting(store, place, randomBytes(32).toString('hex'));
  statement(
    store,
    `INSERT INTO erased (mark, erasure_id, comment_id) VALUES (?, ?, ?)
     ON CONFLICT (mark) DO UPDATE SET erasure_id = excluded.erasure_id, comment_id = excluded.comment_id`,
  ).run(markOf(store, kind, parts), erasure, comment);
}

/** Whether anything was ever erased: nearly always not, and then nothing has to be hashed. */
function anyErased(store: ReadingStore): boolean {
  return row(store, 'SELECT 1 FROM erased LIMIT 1') !== undefined;
}

type Mark = { readonly comment: number | null };

function markIn(store: ReadingStore, kind: MarkKind, parts: readonly string[]): Mark | undefined {
  return row<Mark>(store, 'SELECT comment_id AS comment FROM erased WHERE mark = ?', markOf(store, kind, parts));
}

/** Whether a thing was erased. */
export function isErased(store: ReadingStore, kind: MarkKind, ...parts: readonly string[]): boolean {
  return anyErased(store) && markIn(store, kind, parts)?.comment === null;
}

/** Whether a post that comes in stays without its text: it was erased, or all that its author wrote. */
export function isTextErased(
  store: ReadingStore,
  { key, author }: { readonly key: string; readonly author?: string | null },
): boolean {
  if (!anyErased(store)) return false;
  return isErased(store, 'post-text', key) || (author != null && isErased(store, 'wrote', author));
}

/** Which comments of a record were erased, by their places in it. */
export function erasedAmong(
  store: ReadingStore,
  keyOfPost: () => string,
  comments: readonly Pick<NewComment, 'text' | 'key' | 'author'>[],
): ReadonlySet<number> {
  const found = new Set<number>();
  if (!anyErased(store)) return found;
  const postKey = keyOfPost();
  for (const [at, { text, key, author }] of comments.entries()) {
    const erased =
      (key != null && isErased(store, 'comment', postKey, key)) ||
      isErased(store, 'comment-text', postKey, hashOf(text).toString('hex')) ||
      (author != null && isErased(store, 'wrote', author));
    if (erased) found.add(at);
  }
  return found;
}

/** The comment that this text was of before it was corrected, or null. */
export function correctedComment(store: ReadingStore, keyOfPost: () => string, text: string): number | null {
  if (!anyErased(store)) return null;
  return markIn(store, 'comment-text', [keyOfPost(), hashOf(text).toString('hex')])?.comment ?? null;
}

/** What was erased so far, the newest first: how much, never what. */
export function listErasures(store: ReadingStore): readonly Erasure[] {
  return rows<Erasure>(
    store,
    `SELECT id, kind, erased_at AS erasedAt, posts, texts, comments, answers, allowed_at AS allowedAt FROM erasures ORDER BY id DESC`,
  );
}

/** Notes that erasing begins, and gives its number. */
export function beginErasure(store: WritingStore, kind: Erasure['kind'], at: string): number {
  const made = statement(store, 'INSERT INTO erasures (kind, erased_at) VALUES (?, ?)').run(kind, at);
  return Number(made.lastInsertRowid);
}

/** Adds to what an erasure came to. */
export function countErased(store: WritingStore, id: number, added: Partial<ErasedAmount>): void {
  const { posts = 0, texts = 0, comments = 0, answers = 0 } = added;
  statement(
    store,
    'UPDATE erasures SET posts = posts + ?, texts = texts + ?, comments = comments + ?, answers = answers + ? WHERE id = ?',
  ).run(posts, texts, comments, answers, id);
}

/** Lets what was erased come in again, and forgets what it would be known by. False where there is no such erasure. */
export function allowErased(store: WritingStore, id: number, at: string): boolean {
  statement(store, 'DELETE FROM erased WHERE erasure_id = ?').run(id);
  const sql = 'UPDATE erasures SET allowed_at = coalesce(allowed_at, ?) WHERE id = ?';
  return statement(store, sql).run(at, id).changes === 1;
}

/** Whether the file may still hold, where nothing points any more, what was erased. */
export function isUnwiped(store: ReadingStore): boolean {
  return row(store, 'SELECT 1 FROM erasures WHERE wiped = 0 LIMIT 1') !== undefined;
}

/** Notes that nothing of what was erased by then is left in the file. */
export function setWiped(store: WritingStore): void {
  statement(store, 'UPDATE erasures SET wiped = 1 WHERE wiped = 0').run();
}
