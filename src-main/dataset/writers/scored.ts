import type { Comment, CurationKind, Post } from '../../contract/records.ts';

/** A post as it is written out. */
export type ScoredPost = Post & {
  /** The best first, one after the other as they are asked for: a post may have hundreds of thousands. They may be gone through more than once. */
  readonly comments: Iterable<ScoredComment>;
  /** Whether any comment has a place. */
  readonly placed: boolean;
  /** Which of its lists this is, from 1; null where it has no more than one. */
  readonly list: number | null;
};

/** position: 0 is best, null where neither a model nor the data say. */
export type ScoredComment = Pick<Comment, 'id' | 'text' | 'votes' | 'author' | 'createdAt' | 'link'> & {
  /** The id that its file gave it. */
  readonly key: string | null;
  readonly position: number | null;
  readonly reward: number | null;
  /** What it is worth, with the interval that holds it in 90 of 100 cases, and how many answers it is in; where these are joined. */
  readonly worth?: number | null;
  readonly interval?: readonly [low: number, high: number] | null;
  readonly answers?: number;
  /** The chance that it is better than the next one. */
  readonly beatsNext?: number | null;
  /** Whether a person pinned or excluded it; its place says nothing of that. */
  readonly byHand?: CurationKind | null;
};

/** What is known of a comment's worth, by the names that exports have for it. */
export const worthOf = ({ worth, interval, answers }: ScoredComment) => ({
  worth: worth ?? null,
  worth_low: interval?.[0] ?? null,
  worth_high: interval?.[1] ?? null,
  answers: answers ?? null,
});

/** An object without the fields that hold nothing. */
export function withoutEmpty(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}
