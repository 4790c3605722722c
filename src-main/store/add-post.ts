import type { NewComment, NewPost, Split } from '../contract/records.ts';
import type { AddedPost, CommentOutcome, From } from './adding.ts';
import { row, statement, type WritingStore } from './connection.ts';
import { fillContext } from './contexts.ts';
import { correctedComment, erasedAmong, isErased } from './erased.ts';
import { splitOfGroup } from './imports.ts';
import { type KnownComment, knownColumns, listFor, tell, thread } from './lists.ts';
import { noteKey } from './other-keys.ts';
import { fillPost } from './post-texts.ts';
import { hashOf } from './posts.ts';
import { keepWaiting, takeWaiting, waitingPost } from './waiting-posts.ts';

/** A post that is there, as far as adding to it needs. */
export type KnownPost = {
  readonly id: number;
  readonly key: string;
  readonly title: string | null;
  readonly text: string;
  readonly context: string | null;
  readonly group: string;
  readonly split: Split;
  readonly importId: number | null;
  /** The post whose comment it is, where it is an answered one. */
  readonly under: number | null;
};

/**
 * Adds a post and those of its comments that are not there yet. What is there stays, but for votes, of which the newest count, and a text or a
 * context that it lacked. Call it for many posts inside one `inTransaction`.
 */
export function addPost(store: WritingStore, post: NewPost, from: From): AddedPost {
  const nothing = { postId: null, context: null, comments: [], commentIds: [], split: post.split };
  if (isErased(store, 'post', post.key)) return { ...nothing, outcome: 'erased' };
  const known = knownPost(store, post.key);
  if (known && isAnother(known, post) && !wasCorrected(store, post))
    return { ...nothing, outcome: 'conflict', postId: known.id, split: known.split };
  if (!known && post.comments.length === 0) {
    if (post.keyGiven === false || from.importId === null || !saysText(post)) return { ...nothing, outcome: 'alone' };
    return { ...nothing, outcome: keepWaiting(store, post, from.importId, from.line) };
  }
  if (!known) {
    const waiting = post.keyGiven === false ? undefined : waitingPost(store, post.key);
    if (waiting && isAnother(waiting, post)) return { ...nothing, outcome: 'conflict' };
    // One that says its text itself needs none; the other is there still when its import is undone.
    const { id: postId, split } = saysText(post) ? insertPost(store, post, from) : makePost(store, post, from);
    return { outcome: 'new', postId, split, context: null, ...addComments(store, postId, post.comments, from, true) };
  }
  if (known.importId !== from.importId) adopt(store, known.id, from.importId);
  const filled = saysText(post) && !saysText(known);
  if (filled) fillPost(store, known.id, post, from.importId, from.line);
  const context = post.context === null ? null : fillContext(store, known, post.context, from.importId);
  return {
    outcome: filled ? 'filled' : 'known',
    postId: known.id,
    split: known.split,
    context,
    ...addComments(store, known.id, post.comments, from, false),
  };
}

/** Whether both say a text, and not the same one. */
function isAnother(known: Pick<NewPost, 'text'>, { text }: Pick<NewPost, 'text'>): boolean {
  return known.text !== '' && text !== '' && known.text !== text;
}

/** Whether it has a text that a post had before it was corrected here. */
function wasCorrected(store: WritingStore, { key, text }: Pick<NewPost, 'key' | 'text'>): boolean {
  return isErased(store, 'earlier-post', key, text);
}

/** The post with this key. */
export function knownPost(store: WritingStore, key: string): KnownPost | undefined {
  return row<KnownPost>(
    store,
    `SELECT id, key, title, text, context, "group", split, import_id AS importId, under_id AS under FROM posts WHERE key = ?`,
    key,
  );
}

/** Whether anything is known of a post but its key. */
function saysText({ title, text }: Pick<NewPost, 'title' | 'text'>): boolean {
  return title !== null || text !== '';
}

