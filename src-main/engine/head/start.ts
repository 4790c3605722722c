import { vectorWidth } from '../../contract/engine.ts';
import { type Blocks, blocksOf, plainNames, shares } from './features.ts';

/**
 * What is believed of a head's weights before anybody has answered, beside `priorReward`: a Gaussian prior, with the place of
 * each weight, and how freely answers move it from there, 1 being as freely as others.
 */
export type Start = { readonly centre: Float64Array; readonly freedom: Float64Array };

type Worth = Readonly<Partial<Record<(typeof plainNames)[number], number>>>;

/**
 * Rewards for one deviation of what is counted in a comment: three quarters of what arguments, captions and answers have in common,
 * each counted as 1,500 pairs at the most. People who compare texts prefer those that are written with care, whatever they are
 * about: where the length is taken into account, what is learned of these five on two kinds of text helps, or does no harm, on the
 * third, before the first answer and up to a few hundred (`docs/quality.md`, by `npm run starter`).
 */
export const care: Worth = {
  'has an exclamation mark': -0.06,
  'has a question mark': -0.045,
  'capitals per character': -0.045,
  'begins with a capital': 0.06,
  'ends with a sentence': 0.05,
};

/**
 * The same for the length. Its worth differs most from one kind of text to the next, in its sign even (1.8, -0.4 and 0.5 for a
 * comment that is e times as long), so it is believed in less than on average, and the first answers move it more.
 */
export const ofLength = { worth: 0.11, freedom: 2 } as const;

/** What is believed where nothing else is said. @param blocks of the weights */
export const usualStart = (blocks: Blocks): Start => startFrom(care, ofLength, blocks);

/** Nothing is believed of any weight. */
export const emptyStart: Start = startFrom({}, { worth: 0, freedom: 1 });

/** A start from what the counted features are worth, for one deviation each, and what the length is beside them. */
export function startFrom(
  worth: Worth,
  length: { readonly worth: number; readonly freedom: number },
  blocks: Blocks = blocksOf(vectorWidth),
): Start {
  const centre = new Float64Array(blocks.end);
  const freedom = new Float64Array(blocks.end).fill(1);
  for (const [i, name] of plainNames.entries()) centre[blocks.plain + i] = (worth[name] ?? 0) / shares.plain;
  centre[blocks.words - 1] = length.worth / shares.length;
  freedom[blocks.words - 1] = length.freedom;
  return { centre, freedom };
}
