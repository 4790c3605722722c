import { bin, extent, median, quantileSorted } from 'd3-array';
import { randomFrom } from '../common/random.ts';
import { largestOf } from '../common/ranked-lists.ts';
import { counted, plainNumber, wholeNumber } from '../common/words.ts';
import type { Bar, Figure, TrendPoint } from '../contract/figures.ts';
import type { PostWithComments } from '../contract/records.ts';
import type { HistogramOf } from '../contract/statistics.ts';
import { percentileInterval } from '../evaluation/bootstrap.ts';
import { gini, sharesOfSlices } from './concentration.ts';
import { barFigure, barsOfHistogram, isBeside, percentOf, strengthOf } from './figure.ts';
import type { Candidate, Found } from './findings.ts';
import type { Measure, Part } from './part.ts';
import { type Correlation, correlationWithin, overallCorrelation, type Pairing } from './ranks.ts';

/** Lengths and votes of one post's comments. */
type VotedPost = Pairing & { readonly x: readonly number[]; readonly y: readonly number[] };

/** Gathers votes with the lengths of their comments. */
export function createVotesReader(seed: number) {
  const posts: VotedPost[] = [];
  return {
    read: ({ comments, lists }: PostWithComments): void => {
      const lengths = new Map(comments.map(({ id, text }) => [id, text.length]));
      const voted = (largestOf(lists)?.entries ?? []).filter(({ votes }) => votes !== null);
      if (voted.length === 0) return;
      posts.push({ x: voted.map(({ commentId }) => lengths.get(commentId)!), y: voted.map(({ votes }) => votes!) });
    },
    part: (histogram: HistogramOf | null, pairs: readonly Found[]): Part => votesPart(posts, histogram, pairs, seed),
  };
}

function votesPart(
  posts: readonly VotedPost[],
  histogram: HistogramOf | null,
  pairs: readonly Found[],
  seed: number,
): Part {
  const head = { id: 'votes', title: 'Votes' } as const;
  const votes = posts.flatMap(({ y }) => y).sort((a, b) => a - b);
  if (histogram === null || votes.length === 0) {
    const note = 'No comment came with votes.';
    return {
      section: { ...head, note, figures: pairs.map(({ figure }) => figure) },
      findings: pairs.map(({ finding }) => finding),
    };
  }
  const whole = votes.every(Number.isInteger);
  const note = whole
    ? null
    : 'These votes are not whole numbers, so they are no counts: they may be averages or shares of people who liked a comment.';
  const shares = sharesOf(posts, votes, whole, seed);
  const length = lengthOf(posts, whole, seed);
  return {
    section: {
      ...head,
      note,
      figures: [
        spreadFigure(votes, whole, histogram),
        ...pairs.map(({ figure }) => figure),
        ...shares.figures,
        ...length.figures,
      ],
    },
    findings: [...pairs.map(({ finding }) => finding), ...shares.findings],
    measures: [...shares.measures, ...length.measures],
  };
}

function spreadFigure(sorted: number[], whole: boolean, histogram: HistogramOf): Figure {
  const at = (share: number): string => plainNumber(quantileSorted(sorted, share)!);
  const highest = plainNumber(sorted.at(-1)!);
  const rare =
    sorted.length < 100
      ? ''
      : `, one in a hundred has ${wholeNumber(sorted[Math.ceil(0.99 * (sorted.length - 1))]!)} or more`;
  const says = whole
    ? `Half of the ${counted(sorted.length, 'comment')} with votes have ${at(0.5)} or fewer${rare}; the most is ${highest}.`
    : `The middle half of the votes of ${counted(sorted.length, 'comment')} lies between ${at(0.25)} and ${at(0.75)}; the highest is ${highest}.`;
  const bars = whole ? barsOfDoubling(sorted) : barsOfHistogram(histogram);
  const title = whole ? 'Votes, in classes that double' : 'Votes';
  return barFigure({ id: 'votes', title, says }, { xLabel: 'Votes', yLabel: 'Comments', bars, of: 'votes' });
}

