import type { Comment, Post } from '../../contract/records.ts';

/** A post as it is written out: the best comment first. */
export type ScoredPost = Post & { readonly comments: readonly ScoredComment[] };

/** position: 0 is best, null where neither a model nor the data say. */
type ScoredComment = Pick<Comment, 'text' | 'votes' | 'rank'> & {
  readonly position: number | null;
  readonly reward: number | null;
};

/** An object without the fields that hold nothing. */
export function withoutEmpty(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}
