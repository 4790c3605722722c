import { blocks, plainNames, shares } from './features.ts';

/**
 * What is believed of a head's weights before anybody has answered, beside `priorReward`: a Gaussian prior, with the place of
 * each weight, and how freely answers move it from there, 1 being as freely as others.
 */
export type Start = { readonly centre: Float64Array; readonly freedom: Float64Array };

type Worth = Readonly<Partial<Record<(typeof plainNames)[number], number>>>;

/**
 * Rewards for one deviation of what is counted in a comment, learned from 30,000 pairs of arguments, captions and answers:
 * people who compare texts prefer those that are written with care, whatever they are about. Where the length is taken
 * into account as well, each of the five has the same sign in most kinds of text, and what is learned on two kinds helps on
 * the third, before the first answer and up to a few hundred (`docs/quality.md`, made by `npm run starter`).
 */
const care: Worth = {
  'has an exclamation mark': -0.08,
  'has a question mark': -0.06,
  'capitals per character': -0.06,
  'begins with a capital': 0.08,
  'ends with a sentence': 0.07,
};

/**
 * Of the length, for one deviation. Its worth differs most from one kind of text to the next, in its sign even (1.8, -0.4 and 0.5
 * for a comment that is e times as long), so it is believed in less than on average, and the first answers move it more.
 */
const length = { worth: 0.11, freedom: 2 } as const;

export const usualStart: Start = startFrom(care, length);

/** Nothing is believed of any weight. */
export const emptyStart: Start = startFrom({}, { worth: 0, freedom: 1 });

/** A start from what the counted features are worth, for one deviation each, and what the length is beside them. */
export function startFrom(worth: Worth, { worth: ofLength, freedom: free }: { worth: number; freedom: number }): Start {
  const centre = new Float64Array(blocks.end);
  const freedom = new Float64Array(blocks.end).fill(1);
  for (const [i, name] of plainNames.entries()) centre[blocks.plain + i] = (worth[name] ?? 0) / shares.plain;
  centre[blocks.words - 1] = ofLength / shares.length;
  freedom[blocks.words - 1] = free;
  return { centre, freedom };
}
