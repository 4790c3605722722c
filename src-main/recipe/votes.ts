/**
 * What votes say of two comments: whether their difference is a preference at all, how sure that is, and what is left of it once the
 * time that a comment had to gather votes is taken out. Places that a file gave are never touched by any of it.
 */
import type { TimeUse, VotesUse } from '../contract/calls.ts';

/** A comment in a list whose places and votes compare with each other. */
export type Voted = {
  /** 0 is best; null where nobody ranked it. */
  readonly place: number | null;
  readonly votes: number | null;
  /** ISO 8601, UTC; null where it isn't known. */
  readonly createdAt: string | null;
};

/** How votes become preferences. */
export type VotesRule = {
  /** A difference of votes below it is no preference; 0 lets all count. */
  readonly margin: number;
  /** plain: more votes are better, and that is certain. sure: the target of a pair is how sure it is. */
  readonly votes: VotesUse;
  /** regress: votes are compared once the time is taken out; later: only where the comment that came later has more (SHP). */
  readonly time: TimeUse;
  /** What time does to votes, as `createTimeFit` found it; only for 'regress'. */
  readonly slope: number;
};

/** Votes as they are: nothing is left out, weighed or turned. */
export const plainVotes: VotesRule = { margin: 0, votes: 'plain', time: 'ignore', slope: 0 };

/** Whether these votes differ, and by the margin at least. Averages are no exact binary fractions: .3 and .1 differ by .2. */
export function clearsMargin(one: number, other: number, margin: number): boolean {
  const rounding = 1e-9 * Math.max(1, Math.abs(one), Math.abs(other));
  return one !== other && Math.abs(one - other) >= margin - rounding;
}

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

/** What each of two comments is to the other by a rule: the probability that the first is better, or null for no preference. */
export type Judge = (first: number, second: number) => number | null;

/**
 * Judges the comments of one list by a rule, by their places in it. Where the list's places are not the order of its votes, they were
 * given by people or by a file, and stand as they are.
 * @param startedAt when the post was written, ISO 8601; the first comment stands in for it where that isn't known
 */
export function judgeOf(list: readonly Voted[], startedAt: string | null, rule: VotesRule): Judge {
  const byPlace: Judge = (first, second) => {
    const [one, other] = [list[first]!.place, list[second]!.place];
    return one === null || other === null || one === other ? null : one < other ? 1 : 0;
  };
  const { margin, votes, time, slope } = rule;
  if ((margin === 0 && votes === 'plain' && time === 'ignore') || !areOrderedByVotes(list)) return byPlace;
  const minutes = time === 'ignore' ? list.map(() => null) : minutesOf(list, startedAt);
  const middle = meanOf(minutes.flatMap((value) => (value === null ? [] : bent(value))));
  const sure = votes === 'sure' && areCounts(list.flatMap((comment) => comment.votes ?? []));
  return (first, second) => {
    const given = byPlace(first, second);
    const [one, other] = [list[first]!.votes, list[second]!.votes];
    if (given === null || one === null || other === null) return given;
    if (margin > 0 && !clearsMargin(one, other, margin)) return null;
    const [at, otherAt] = [minutes[first]!, minutes[second]!];
    if (time === 'later') {
      // Without times nothing is known of who had longer.
      if (at === null || otherAt === null) return null;
      if (one > other ? at < otherAt : at > otherAt) return null;
    }
    const timed = time === 'regress' && at !== null && otherAt !== null;
    const [pure, otherPure] = timed ? [untimed(one, at), untimed(other, otherAt)] : [one, other];
    if (pure === otherPure) return sure || timed ? null : given;
    if (!sure) return pure > otherPure ? 1 : 0;
    return surenessOfStretched([pure, otherPure], [one, other]);
  };

  /** What the comment would have had, had it come when the middle one of its list did. */
  function untimed(value: number, at: number): number {
    return unbent(bent(value) - slope * (bent(at) - middle));
  }
}

/**
 * Whether the places of a list are the order of its votes: nobody with fewer votes stands above, or beside, somebody with more. Equal votes may
 * stand in any order.
 */
function areOrderedByVotes(list: readonly Voted[]): boolean {
  const placed = list.filter(({ place }) => place !== null).toSorted((a, b) => a.place! - b.place!);
  return placed.every(({ place, votes }, i) => {
    const above = placed[i - 1];
    if (votes === null) return false;
    return above === undefined || (above.place === place ? above.votes === votes : above.votes! >= votes);
  });
}

/**
 * The sureness of votes that were multiplied to take the time out of them: that does not make them surer, so the spread is multiplied
 * alike.
 */
function surenessOfStretched(pure: readonly [number, number], counted: readonly [number, number]): number {
  const stretches = pure.map((value, i) => (Math.abs(value) + 0.5) / (Math.abs(counted[i]!) + 0.5));
  const spread = Math.sqrt((stretches[0]! + stretches[1]!) / 2);
  return normalShare((Math.SQRT2 * (rootOf(pure[0]) - rootOf(pure[1]))) / spread);
}

/** A logarithm that goes through 0 and takes numbers below it as it takes those above. */
function bent(value: number): number {
  return Math.sign(value) * Math.log1p(Math.abs(value));
}

function unbent(value: number): number {
  return Math.sign(value) * Math.expm1(Math.abs(value));
}

/** Minutes from the post, or from the list's first comment, to each; null where a comment's time isn't known. */
function minutesOf(list: readonly Voted[], startedAt: string | null): readonly (number | null)[] {
  const times = list.map(({ createdAt }) => millisecondsOf(createdAt));
  const start = millisecondsOf(startedAt) ?? Math.min(...times.flatMap((time) => time ?? []));
  return times.map((time) => (time === null ? null : Math.max(0, time - start) / 60_000));
}

function millisecondsOf(date: string | null): number | null {
  const time = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) ? null : time;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** What the time does to votes. */
export type TimeEffect = {
  /** How the logarithm of votes changes with that of the minutes; 0 where there is nothing to see it by. */
  readonly slope: number;
  /** How many lists and comments show it: those with votes and different times. */
  readonly lists: number;
  readonly comments: number;
};

/**
 * Finds what the time does to votes, list by list: the slope of log(1 + votes) on log(1 + minutes since the post), by least squares within
 * lists (each around its own mean, so that a thread with many readers is no late thread). Comments that came early had more time, and more readers, to gather
 * votes, which is why SHP (Ethayarajh, Choi and Swayamdipta, Understanding Dataset Difficulty with V-usable Information, 2022) takes only pairs in which the
 * later comment has more. That loses most pairs; comparing what the slope leaves over keeps them.
 */
export function createTimeFit() {
  let [together, alone, lists, comments] = [0, 0, 0, 0];
  return {
    add: (list: readonly Voted[], startedAt: string | null): void => {
      if (!areOrderedByVotes(list)) return;
      const minutes = minutesOf(list, startedAt);
      const seen = list.flatMap(({ votes }, i) =>
        votes === null || minutes[i] === null ? [] : [{ x: bent(minutes[i]!), y: bent(votes) }],
      );
      const [meanX, meanY] = [meanOf(seen.map(({ x }) => x)), meanOf(seen.map(({ y }) => y))];
      if (seen.every(({ x }) => x === seen[0]!.x)) return;
      lists += 1;
      comments += seen.length;
      for (const { x, y } of seen) {
        together += (x - meanX) * (y - meanY);
        alone += (x - meanX) ** 2;
      }
    },
    effect: (): TimeEffect => ({ slope: alone === 0 ? 0 : together / alone, lists, comments }),
  };
}
