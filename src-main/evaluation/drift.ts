/** Whether new comments are unlike those that a model learned from: two samples against each other, by how much they differ. */

import type { DriftKind, DriftReport, Superiority } from '../contract/drift.ts';
import type { Steps } from './steps.ts';

/** The normal deviate between whose two signs 95% lie. */
const deviate = 1.959963984540054;
/** What Vargha and Delaney (2000) call a large and a medium difference. */
const large = 0.71;
const medium = 0.64;
/** So much larger a share in rare languages is told. */
const foreignShare = 0.2;

/**
 * How often a number of one sample is larger than one of another, ties by half (Vargha and Delaney's A, the area under the ROC curve), with its 95% interval
 * (DeLong et al., 1988). It does not grow with the samples, so that large ones warn of no trifles. Both need two numbers or more.
 */
export function superiorityOf(some: ArrayLike<number>, others: ArrayLike<number>): Superiority {
  const above = placements(some, others);
  const below = placements(others, some);
  const value = meanOf(above);
  const error = Math.sqrt(varianceOf(above) / above.length + varianceOf(below) / below.length);
  return { value, interval: [Math.max(0, value - deviate * error), Math.min(1, value + deviate * error)] };
}

/** Of each number the share of the others that it is larger than, ties by half. */
function placements(some: ArrayLike<number>, others: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(others).sort();
  return Float64Array.from(
    some,
    (value) => (countBelow(sorted, value, false) + countBelow(sorted, value, true)) / 2 / sorted.length,
  );
}

/** How many of sorted numbers are below a value, or with `equal` not above it. */
function countBelow(sorted: Float64Array, value: number, equal: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value || (equal && sorted[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function varianceOf(values: Float64Array): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/** The middle of numbers. */
export function medianOf(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Texts as an encoder has them, and the group of posts that each belongs to. */
export type PlacedText = { readonly vector: Float32Array; readonly group: string };

/** So many nearest texts are looked at: one alone may be near by chance. */
const nearest = 5;

/**
 * Of each text the mean cosine distance to the five nearest ones of other groups, in no order; a text that has fewer is left out. Those of the same post
 * are near each other whatever they are beside.
 */
export function* nearestDistances(
  texts: readonly PlacedText[],
  among: readonly PlacedText[],
): Steps<readonly number[]> {
  const units = among.map(({ vector, group }) => ({ vector: unit(vector), group }));
  const found: number[] = [];
  for (const { vector, group } of texts) {
    const one = unit(vector);
    const best = new Float64Array(nearest).fill(-2);
    for (const other of units) {
      if (other.group === group) continue;
      let similarity = 0;
      for (let i = 0; i < one.length; i++) similarity += one[i]! * other.vector[i]!;
      if (similarity <= best[nearest - 1]!) continue;
      let place = nearest - 1;
      for (; place > 0 && best[place - 1]! < similarity; place--) best[place] = best[place - 1]!;
      best[place] = similarity;
    }
    if (best[nearest - 1]! >= -1.5) found.push(1 - meanOf(best));
    yield;
  }
  return found;
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** In what comments differ by so much that it should be known. */
export function differencesOf({
  length,
  language,
  meaning,
}: Pick<DriftReport, 'length' | 'language' | 'meaning'>): readonly DriftKind[] {
  const shorter = { value: 1 - length.value, interval: [1 - length.interval[1], 1 - length.interval[0]] as const };
  return [
    ...(isLarge(length) || isLarge(shorter) ? (['length'] as const) : []),
    ...(language && language.interval[0] - language.learnedShare >= foreignShare ? (['language'] as const) : []),
    ...(meaning && isLarge(meaning) ? (['meaning'] as const) : []),
  ];
}

/** A large difference that is surely a medium one. */
const isLarge = ({ value, interval }: Superiority): boolean => value >= large && interval[0] >= medium;
