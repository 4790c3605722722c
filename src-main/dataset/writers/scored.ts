import type { Comment, Post } from '../../contract/records.ts';

/** A post as it is written out: the best comment first. */
export type ScoredPost = Post & {
  readonly comments: readonly ScoredComment[];
  /** Which of its lists this is, from 1; null where it has no more than one. */
  readonly list: number | null;
};

/** position: 0 is best, null where neither a model nor the data say. */
type ScoredComment = Pick<Comment, 'text' | 'votes' | 'author' | 'createdAt' | 'link'> & {
  readonly position: number | null;
  readonly reward: number | null;
};

/** An object without the fields that hold nothing. */
export function withoutEmpty(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}
