import type { ShownOfPost } from '../contract/engine.ts';
import type { Noun, ReplyChoice } from '../contract/reading.ts';
import type { NewComment, NewPost, Split } from '../contract/records.ts';
import { hasFigure, type PostHead, type ReadComment } from '../dataset/facts.ts';
import { reasons } from '../dataset/reasons.ts';
import { shown } from '../dataset/sift.ts';
import { splitOf } from '../dataset/split.ts';
import type { AddedPost } from '../store/adding.ts';
import { isTextErased } from '../store/erased.ts';
import type { WritingStore } from '../store/open.ts';
import { report, type Tally } from './tally.ts';

/** What all that an import takes goes into, and how what stays out is told. */

/** What an import of one file goes by, and what it has come to. */
export type Import = {
  readonly store: WritingStore;
  readonly id: number;
  /** Puts every new post there; without it the file decides, and where it says nothing a hash of the group. */
  readonly split: Split | undefined;
  readonly replies: ReplyChoice;
  /** For a file of rewards: the model that gave them. */
  readonly rewardsOf: RewardsOf | null;
  readonly tally: Tally;
  readonly brought: Brought;
  /** How often this file gave the same answer without an id, for answers that were there when it did. */
  readonly occurrences: Map<number, number>;
  /** The post of the record before. */
  lastKey: string | null;
  /** The post of the reward before, with what the model reads of it. */
  lastScored: { readonly key: string; readonly id: number; readonly read: string } | null;
};

/** The model whose rewards a file has, and what it is shown of posts. */
export type RewardsOf = { readonly id: number; readonly context: ShownOfPost };

/** What is new in the store, and what became of what was there. */
export type Brought = {
  posts: number;
  comments: number;
  labels: number;
  contexts: number;
  rewards: number;
  /** Comments whose votes or places are newer than those that were there. */
  updated: number;
  /** Posts whose text came. */
  filled: number;
  /** Posts that are there without their text. */
  textless: number;
  unmatched: number;
  ambiguous: number;
  contextsKept: number;
  keptWithGroup: number;
};

export function nothingBrought(): Brought {
  const counts = { posts: 0, comments: 0, labels: 0, contexts: 0, rewards: 0, updated: 0, filled: 0, textless: 0 };
  return { ...counts, unmatched: 0, ambiguous: 0, contextsKept: 0, keptWithGroup: 0 };
}

/** Counts what became of a post. @param asked the split that it was to go to */
export function countPost({ brought }: Import, { outcome, split, context }: AddedPost, asked: Split): void {
  if (outcome === 'new') brought.posts += 1;
  if (outcome === 'filled') brought.filled += 1;
  if (outcome === 'new' && split !== asked) brought.keptWithGroup += 1;
  if (context === 'added') brought.contexts += 1;
  if (context === 'other') brought.contextsKept += 1;
}

/** Reports a thing that stays out. @param detail what is said of this one in place of the reason */
export function leave(
  into: Import,
  of: Noun,
  why: string,
  reason: string,
  at: { line: number; text: string; count?: number },
  detail?: string,
): void {
  report(
    into.tally,
    { kind: 'left', of, why, reason, line: at.line, text: shown(at.text), count: at.count ?? 1 },
    detail,
  );
}

/** Why a post stays out whose id is another's. */
export const conflictOf = (key: string) =>
  [
    'conflict',
    'another post with the same id has a different text',
    `another post with the id ${shown(key)} has a different text`,
  ] as const;

/** Reports the comments of what stays out, with their votes and replies. */
export function leaveWithRow(
  into: Import,
  comments: readonly ReadComment[],
  noun: 'comment' | 'reply',
  line: number,
): void {
  if (comments.length > 0)
    leave(into, noun, 'with-row', reasons['with-post'], { line, text: '', count: comments.length });
  const votes = comments.filter(hasFigure).length;
  if (votes > 0) leave(into, 'vote', 'with-comment', reasons['with-comment'], { line, text: '', count: votes });
  for (const { replies } of comments) leaveWithRow(into, replies, 'reply', line);
}

/** A post as the store takes it. */
export function newPost({ store, split }: Import, post: PostHead): Omit<NewPost, 'comments'> {
  const { key, keyGiven, title, text, context, group, author, date, link, accepted } = post;
  return withoutErased(store, {
    key,
    keyGiven,
    title,
    text,
    context,
    group,
    author,
    createdAt: date,
    link,
    accepted,
    split: split ?? post.split ?? splitOf(group),
  });
}

/** The same without its text, where that was erased on request while the post stays for the comments of others. */
export function withoutErased<P extends Omit<NewPost, 'comments'>>(store: WritingStore, post: P): P {
  if (!isTextErased(store, post)) return post;
  return { ...post, title: null, text: '', context: null, author: null, link: null };
}

export function newComment({ text, place, votes, key, author, date, link }: ReadComment): NewComment {
  return { text, rank: place, votes, key, author, createdAt: date, link };
}
