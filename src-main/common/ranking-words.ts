/** How sure a ranking is, in words. Pure. */
import { placeInWords } from './words.ts';

/** '2nd to 4th', '1st': between which places a comment is. */
export const placesInWords = ([best, worst]: readonly [number, number]): string =>
  best === worst ? placeInWords(best) : `${placeInWords(best)} to ${placeInWords(worst)}`;

/** '2–4' beside a place; '' where it is that place alone. */
export const betweenInWords = ([best, worst]: readonly [number, number]): string =>
  best === worst ? '' : `${best + 1}–${worst + 1}`;

/** From this share of pairs that are expected to be right on, an order is sure enough. */
const enough = 0.9;

/** Whether more answers on a post are worth a person's time. */
export const isSureEnough = (right: number): boolean => right >= enough;

/** How sure the order of a post is, in a sentence. */
export function rightInWords(right: number): string {
  const lead = `Of two comments, this order has the better one first with a chance of ${Math.round(100 * right)}% on average`;
  return isSureEnough(right) ? `${lead}: sure enough.` : `${lead}.`;
}

/** That a person preferred a comment to one that stands above it, by their places from 0. */
export const preferredInWords = (better: number, worse: number): string =>
  `You preferred the ${placeInWords(better)} over the ${placeInWords(worse)}.`;
