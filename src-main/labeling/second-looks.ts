import type { Scale } from '../contract/scale.ts';
import { chancesOf } from './davidson.ts';
import { differenceOf } from './post-posterior.ts';
import { type AnsweredPost, believed } from './scale.ts';
import { overNormal } from './standings.ts';

/** How far everything else contradicts one answer. */
export type Doubt = {
  /** The chance that an answer on these two comments says what this one says, by the model and all other answers on the post. */
  readonly chance: number;
  /** The chance that it is mistaken. */
  readonly mistaken: number;
  /** By how much it moves the two comments apart, or together. */
  readonly moves: number;
};

/** How many answers are slips, before anything is known: a wrong key, or the sides mixed up. */
const slips = 0.1;

/**
 * Holds each answer of a post against the model and all other answers on it, its own person's among them. A slip says the opposite of what
 * was meant, and of a tie either side.
 * @returns one for each answer, in their order
 */
export function doubtsOf({ rewards, said }: AnsweredPost, scale: Scale): readonly Doubt[] {
  const whole = believed({ rewards, said }, scale);
  return said.map(({ left, right, outcome }, at) => {
    const rest = believed({ rewards, said: said.toSpliced(at, 1) }, scale);
    const { mean, deviation } = differenceOf(rest, left, right);
    const chanceOf = (wanted: 'left' | 'right' | 'tie'): number =>
      overNormal(mean, deviation, (difference) => chancesOf(difference, scale)[wanted]);
    const chance = chanceOf(outcome);
    const meant =
      outcome === 'tie' ? (chanceOf('left') + chanceOf('right')) / 2 : chanceOf(outcome === 'left' ? 'right' : 'left');
    const mistaken = (slips * meant) / (slips * meant + (1 - slips) * chance);
    return { chance, mistaken, moves: Math.abs(whole.mean[left]! - whole.mean[right]! - mean) };
  });
}

/** Whether everything else speaks against an answer: that it is a slip is likelier than it was before anything was known. */
export const isInDoubt = ({ mistaken }: Doubt): boolean => mistaken > slips;

/** By how much an answer is worth a second look: how far it leads astray if it is mistaken, times how likely that is. */
export const worthASecondLook = ({ mistaken, moves }: Doubt): number => mistaken * moves;
