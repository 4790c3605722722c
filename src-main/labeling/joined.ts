/** A post's ranking, once what a model believes and what people answered are joined. */

import { randomFrom } from '../common/random.ts';
import type { Answer, Preference } from '../contract/records.ts';
import type { Scale } from '../contract/scale.ts';
import { saidOf } from './said.ts';
import { believed } from './scale.ts';
import { bestQuestion, expectedRight, type Standing, standingsOf } from './standings.ts';

/** Comments on which standings are drawn, at most: a thread of thousands would take seconds. */
export const mostJoined = 500;

export type Joined = {
  /** The comments by their numbers, the best first. */
  readonly standings: readonly (Omit<Standing, 'comment'> & { readonly id: number })[];
  /** The share of all pairs that this order is expected to put right. */
  readonly right: number;
  /** The two comments on which one more answer would tell most; null where none is left. */
  readonly question: { readonly one: number; readonly other: number; readonly bits: number } | null;
};

/** What a model's rewards mean beside answers. */
export type Meaning = {
  /** They are divided by it before they are chances. */
  readonly temperature: number;
  readonly scale: Scale;
};

export type Wanted = {
  readonly places: boolean;
  readonly closed?: ((one: number, other: number) => boolean) | undefined;
};

/**
 * Joins the rewards of a post's comments with people's answers on them. The same rewards and answers give the same standings.
 * @param comments with their rewards, all finite
 * @param wanted places: they are drawn, which takes most of the time. closed: whether two comments, by their numbers, may not be asked;
 *   without it no question is looked for
 */
export function joinedOf(
  comments: readonly { readonly id: number; readonly reward: number }[],
  answers: readonly Answer<Preference>[],
  { temperature, scale }: Meaning,
  { places, closed }: Wanted,
): Joined {
  const ids = comments.map(({ id }) => id);
  const rewards = comments.map(({ reward }) => reward / temperature);
  const posterior = believed({ rewards, said: saidOf(answers, ids) }, scale);
  const question = closed ? bestQuestion(posterior, scale, (one, other) => closed(ids[one]!, ids[other]!)) : null;
  return {
    standings: standingsOf(posterior, places ? randomFrom(ids[0] ?? 0) : null).map(({ comment, ...standing }) => ({
      ...standing,
      id: ids[comment]!,
    })),
    right: expectedRight(posterior),
    question: question && { one: ids[question.one]!, other: ids[question.other]!, bits: question.bits },
  };
}
