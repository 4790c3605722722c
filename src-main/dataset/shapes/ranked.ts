import type { RawComment, RawFact, RawPost } from '../facts.ts';
import { isSaid, leftOut, numberIn, saidOnly } from './entries.ts';

/** Beyond this a person's ranking is kept as a list: 11 items are 55 answers. */
const mostItems = 10;

/** Something that was ranked. place: the smaller, the better; equal ones tie. */
export type Ranked = { readonly comment: RawComment; readonly place: unknown };

/** Whose ranking it is. */
export type Ranker = {
  readonly annotator?: unknown;
  readonly date?: unknown;
  readonly seconds?: unknown;
  readonly pair?: unknown;
};

/**
 * One person's ranking: an answer for each two of up to 10 items, so that it is known whose it is; a list of places for more.
 * Items without a place are reported.
 */
export function factsOfRanking(post: RawPost, items: readonly Ranked[], ranker: Ranker): RawFact[] {
  const placed = items.filter(({ place }) => numberIn(place) !== null);
  const without = items
    .filter(({ place }) => numberIn(place) === null)
    .map(({ comment }) => leftOut('comment', 'not-ranked', 'no place in the ranking', comment.text));
  if (placed.length > mostItems) {
    const comments = placed.map(({ comment, place }) => ({ ...comment, place }));
    return [{ kind: 'post', post, comments, list: 'row' }, ...without];
  }
  const answers = placed.flatMap((left, at) =>
    placed.slice(at + 1).map((right): RawFact => {
      const difference = numberIn(left.place)! - numberIn(right.place)!;
      return answerOf(
        post,
        left.comment,
        right.comment,
        difference < 0 ? 'left' : difference > 0 ? 'right' : 'tie',
        ranker,
      );
    }),
  );
  return [...answers, ...without];
}

/** An answer on two comments, with their authors as the models that wrote them. */
export function answerOf(
  post: RawPost,
  left: RawComment,
  right: RawComment,
  choice: unknown,
  more: Ranker & { readonly margin?: unknown; readonly note?: unknown } = {},
): Extract<RawFact, { kind: 'answer' }> {
  const models =
    isSaid(left.author) || isSaid(right.author) ? { models: [left.author ?? null, right.author ?? null] } : {};
  return { kind: 'answer', post, left, right, choice, ...saidOnly(more), ...models };
}
