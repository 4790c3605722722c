import { extent } from 'd3-array';
import { randomFrom } from '../common/random.ts';
import { largestOf } from '../common/ranked-lists.ts';
import { counted, wholeNumber } from '../common/words.ts';
import type { Figure, IntervalRow, Meaning } from '../contract/figures.ts';
import type { PostWithComments } from '../contract/records.ts';
import { bootstrapInterval, type Share } from '../evaluation/bootstrap.ts';
import { barFigure, intervalFigure, intervalInWords, isBeside, percentOf } from './figure.ts';
import { type Candidate, distanceFrom, type Found } from './findings.ts';
import { standings } from './standing.ts';
import { barsOfCounted } from './votes.ts';

/** Of a longer thread some comments are drawn: pairs grow with the square of their number. */
const mostOfList = 20;
/** With fewer pairs or posts nothing is said of all of them. */
const fewest = { pairs: 30, posts: 10 } as const;
const resamples = 200;
const hour = 3_600_000;

/** Classes of how much longer the longer comment is, and of how much earlier the earlier one came. */
const ratios = [
  { name: 'Up to a quarter longer', upTo: 1.25 },
  { name: 'Up to twice as long', upTo: 2 },
  { name: 'Up to four times as long', upTo: 4 },
  { name: 'Longer still', upTo: Number.POSITIVE_INFINITY },
] as const;
const gaps = [
  { name: 'Up to an hour earlier', upTo: hour },
  { name: 'Up to a day earlier', upTo: 24 * hour },
  { name: 'Earlier still', upTo: Number.POSITIVE_INFINITY },
] as const;

type Class = { readonly name: string; readonly upTo: number };

/** How often the one that has more of something is the better one, by how much more: of each class, what each post adds. */
function tally(classes: readonly Class[]) {
  const shares = classes.map((): Share[] => []);
  const all: Share[] = [];
  let own = classes.map(() => ({ sum: 0, count: 0 }));
  return {
    all,
    add: (amount: number, won: boolean): void => {
      const one = own[classes.findIndex(({ upTo }) => amount <= upTo)]!;
      one.count += 1;
      if (won) one.sum += 1;
    },
    endPost: (): void => {
      const count = own.reduce((sum, one) => sum + one.count, 0);
      if (count === 0) return;
      all.push({ sum: own.reduce((sum, one) => sum + one.sum, 0), count });
      for (const [index, one] of own.entries()) if (one.count > 0) shares[index]!.push(one);
      own = classes.map(() => ({ sum: 0, count: 0 }));
    },
    rows: (seed: number, of: Meaning): readonly (IntervalRow & { readonly pairs: number })[] =>
      [{ name: 'All pairs', shares: all }, ...classes.map(({ name }, index) => ({ name, shares: shares[index]! }))].map(
        (row, index) => ({ name: row.name, of, emphasis: index === 0, ...measured(row.shares, seed) }),
      ),
  };
}

type Tally = ReturnType<typeof tally>;

function measured(shares: readonly Share[], seed: number) {
  const { sum, count } = total(shares);
  const enough = count >= fewest.pairs && shares.length >= fewest.posts;
  if (!enough) return { value: null, interval: null, pairs: count };
  const [low, high] = bootstrapInterval(shares, seed, resamples);
  return { value: (100 * sum) / count, interval: [100 * low, 100 * high] as const, pairs: count };
}

const total = (shares: readonly Share[]): Share =>
  shares.reduce((all, { sum, count }) => ({ sum: all.sum + sum, count: all.count + count }), { sum: 0, count: 0 });

/** Gathers the pairs of comments of one post: whether the longer one is better, the earlier one too, and how far votes are apart. */
export function createPairsReader(seed: number) {
  const random = randomFrom(seed);
  const [longer, earlier] = [tally(ratios), tally(gaps)];
  const apart = new Map<number, number>();
  const close: Share[] = [];
  let whole = true;
  return {
    read: (post: PostWithComments): void => {
      const known = some(standings(post), random).map(({ comment, score }) => ({
        score,
        length: comment.text.length,
        time: Date.parse(comment.createdAt ?? ''),
      }));
      for (const [one, other] of pairsOf(known)) {
        if (one.score === other.score) continue;
        const [better, worse] = one.score > other.score ? [one, other] : [other, one];
        const ratio = better.length / worse.length;
        if (ratio !== 1) longer.add(Math.max(ratio, 1 / ratio), ratio > 1);
        const later = worse.time - better.time;
        if (Number.isFinite(later) && later !== 0) earlier.add(Math.abs(later), later > 0);
      }
      longer.endPost();
      earlier.endPost();
      const votes = some(
        (largestOf(post.lists)?.entries ?? []).flatMap(({ votes }) => votes ?? []),
        random,
      );
      const share = { sum: 0, count: 0 };
      for (const [one, other] of pairsOf(votes)) {
        const distance = Math.abs(one - other);
        whole &&= Number.isInteger(one) && Number.isInteger(other);
        share.count += 1;
        if (distance <= 1) share.sum += 1;
        const floor = Math.floor(distance);
        apart.set(floor, (apart.get(floor) ?? 0) + 1);
      }
      if (share.count > 0) close.push(share);
    },
    /** Whether the longer one is better. */
    length: () => lengthOf(longer, seed),
    /** How far votes are apart, and whether the earlier comment has more. */
    votes: () => [...(whole ? closeOf(close, apart, seed) : []), ...earlierOf(earlier, seed)],
  };
}

