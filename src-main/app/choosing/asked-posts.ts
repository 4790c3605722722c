import type { ChosenPosts } from '../../store/chosen-posts.ts';
import type { ReadingStore } from '../../store/open.ts';
import { openPostBetween, postFrom, postIdRange, postsByAnswers } from '../../store/open-pairs.ts';

/** The posts that are asked about, all or chosen ones: how one is drawn, and how they are gone through. */
export type AskedPosts = {
  readonly first: number;
  readonly last: number;
  /** About how many they are. */
  readonly count: number;
  /** The number from which on a post is drawn. @param share from 0 up to 1 */
  readonly at: (share: number) => number;
  /** The first post from this number on that has so many comments. */
  readonly from: (from: number, comments?: number) => ReturnType<typeof postFrom>;
  /** The first one between two numbers, so many comments, that has a pair open to a person. */
  readonly openBetween: (annotator: string, from: number, to: number, comments: number) => number | undefined;
  readonly has: (postId: number) => boolean;
  readonly byAnswers: (postId: number) => ReturnType<typeof postsByAnswers>;
};

/** null where there are none. @param chosen null: all */
export function askedPosts(store: ReadingStore, chosen: ChosenPosts | null): AskedPosts | null {
  const shared = {
    openBetween: (annotator: string, from: number, to: number, comments: number) =>
      openPostBetween(store, annotator, from, to, comments, chosen),
    has: (postId: number) => chosen === null || chosen.has(postId),
    byAnswers: (postId: number) => postsByAnswers(store, postId, chosen),
  };
  if (chosen === null) {
    const range = postIdRange(store);
    if (!range) return null;
    const count = range.last - range.first + 1;
    return {
      ...range,
      ...shared,
      count,
      at: (share) => range.first + Math.floor(share * count),
      from: (from, comments) => postFrom(store, from, comments),
    };
  }
  const { ids } = chosen;
  const [first, last] = [ids[0], ids.at(-1)];
  if (first === undefined || last === undefined) return null;
  return {
    ...{ first, last, ...shared },
    count: ids.length,
    at: (share) => ids[Math.floor(share * ids.length)]!,
    from: (from, comments) => {
      const found = postFrom(store, from, comments);
      return found && chosen.has(found.postId) ? found : undefined;
    },
  };
}