/** How often each class of whole numbers comes: …, −1, 0, 1, 2–3, 4–7, 8–15, …: a logarithmic scale with room for 0 and below. */
export function barsOfDoubling(values: readonly number[]): readonly Bar[] {
  return barsOfCounted(values.map((value) => [value, 1] as const));
}

/** The same of values that each stand for several. */
export function barsOfCounted(values: Iterable<readonly [number, number]>): readonly Bar[] {
  const counts = new Map<number, number>();
  for (const [value, times] of values) {
    const place = value === 0 ? 0 : Math.sign(value) * (Math.floor(Math.log2(Math.abs(value))) + 1);
    counts.set(place, (counts.get(place) ?? 0) + times);
  }
  const [low = 0, high = 0] = extent(counts.keys());
  return Array.from({ length: high - low + 1 }, (_, index) => {
    const place = low + index;
    return { label: doublingLabel(place), value: counts.get(place) ?? 0 };
  });
}

function doublingLabel(place: number): string {
  const from = place === 0 ? 0 : 2 ** (Math.abs(place) - 1);
  const to = 2 * from - 1;
  if (place < 0) return to <= from ? `−${wholeNumber(from)}` : `−${wholeNumber(to)} to −${wholeNumber(from)}`;
  return to <= from ? wholeNumber(from) : `${wholeNumber(from)}–${wholeNumber(to)}`;
}

const slices = 40;
const resamples = 200;

type Shares = {
  readonly figures: readonly Figure[];
  readonly findings: readonly Candidate[];
  readonly measures: readonly Measure[];
};

/** What the top slices hold. Votes below 0 hold nothing. */
function sharesOf(posts: readonly VotedPost[], sorted: readonly number[], whole: boolean, seed: number): Shares {
  const amounts = sorted.map((value) => Math.max(0, value)).reverse();
  if (amounts.length < slices || amounts[0] === 0) return { figures: [], findings: [], measures: [] };
  const shares = sharesOfSlices(amounts, slices);
  let sum = 0;
  const cumulated = shares.map((share) => {
    sum += share;
    return sum;
  });
  const below = sorted.filter((value) => value < 0).length;
  const lost = below > 0 ? ` Votes below 0 (${counted(below, 'comment')}) count as none.` : '';
  const averages = whole ? '' : ' Where votes are averages, such shares mean little.';
  const says = `The top 2.5% of the comments hold ${percentOf(cumulated[0]!)} of all votes, the top 10% hold ${percentOf(cumulated[3]!)}.${lost}${averages}`;
  const name = (slice: number): string => `${plainNumber((100 * slice) / slices)}%`;
  const percents = (share: number): number => Number((100 * share).toPrecision(3));
  const bars = shares.map((share, slice) => ({ label: name(slice + 1), value: percents(share) }));
  const figure = barFigure(
    { id: 'votes-by-slice', title: 'Share of all votes by slice of the comments', says },
    { xLabel: 'Top so many of the comments, in slices of 2.5%', yLabel: 'Percent of all votes', bars, of: 'votes' },
    {
      columns: ['Up to the top', 'Percent of all votes in the slice', 'Percent up to here'],
      rows: shares.map((share, slice) => [name(slice + 1), percents(share), percents(cumulated[slice]!)]),
    },
  );
  const finding: Candidate = {
    topic: 'spread',
    says: `The tenth of the comments with the most votes has ${percentOf(cumulated[3]!)} of all votes.`,
    rests: `${counted(amounts.length, 'comment')} with votes in ${counted(posts.length, 'post')}`,
    figure: figure.id,
    strength: (cumulated[3]! - 0.1) / 0.9,
  };
  const measure: Measure = {
    name: 'Gini coefficient of votes',
    value: gini(amounts),
    interval: giniInterval(posts, seed),
    of: counted(amounts.length, 'comment'),
    says: '0 where all comments have the same, 1 where one has everything',
  };
  // Shares of averages mean little, and few comments have no tenth to speak of.
  return { figures: [figure], findings: whole && amounts.length >= 200 ? [finding] : [], measures: [measure] };
}