const restsOn = (shares: readonly Share[]): string =>
  `${counted(total(shares).count, 'pair')} of comments in ${counted(shares.length, 'post')}`;

function lengthOf(longer: Tally, seed: number): readonly Found[] {
  return winning(longer, seed, {
    id: 'longer-wins',
    title: 'How often the longer comment is the better one',
    of: 'longer',
    topic: 'length',
    one: 'The longer of two comments of a post',
    other: 'the shorter one',
    equal: 'Length does not tell which of two comments of a post is better',
  });
}

function earlierOf(earlier: Tally, seed: number): readonly Found[] {
  return winning(earlier, seed, {
    id: 'earlier-wins',
    title: 'How often the earlier comment is the better one',
    of: 'votes',
    topic: 'time',
    one: 'The earlier of two comments of a post',
    other: 'the later one',
    equal: 'Which of two comments of a post came first does not tell which is better',
  });
}

type Told = Pick<Figure, 'id' | 'title'> & {
  readonly of: Meaning;
  readonly topic: Candidate['topic'];
  readonly one: string;
  readonly other: string;
  readonly equal: string;
};

function winning(counted: Tally, seed: number, told: Told): readonly Found[] {
  const rows = counted.rows(seed, told.of);
  const [all] = rows;
  if (!all || all.value === null || all.interval === null) return [];
  const share = all.value / 100;
  const interval = [all.interval[0] / 100, all.interval[1] / 100] as const;
  const says = winsSay(share, interval, told);
  const rests = `${restsOn(counted.all)}; ${intervalInWords(interval, percentOf)}`;
  const figure = intervalFigure(
    { id: told.id, title: told.title, says: `${says} (${rests}).` },
    {
      xLabel: 'Percent of the pairs',
      rows: rows.map(({ pairs: _, ...row }) => row),
      reference: { value: 50, label: 'chance' },
    },
    { column: 'Pairs', of: (_, index) => wholeNumber(rows[index]!.pairs) },
  );
  const furthest = share > 0.5 ? 1 : 0;
  const strength = distanceFrom(interval, 0.5, furthest);
  const finding = { topic: told.topic, says: `${says}.`, rests, figure: told.id, strength };
  return [{ figure, finding }];
}

/** Which of two comments is better how often, in a sentence without its end. */
export function winsSay(
  share: number,
  interval: readonly [number, number],
  { one, other, equal }: Pick<Told, 'one' | 'other' | 'equal'>,
): string {
  if (!isBeside(interval, 0.5)) return `${equal}: it is right on ${percentOf(share)}, and chance on 50%`;
  if (share > 0.5) return `${one} is the better one in ${percentOf(share)} of the pairs, where 50% is chance`;
  return `${one} is the better one in only ${percentOf(share)} of the pairs: ${other} is, more often than by chance`;
}

function closeOf(close: readonly Share[], apart: ReadonlyMap<number, number>, seed: number): readonly Found[] {
  const { value, interval, pairs } = measured(close, seed);
  if (value === null || interval === null) return [];
  const says = `In ${percentOf(value / 100)} of the pairs the votes of two comments of a post are equal or one apart: too close to call`;
  const rests = `${restsOn(close)}; ${intervalInWords(interval, (end) => percentOf(end / 100))}`;
  const [, most = 0] = extent(apart.keys());
  const figure = barFigure(
    {
      id: 'votes-apart',
      title: 'How far the votes of two comments are apart',
      says: `${says} (${rests}). The furthest are ${counted(most, 'vote')} apart.`,
    },
    { xLabel: 'Votes between the two', yLabel: 'Pairs', bars: barsOfCounted(apart), of: 'votes' },
  );
  const strength = pairs > 0 ? interval[0] / 100 : 0;
  return [{ figure, finding: { topic: 'close', says: `${says}.`, rests, figure: figure.id, strength } }];
}

function some<T>(all: readonly T[], random: () => number): readonly T[] {
  if (all.length <= mostOfList) return all;
  const left = [...all];
  return Array.from({ length: mostOfList }, () => left.splice(Math.floor(random() * left.length), 1)[0]!);
}

function* pairsOf<T>(all: readonly T[]): Generator<readonly [T, T]> {
  for (let i = 0; i < all.length; i++) for (let j = i + 1; j < all.length; j++) yield [all[i]!, all[j]!];
}
