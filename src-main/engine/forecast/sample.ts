/** Some of many batches, by which all are reckoned: to know the size of a batch its tokens are read. */

import type { Batches } from '../batch/batches.ts';
import type { BatchSize } from '../batch/feeds.ts';

export type Sample = {
  /** Of how many batches it is. */
  readonly count: number;
  /** The places of some of them, evenly from first to last; of all where there are few. */
  readonly places: readonly number[];
  /** The sizes of these. */
  readonly sizes: readonly BatchSize[];
  /** Those among which the size is that takes most memory. */
  readonly largest: readonly BatchSize[];
};

/** Batches that are looked at, and those beside them that seem to be the largest. */
const most: { readonly evenly: number; readonly large: number } = { evenly: 2048, large: 256 };

export function sampleOf(batches: Batches, { evenly, large } = most): Sample {
  const count = batches.length;
  const few = Math.min(count, evenly);
  const places = Array.from({ length: few }, (_, i) => Math.floor((i * count) / few));
  const sizeAt = (place: number): BatchSize => batches.at(place)!.size();
  const sizes = places.map(sizeAt);
  const others = count > few ? seeminglyLargest(batches, large).map(sizeAt) : [];
  return { count, places, sizes, largest: largestOf([...sizes, ...others]) };
}

/** A sum over all batches, told from those that were looked at. */
export function sumOver({ count, sizes }: Sample, of: (size: BatchSize) => number): number {
  if (sizes.length === 0) return 0;
  return (count / sizes.length) * sizes.reduce((sum, size) => sum + of(size), 0);
}

/** The one with the most tokens, and the longest. */
function largestOf(sizes: readonly BatchSize[]): BatchSize[] {
  const by = (measure: (size: BatchSize) => number): BatchSize | undefined =>
    sizes.reduce<BatchSize | undefined>(
      (found, size) => (found === undefined || measure(size) > measure(found) ? size : found),
      undefined,
    );
  const tokens = by(({ rows, length, tokens = rows * length }) => tokens);
  const squares = by(({ rows, length }) => rows * length * length);
  return [tokens, squares].filter((size) => size !== undefined);
}

/** Places of the batches that would have the most tokens, and the longest inputs, if inputs shared none. */
function seeminglyLargest(batches: Batches, count: number): number[] {
  const [tokens, lengths] = [new Float64Array(batches.length), new Float64Array(batches.length)];
  let place = 0;
  for (const batch of batches) {
    const { tokens: own, length } = batch.atMost();
    tokens[place] = own;
    // Of equally long ones those with more tokens.
    lengths[place++] = length + own / Number.MAX_SAFE_INTEGER;
  }
  return [...new Set([tokens, lengths].flatMap((of) => placesOfLargest(of, count)))];
}

function placesOfLargest(values: Float64Array, count: number): number[] {
  const least = values.toSorted().at(-count) ?? Number.NEGATIVE_INFINITY;
  const [above, alike]: [number[], number[]] = [[], []];
  for (const [place, value] of values.entries()) {
    if (value > least) above.push(place);
    else if (value === least && alike.length < count) alike.push(place);
  }
  return [...above, ...alike].slice(0, count);
}
