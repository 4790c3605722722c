/**
 * What people answer on two comments, by how much better the one is: Bradley and Terry's model with Davidson's ties (1970) and a leaning
 * towards one side of the screen. With d the difference of the two worths, x = d + side and ties = nu:
 *
 *     P(left) = e^(x/2) / Z    P(right) = e^(-x/2) / Z    P(tie) = nu / Z    Z = e^(x/2) + e^(-x/2) + nu
 */

import type { Habits } from '../contract/scale.ts';

export type Outcome = 'left' | 'right' | 'tie';

export type Chances = Readonly<Record<Outcome, number>>;

/** The chances of each answer where the left comment is worth so much more. */
export function chancesOf(difference: number, { ties, side }: Habits): Chances {
  const x = (difference + side) / 2;
  // The largest of them is 1, so that nothing overflows.
  const peak = Math.abs(x);
  const [left, right, tie] = [Math.exp(x - peak), Math.exp(-x - peak), ties * Math.exp(-peak)];
  const all = left + right + tie;
  return { left: left / all, right: right / all, tie: tie / all };
}

/** The log of the chance of an answer, with its first two derivatives by the difference. */
export function logChance(
  outcome: Outcome,
  difference: number,
  habits: Habits,
): { readonly value: number; readonly slope: number; readonly bend: number } {
  const { left, right, tie } = chancesOf(difference, habits);
  const chance = { left, right, tie }[outcome];
  const lean = (left - right) / 2;
  const own = outcome === 'tie' ? 0 : outcome === 'left' ? 0.5 : -0.5;
  return { value: Math.log(chance), slope: own - lean, bend: lean * lean - (left + right) / 4 };
}
