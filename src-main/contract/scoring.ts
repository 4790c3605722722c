/** Comments that are at hand, pasted or in a file: they are scored, and nothing of them is stored. */
import { z } from 'zod';

/** Comments that are taken at hand in all; the terminal scores files of any size. */
export const mostAtHand = 10_000;
/** Comments that one call scores: what a cancelled scoring loses at most. */
export const mostAtOnce = 128;
const text = z.string().max(1_000_000);

/** Comments on one post; without a post, the title and the text are empty. */
export const scoreTextsInput = z.object({
  /** The name of the model; without it, the one in use. */
  model: z.string().min(1).max(200).optional(),
  post: z.object({ title: text.nullable(), text, context: text.nullable() }),
  comments: z.array(text.min(1)).min(1).max(mostAtOnce),
});

/** Which model scored, and a reward for each comment. */
export type ScoredTexts = {
  readonly model: string;
  readonly rewards: readonly number[];
  /** What its rewards are divided by before they are chances. */
  readonly temperature: number;
};

/** What a file holds that can be scored. */
export type TextsAtHand = {
  readonly posts: readonly {
    readonly title: string | null;
    readonly text: string;
    readonly context: string | null;
    readonly comments: readonly string[];
  }[];
  /** Rows and comments of the file that can't be scored. */
  readonly leftOut: number;
  /** Whether the file has more comments than are taken. */
  readonly more: boolean;
};

/** Comments with their rewards and places, to be written as a table. */
export const scoredRowsInput = z.object({
  rows: z
    .array(z.object({ post: text, place: z.int().min(1), reward: z.number(), comment: text }))
    .min(1)
    .max(mostAtHand),
});
