/**
 * What votes say of two comments: whether their difference is a preference at all, how sure that is, and what is left of it once the
 * time that a comment had to gather votes is taken out. Places that a file gave are never touched by any of it.
 */
import { areCounts, sureness, surenessOfStretched } from '../common/sureness.ts';
import type { PairInput } from '../contract/engine.ts';
import type { PairChanges, TimeEffect, VotesChoice, VotesReport } from '../contract/votes.ts';

/** A comment in a list whose places and votes compare with each other. */
export type Voted = {
  /** 0 is best; null where nobody ranked it. */
  readonly place: number | null;
  readonly votes: number | null;
  /** ISO 8601, UTC; null where it isn't known. */
  readonly createdAt: string | null;
};

/**
 * How votes become preferences. votes: 'plain' makes more votes certainly better, 'sure' makes the target of a pair how sure it is. time: 'regress'
 * compares votes once the time is taken out of them; 'later' takes only pairs in which the comment that came later has more (SHP).
 */
export type VotesRule = VotesChoice & {
  /** What time does to votes, as `createTimeFit` found it; only for 'regress'. */
  readonly slope: number;
};

/** Votes as they are: nothing is left out, weighed or turned. */
export const plainVotes: VotesRule = { margin: 0, votes: 'plain', time: 'ignore', slope: 0 };

/** Whether a choice takes votes as they are. */
export const isPlain = ({ margin, votes, time }: VotesChoice): boolean =>
  margin === 0 && votes === 'plain' && time === 'ignore';

/** Whether these votes differ, and by the margin at least. Averages are no exact binary fractions: .3 and .1 differ by .2. */
export function clearsMargin(one: number, other: number, margin: number): boolean {
  const rounding = 1e-9 * Math.max(1, Math.abs(one), Math.abs(other));
  return one !== other && Math.abs(one - other) >= margin - rounding;
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
  if (isPlain(rule) || !areOrderedByVotes(list)) return byPlace;
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
    return timed ? surenessOfStretched([pure, otherPure], [one, other]) : sureness(one, other);
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
  const earliest = (): number => times.reduce<number>((least, time) => Math.min(least, time ?? least), Infinity);
  const start = millisecondsOf(startedAt) ?? earliest();
  return times.map((time) => (time === null ? null : Math.max(0, time - start) / 60_000));
}

function millisecondsOf(date: string | null): number | null {
  const time = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) ? null : time;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

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

/** What a rule did to the pairs of one post. A pair that it kept may have its sides the other way round. */
export function changesOf(plain: readonly PairInput[], ruled: readonly PairInput[]): PairChanges {
  const kept = new Map(ruled.map((pair) => [`${pair.first} ${pair.second}`, pair.target]));
  const changes = { plain: plain.length, dropped: 0, turned: 0, softened: 0 };
  for (const { first, second, target } of plain) {
    const turned = kept.get(`${second} ${first}`);
    const now = kept.get(`${first} ${second}`) ?? (turned === undefined ? undefined : 1 - turned);
    if (now === undefined) changes.dropped += 1;
    else if ((now - 0.5) * (target - 0.5) < 0) changes.turned += 1;
    else if (Math.abs(now - 0.5) < Math.abs(target - 0.5)) changes.softened += 1;
  }
  return changes;
}

/** What a run notes in its configuration of what it makes of votes. */
export function votesConfig({ effect, changes, ...choice }: Omit<VotesReport, 'measured'>) {
  return { ...choice, votesMade: { effect, changes } };
}

/** What a run made of votes, by its configuration; undefined where it took them as they are, as all did that are older. */
export function votesOfConfig(config: Readonly<Record<string, unknown>>): VotesReport | undefined {
  const noted = config as Partial<ReturnType<typeof votesConfig>>;
  const { margin = 0, votes = 'plain', time = 'ignore', votesMade } = noted;
  return votesMade && { margin, votes, time, ...votesMade, measured: null };
}
