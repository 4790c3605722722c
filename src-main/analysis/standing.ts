import { extent } from 'd3-array';
import { largestOf } from '../common/ranked-lists.ts';
import type { Comment, ListEntry, PostWithComments } from '../contract/records.ts';
import { averageRanks } from './ranks.ts';

/** A comment with what is known of how good it is: the higher, the better, to be compared within its post alone. */
export type Standing = { readonly comment: Comment; readonly score: number };

/**
 * The comments of a post that can be compared: those of its largest list that have a place there, or else votes. [] where there are not two of
 * them, or all are equally good.
 */
export function standings({ comments, lists }: Pick<PostWithComments, 'comments' | 'lists'>): readonly Standing[] {
  const { entries } = largestOf(lists) ?? { entries: [] };
  const known = new Map(comments.map((comment) => [comment.id, comment]));
  const of = (score: (entry: ListEntry) => number | null): Standing[] =>
    entries.flatMap((entry) => {
      const [found, comment] = [score(entry), known.get(entry.commentId)];
      return found === null || !comment ? [] : [{ comment, score: found }];
    });
  const ranked = of(({ place }) => (place === null ? null : -place));
  const voted = of(({ votes }) => votes);
  const found = ranked.length >= Math.max(2, voted.length) ? ranked : voted;
  return found.length > 1 && found.some(({ score }) => score !== found[0]!.score) ? found : [];
}

/** The best and the last of a post, by chance where several are equal. */
export function bestAndLast(all: readonly Standing[], random: () => number): readonly [Comment, Comment] | null {
  const [low, high] = extent(all, ({ score }) => score);
  if (low === undefined || low === high) return null;
  const oneOf = (score: number): Comment => {
    const equal = all.filter((one) => one.score === score);
    return equal[Math.floor(random() * equal.length)]!.comment;
  };
  return [oneOf(high), oneOf(low)];
}

/** The share of the others of its post that each comment beats; those that are equally good count half. */
export function shareBeaten(all: readonly Standing[]): readonly number[] {
  const ranks = averageRanks(all.map(({ score }) => score));
  return Array.from(ranks, (rank) => (rank - 1) / (all.length - 1));
}
