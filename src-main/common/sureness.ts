/** How sure a difference of votes is. Pure: pages and trainings say it alike. */
import { wholeNumber } from './words.ts';

/** Whether votes can be counts of people: averages and shares have fractions. */
export function areCounts(votes: readonly number[]): boolean {
  return votes.every((value) => Number.isSafeInteger(value));
}

/**
 * How sure it is that the first of two comments is liked better, 0 to 1, from their numbers of votes alone: a half for equal
 * numbers, and sureness(a, b) = 1 - sureness(b, a).
 *
 * Numbers of votes are taken as Poisson counts: had the same people come by again, each would have turned out a little differently. The
 * square root of a count has nearly the same spread of 1/2 whatever the count is (Anscombe, The transformation of Poisson, binomial and
 * negative-binomial data, Biometrika 35, 1948), so the difference of two roots is normal with a variance of 1/2, and the share of
 * it on one side is the probability that this one's rate is higher. Against the exact posterior under Jeffreys' prior, which is
 * P(Beta(a + 1/2, b + 1/2) > 1/2), it is off by less than .04, and by less than .01 where both have 4 votes or more.
 *
 * A net score below 0 counts as so many votes against. Votes for and against that cancelled each other can't be seen in a score, so it is
 * less sure than this says where people disagree; and votes are less sure than counts where one person's draws another's.
 */
export function sureness(one: number, other: number): number {
  return normalShare(Math.SQRT2 * (rootOf(one) - rootOf(other)));
}

/** Anscombe's root, moved so that it goes through 0, where it turns over for scores below 0. */
function rootOf(votes: number): number {
  return Math.sign(votes) * (Math.sqrt(Math.abs(votes) + 3 / 8) - Math.sqrt(3 / 8));
}

/**
 * The share of a standard normal distribution below a value, to 1e-7 (Abramowitz and Stegun, Handbook of Mathematical Functions,
 * 1964, 7.1.26). Shares of z and -z add up to 1.
 */
function normalShare(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  if (x === 0) return 0.5;
  const t = 1 / (1 + 0.3275911 * x);
  const sum = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const beyond = 0.5 * sum * Math.exp(-x * x);
  return z > 0 ? 1 - beyond : beyond;
}

/**
 * The sureness of votes that were multiplied to take the time out of them: that does not make them surer, so the spread is multiplied
 * alike.
 */
export function surenessOfStretched(pure: readonly [number, number], counted: readonly [number, number]): number {
  const stretches = pure.map((value, i) => (Math.abs(value) + 0.5) / (Math.abs(counted[i]!) + 0.5));
  const spread = Math.sqrt((stretches[0]! + stretches[1]!) / 2);
  return normalShare((Math.SQRT2 * (rootOf(pure[0]) - rootOf(pure[1]))) / spread);
}

/**
 * What one comment's votes say over another's: '412 over 37: sure', '3 over 2: could be chance'. null where they say nothing of it: equal
 * votes, and averages, whose figures don't tell over how many people they were taken.
 */
export function surenessInWords(one: number, other: number): string | null {
  if (one === other || !areCounts([one, other])) return null;
  const [more, fewer] = one > other ? [one, other] : [other, one];
  const share = sureness(more, fewer);
  const says = share >= 0.95 ? 'sure' : share >= 0.8 ? 'likely' : 'could be chance';
  return `${shown(more)} over ${shown(fewer)}: ${says}`;
}

const shown = (votes: number): string => wholeNumber(votes).replace('-', '−');
