/** How much of a large thread is used where pairs are made: their number grows with the square of that of the comments. Pure. */

import { usualPairsPerPost } from '../contract/engine.ts';

/** Comments of one post among which its pairs are drawn, at most: among more, each would be in so few that little were learned of it. */
const commentsFor = (pairs: number): number => Math.max(usualPairsPerPost, pairs) / 2;
/** A post is written with each of its comments: characters of it that come together so, and comments that are used all the same. */
const mostRepeated = 16_000_000;
const leastComments = 200;

/** How many comments of a post are used where so many of its pairs are, at most. */
export function commentsUsed(pairs: number = usualPairsPerPost) {
  return ({ text, context }: { readonly text: string; readonly context: string | null }): number => {
    const repeated = Math.floor(mostRepeated / (1 + text.length + (context?.length ?? 0)));
    return Math.min(commentsFor(pairs), Math.max(leastComments, repeated));
  };
}
