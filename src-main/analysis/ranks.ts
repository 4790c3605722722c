import { randomFrom } from '../common/random.ts';
import type { Interval } from '../contract/evaluation.ts';
import { percentileInterval } from '../evaluation/bootstrap.ts';

/** Two values of each comment of a post, in the same order. */
export type Pairing = { readonly x: readonly number[]; readonly y: readonly number[] };

/** A rank correlation with its 95% interval, and on how many posts it rests. */
export type Correlation = { readonly rho: number; readonly interval: Interval; readonly posts: number };

/** Sums over the comments of one post, from which a correlation over many posts is made. */
type Moments = { n: number; x: number; y: number; xx: number; yy: number; xy: number };

/** Ranks from 1 up, the mean of their ranks for equal values. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to += 1;
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/**
 * Spearman's rank correlation over all comments. Its interval is drawn by whole posts (comments of one post are not
 * independent), with the ranks as they are in the whole. null where one of the values is the same everywhere.
 */
export function overallCorrelation(posts: readonly Pairing[], seed: number): Correlation | null {
  const x = averageRanks(posts.flatMap((post) => post.x));
  const y = averageRanks(posts.flatMap((post) => post.y));
  const middle = (x.length + 1) / 2;
  let at = 0;
  const moments = posts.map((post) => {
    const sums = momentsOf(x.subarray(at, at + post.x.length), y.subarray(at, at + post.x.length), middle);
    at += post.x.length;
    return sums;
  });
  return correlationOf(moments, seed);
}

/**
 * Spearman's rank correlation within posts: values are ranked among the comments of their post, so that a post which gets
 * more of both does not count for one. Its interval is drawn by whole posts.
 */
export function correlationWithin(posts: readonly Pairing[], seed: number): Correlation | null {
  const moments = posts
    .filter(({ x }) => x.length > 1)
    .map(({ x, y }) => momentsOf(averageRanks(x), averageRanks(y), (x.length + 1) / 2));
  return correlationOf(moments, seed);
}

function momentsOf(x: Float64Array, y: Float64Array, middle: number): Moments {
  const sums: Moments = { n: x.length, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - middle, y[i]! - middle];
    sums.x += dx;
    sums.y += dy;
    sums.xx += dx * dx;
    sums.yy += dy * dy;
    sums.xy += dx * dy;
  }
  return sums;
}

const resamples = 400;

function correlationOf(posts: readonly Moments[], seed: number): Correlation | null {
  const rho = pearson(sumOf(posts.length, (i) => posts[i]!));
  if (!Number.isFinite(rho)) return null;
  const random = randomFrom(seed);
  const drawn = Array.from({ length: resamples }, () =>
    pearson(sumOf(posts.length, () => posts[Math.floor(random() * posts.length)]!)),
  );
  return { rho, interval: percentileInterval(drawn), posts: posts.length };
}

function sumOf(count: number, at: (i: number) => Moments): Moments {
  const all: Moments = { n: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
  for (let i = 0; i < count; i++) {
    const one = at(i);
    all.n += one.n;
    all.x += one.x;
    all.y += one.y;
    all.xx += one.xx;
    all.yy += one.yy;
    all.xy += one.xy;
  }
  return all;
}

function pearson({ n, x, y, xx, yy, xy }: Moments): number {
  return (xy - (x * y) / n) / Math.sqrt((xx - (x * x) / n) * (yy - (y * y) / n));
}