/** The interval of the Gini coefficient, by drawing whole posts. */
function giniInterval(posts: readonly VotedPost[], seed: number) {
  const all = posts.flatMap(({ y }, post) => y.map((value) => ({ value: Math.max(0, value), post })));
  all.sort((a, b) => b.value - a.value);
  const values = Float64Array.from(all, ({ value }) => value);
  const random = randomFrom(seed);
  const drawn = Array.from({ length: resamples }, () => {
    const times = new Uint32Array(posts.length);
    for (let i = 0; i < posts.length; i++) times[Math.floor(random() * posts.length)]! += 1;
    return gini(
      values,
      Uint32Array.from(all, ({ post }) => times[post]!),
    );
  });
  return percentileInterval(drawn);
}

const pointsShown = 1500;
const fewest = 30;

/** Each comment by its length and votes, with the middle of votes along the lengths. */
function lengthOf(posts: readonly VotedPost[], whole: boolean, seed: number): Omit<Shares, 'findings'> {
  const all = posts.flatMap(({ x, y }) => x.map((length, index) => ({ x: length, y: y[index]! })));
  if (all.length < fewest) return { figures: [], measures: [] };
  const random = randomFrom(seed);
  const share = pointsShown / all.length;
  const points = all.filter(() => random() < share);
  const trend = trendOf(all);
  const [within, overall] = [correlationWithin(posts, seed), overallCorrelation(posts, seed)];
  const says = lengthSays(within);
  const some =
    points.length < all.length
      ? ` The points are ${wholeNumber(points.length)} of ${counted(all.length, 'comment')}, drawn by chance.`
      : '';
  const scale = whole ? 'symlog' : 'linear';
  const figure: Figure = {
    id: 'votes-by-length',
    title: 'Votes by length',
    says: says + some,
    plot: {
      kind: 'points',
      x: { label: 'Characters', scale: 'log' },
      y: { label: 'Votes', scale },
      of: 'votes',
      points,
      trend,
    },
    numbers: {
      columns: ['Characters, about', 'A quarter has fewer votes than', 'Middle', 'A quarter has more than'],
      rows: trend.map(({ x, y, low, high }) => [Math.round(x), low, y, high]),
    },
  };
  const read = 'from −1 to 1; 0 where votes do not go with length';
  return {
    figures: [figure],
    measures: [
      measureOf('Spearman’s ρ of length and votes, within posts', within, read),
      measureOf('Spearman’s ρ of length and votes, over all comments', overall, read),
    ],
  };
}

const measureOf = (name: string, found: Correlation | null, says: string): Measure => ({
  name,
  value: found?.rho ?? null,
  interval: found?.interval ?? null,
  of: counted(found?.posts ?? 0, 'post'),
  says,
});

const stretches = 12;

/** The quartiles of votes in stretches of length with equally many comments; equal lengths are never parted. */
function trendOf(all: readonly { readonly x: number; readonly y: number }[]): readonly TrendPoint[] {
  const sorted = all.toSorted((a, b) => a.x - b.x);
  const edges = Array.from(
    { length: stretches - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * all.length) / stretches)]!.x,
  );
  const parted = bin<(typeof all)[number], number>()
    .value(({ x }) => x)
    .thresholds([...new Set(edges)]);
  return parted(sorted)
    .filter(({ length }) => length > 0)
    .map((part) => {
      const ys = part.map(({ y }) => y).sort((a, b) => a - b);
      const at = (share: number): number => quantileSorted(ys, share)!;
      return { x: median(part, ({ x }) => x)!, y: at(0.5), low: at(0.25), high: at(0.75) };
    });
}

/** How votes go with length within posts. */
export function lengthSays(within: Correlation | null): string {
  if (!within) return 'No post has comments of different lengths and votes to compare.';
  const posts = counted(within.posts, 'post');
  if (!isBeside(within.interval, 0)) return `Within a post, votes do not clearly go with length (${posts}).`;
  const more = within.rho > 0 ? 'more' : 'fewer';
  return `Within a post, longer comments tend to get ${more} votes; the relation is ${strengthOf(within.rho)} (${posts}).`;
}