/** Makes a post whose text this record does not say: with the text that waits for it, where there is one. */
export function makePost(
  store: WritingStore,
  { key, group, split, under }: Pick<NewPost, 'key' | 'group' | 'split' | 'under'>,
  from: From,
): { readonly id: number; readonly split: Split; readonly filled: boolean } {
  const waiting = takeWaiting(store, key);
  const empty = { key, title: null, text: '', context: null, group, split, ...(under === undefined ? {} : { under }) };
  if (!waiting) return { ...insertPost(store, empty, from), filled: false };
  const made = insertPost(store, { ...empty, group: waiting.group, split: waiting.split }, from);
  fillPost(store, made.id, waiting, waiting.importId, waiting.line);
  if (waiting.context !== null) fillContext(store, { id: made.id, context: null }, waiting.context, waiting.importId);
  return { ...made, filled: true };
}

function insertPost(
  store: WritingStore,
  post: Omit<NewPost, 'comments'>,
  from: From,
): { readonly id: number; readonly split: Split } {
  const split = splitOfGroup(store, post.group, post.split);
  const {
    key,
    title,
    text,
    context,
    group,
    author = null,
    createdAt = null,
    link = null,
    under = null,
    accepted = null,
  } = post;
  const values = [key, title, text, context, group, split, from.importId, from.line];
  const columns = 'key, title, text, context, "group", split, import_id, line';
  const made =
    author === null && createdAt === null && link === null && under === null && accepted === null
      ? statement(store, `INSERT INTO posts (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`).run(...values)
      : statement(
          store,
          `INSERT INTO posts (${columns}, author, created_at, link, under_id, accepted)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ).run(...values, author, createdAt, link, under, accepted);
  return { id: Number(made.lastInsertRowid), split };
}

/** A post that an undone import left, since something was said of it, belongs to whoever brings it again. */
function adopt(store: WritingStore, postId: number, importId: number | null): void {
  statement(store, `UPDATE posts SET import_id = ? WHERE id = ? AND ${ofUndone('posts')}`).run(importId, postId);
}

const ofUndone = (table: string): string =>
  `EXISTS (SELECT 1 FROM imports WHERE imports.id = ${table}.import_id AND undone_at IS NOT NULL)`;

type Added = Pick<AddedPost, 'comments' | 'commentIds'>;

/** Adds comments to a post, all of one record, but for erased ones. @param fresh whether the post has none yet */
export function addComments(
  store: WritingStore,
  postId: number,
  comments: readonly NewComment[],
  from: From,
  fresh: boolean,
): Added {
  const erased = erasedAmong(store, () => keyOf(store, postId), comments);
  const added = addThese(
    store,
    postId,
    comments.filter((_, at) => !erased.has(at)),
    from,
    fresh,
  );
  if (erased.size === 0) return added;
  let next = 0;
  const places = comments.map((_, at) => (erased.has(at) ? null : next++));
  return {
    comments: places.map((at) => (at === null ? 'erased' : added.comments[at]!)),
    commentIds: places.map((at) => (at === null ? 0 : added.commentIds[at]!)),
  };
}

function keyOf(store: WritingStore, postId: number): string {
  return row<{ key: string }>(store, 'SELECT key FROM posts WHERE id = ?', postId)!.key;
}

function addThese(
  store: WritingStore,
  postId: number,
  comments: readonly NewComment[],
  from: From,
  fresh: boolean,
): Added {
  const { different, at } = withoutRepeats(comments);
  const hashes = different.map(({ text }) => hashOf(text));
  const known = fresh ? [] : different.map((comment, i) => knownComment(store, postId, comment, hashes[i]!));
  const ids = known.map((found) => found?.id ?? null);
  const list = listFor(store, postId, different, ids, from);
  const added = different.map((comment, i) => {
    const there = known[i];
    if (there) return { id: there.id, outcome: meet(store, there, comment, list, from.importId) };
    const id = insertComment(store, postId, comment, hashes[i]!, list ?? thread, from.importId);
    return { id, outcome: 'new' as const };
  });
  const seen = new Set<number>();
  const outcomes = at.map((i): CommentOutcome => {
    const again = seen.has(i);
    seen.add(i);
    return again ? 'same' : added[i]!.outcome;
  });
  return { comments: outcomes, commentIds: at.map((i) => added[i]!.id) };
}

/** Equal texts are one comment, with the best of their figures. at: which of the different ones each comment is. */
function withoutRepeats(comments: readonly NewComment[]): { different: readonly NewComment[]; at: readonly number[] } {
  const places = new Map<string, number>();
  const different: NewComment[] = [];
  const at = comments.map((comment) => {
    const place = places.get(comment.text) ?? different.length;
    places.set(comment.text, place);
    different[place] = place in different ? better(different[place]!, comment) : comment;
    return place;
  });
  return { different, at };
}

function better(one: NewComment, other: NewComment): NewComment {
  const best = (a: number | null, b: number | null, pick: (...values: number[]) => number): number | null =>
    a === null || b === null ? (a ?? b) : pick(a, b);
  return { ...one, rank: best(one.rank, other.rank, Math.min), votes: best(one.votes, other.votes, Math.max) };
}

/** A comment that is there under this id, or else with this text, or with this one before it was corrected. */
function knownComment(
  store: WritingStore,
  postId: number,
  { key = null, text }: NewComment,
  textHash: Buffer,
): (KnownComment & { readonly edited: boolean }) | undefined {
  const byKey =
    key === null
      ? undefined
      : row<KnownComment & { sameText: 0 | 1 }>(
          store,
          `SELECT ${knownColumns}, text_hash = ? AS sameText FROM comments WHERE key = ? AND post_id = ?`,
          textHash,
          key,
          postId,
        );
  if (byKey) return { ...byKey, edited: byKey.sameText === 0 };
  const byText = row<KnownComment>(
    store,
    `SELECT ${knownColumns} FROM comments WHERE post_id = ? AND text_hash = ?`,
    postId,
    textHash,
  );
  if (byText) return { ...byText, edited: false };
  const corrected = correctedComment(store, () => keyOf(store, postId), text);
  if (corrected === null) return undefined;
  const now = row<KnownComment>(store, `SELECT ${knownColumns} FROM comments WHERE id = ?`, corrected);
  return now && { ...now, edited: true };
}

function meet(
  store: WritingStore,
  there: KnownComment & { readonly edited: boolean },
  comment: NewComment,
  list: number | null,
  importId: number | null,
): CommentOutcome {
  statement(store, `UPDATE comments SET import_id = ? WHERE id = ? AND ${ofUndone('comments')}`).run(
    importId,
    there.id,
  );
  if (comment.key != null && comment.key !== there.key) noteKey(store, comment.key, there.postId, there.id, importId);
  const outcome = list === null ? 'known' : tell(store, there, list, comment, importId);
  return there.edited ? 'edited' : outcome;
}

function insertComment(
  store: WritingStore,
  postId: number,
  comment: NewComment,
  textHash: Buffer,
  list: number,
  importId: number | null,
): number {
  const { text, rank, votes, key = null, author = null, createdAt = null, link = null } = comment;
  const its = list === thread || (rank === null && votes === null) ? null : list;
  const values = [postId, text, textHash, rank, votes, importId, its];
  const columns = 'post_id, text, text_hash, rank, votes, import_id, list';
  // Most have no more than this, and binding nulls takes its time.
  const made =
    key === null && author === null && createdAt === null && link === null
      ? statement(store, `INSERT INTO comments (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`).run(...values)
      : statement(
          store,
          `INSERT INTO comments (${columns}, key, author, created_at, link) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ).run(...values, key, author, createdAt, link);
  return Number(made.lastInsertRowid);
}
