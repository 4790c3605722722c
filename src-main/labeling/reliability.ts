import type { MeasuredShare } from '../contract/people.ts';
import type { Steps } from '../evaluation/steps.ts';

/**
 * What one person said of a pair: how far that its first comment is better and how far that its second is. Together they are at most 1, what
 * is missing are ties.
 */
export type Voted = { readonly person: number; readonly first: number; readonly second: number };

/** What is believed before: right in 8 of 10 cases, as firmly as after ten answers whose truth is known. */
const believed = { right: 8, wrong: 2 } as const;
/** The normal deviate between whose two signs 90% lie. */
const deviate = 1.6448536269514722;
const near = 1e-8;
/** Pairs in one step. */
const stride = 256;
const mostRounds = 2000;
/** The intervals of so many people know of each other; those with fewer answers are taken as they are. */
const mostTogether = 200;

/**
 * The chance of each person to choose the better one of two comments, whichever that is: the model of Dawid and Skene (1979) with one number a
 * person, as in Crowd-BT (Chen et al., 2013) with a better side a pair in the place of its worths, so that nothing is assumed of how pairs hang
 * together. Each pair has a better side that nobody knows, either with the chance 1/2; expectation-maximisation finds both. A tie says nothing
 * of either. The interval is a normal one for the log odds, from the curvature that is left once the better sides are summed over (Louis,
 * 1982): of two people whom no third one joins, it stays wide however many pairs they answer.
 *
 * @param pairs one entry a person
 * @param people how many there are; null for those who chose on no pair on which another one did
 */
export function* reliabilities(
  pairs: readonly (readonly Voted[])[],
  people: number,
): Steps<readonly (MeasuredShare | null)[]> {
  const decided = pairs
    .map((votes) => votes.filter(({ first, second }) => first + second > 0))
    .filter((votes) => votes.length > 1);
  const weight = new Float64Array(people);
  for (const votes of decided) for (const { person, first, second } of votes) weight[person]! += first + second;
  const { odds, chances } = yield* fitted(decided, weight);
  const deviations = yield* deviationsOf(decided, weight, odds, chances);
  return Array.from(odds, (value, person) =>
    weight[person] === 0
      ? null
      : {
          value: shareOf(value),
          interval: [
            shareOf(value - deviate * deviations[person]!),
            shareOf(value + deviate * deviations[person]!),
          ] as const,
        },
  );
}

const shareOf = (odds: number): number => 1 / (1 + Math.exp(-odds));
const oddsOf = (right: number, wrong: number): number => Math.log(right / wrong);

/** Log odds of each person, and of each pair the chance that its first side is the better one. */
function* fitted(
  pairs: readonly (readonly Voted[])[],
  weight: Float64Array,
): Steps<{ readonly odds: Float64Array; readonly chances: Float64Array }> {
  const odds = new Float64Array(weight.length).fill(oddsOf(believed.right, believed.wrong));
  const chances = new Float64Array(pairs.length);
  for (let round = 0; round < mostRounds; round++) {
    const right = new Float64Array(weight.length);
    for (const [at, votes] of pairs.entries()) {
      const chance = shareOf(
        votes.reduce((sum, { person, first, second }) => sum + (first - second) * odds[person]!, 0),
      );
      chances[at] = chance;
      for (const { person, first, second } of votes) right[person]! += chance * first + (1 - chance) * second;
      if (at % stride === 0) yield;
    }
    let moved = 0;
    for (const [person, all] of weight.entries()) {
      const next = oddsOf(believed.right + right[person]!, believed.wrong + all - right[person]!);
      moved = Math.max(moved, Math.abs(next - odds[person]!));
      odds[person] = next;
    }
    if (moved < near) break;
  }
  return { odds, chances };
}

/** Deviation of each person's log odds. */
function* deviationsOf(
  pairs: readonly (readonly Voted[])[],
  weight: Float64Array,
  odds: Float64Array,
  chances: Float64Array,
): Steps<Float64Array> {
  const own = odds.map((value, person) => {
    const share = shareOf(value);
    return (weight[person]! + believed.right + believed.wrong) * share * (1 - share);
  });
  const together = [...weight.keys()]
    .filter((person) => weight[person]! > 0)
    .sort((a, b) => weight[b]! - weight[a]!)
    .slice(0, mostTogether);
  const place = new Map(together.map((person, at) => [person, at]));
  const n = together.length;
  const curvature = Array.from({ length: n }, (_, at) => {
    const row = new Float64Array(n);
    row[at] = own[together[at]!]!;
    return row;
  });
  for (const [at, votes] of pairs.entries()) {
    const unknown = chances[at]! * (1 - chances[at]!);
    for (const one of votes) {
      const row = place.get(one.person);
      if (row === undefined) {
        own[one.person]! -= unknown * (one.first - one.second) ** 2;
        continue;
      }
      for (const other of votes) {
        const column = place.get(other.person);
        if (column !== undefined)
          curvature[row]![column]! -= unknown * (one.first - one.second) * (other.first - other.second);
      }
    }
    if (at % stride === 0) yield;
  }
  const variances = own.map((value) => 1 / value);
  const joint = yield* diagonalOfInverse(curvature);
  for (const [at, person] of together.entries()) variances[person] = joint[at]!;
  return variances.map(Math.sqrt);
}

/** The diagonal of the inverse of a symmetric positive matrix, by Gauss and Jordan; the matrix is used up. */
function* diagonalOfInverse(matrix: Float64Array[]): Steps<Float64Array> {
  const n = matrix.length;
  for (let pivot = 0; pivot < n; pivot++) {
    const row = matrix[pivot]!;
    const by = 1 / row[pivot]!;
    row[pivot] = 1;
    for (let column = 0; column < n; column++) row[column]! *= by;
    for (const [at, other] of matrix.entries()) {
      if (at === pivot) continue;
      const factor = other[pivot]!;
      other[pivot] = 0;
      for (let column = 0; column < n; column++) other[column]! -= factor * row[column]!;
    }
    yield;
  }
  return Float64Array.from(matrix, (row, at) => row[at]!);
}
