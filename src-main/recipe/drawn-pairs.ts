/** The pairs of a post where there may be more than are used. */

import { randomFrom } from '../common/random.ts';
import { type PairInput, type TrainingConfig, usualPairsPerPost } from '../contract/engine.ts';

/** How many pairs of a post are used at most, and how they are drawn where it has more. */
export type PairBound = {
  readonly pairs: number;
  /** Every comment is in about equally many of them; else each pair is drawn by chance. */
  readonly spread: boolean;
};

export const usualBound: PairBound = { pairs: usualPairsPerPost, spread: true };

/** What the settings of a training say of it. */
export function boundOf({
  pairsPerPost,
  spreadPairs,
}: Pick<TrainingConfig, 'pairsPerPost' | 'spreadPairs'>): PairBound {
  return { pairs: pairsPerPost, spread: spreadPairs === 1 };
}

/** The probability that the first of two comments is better; null for no preference. */
export type TargetOf = (first: number, second: number) => number | null;

type Found = { readonly pairs: readonly PairInput[] /** Whether there are more. */; readonly drawn: boolean };

/** Looks at two comments, at most: some hundredths of a second. Only where nearly all comments stand alike it is not enough to find as many as are wanted. */
const mostLooks = 4_000_000;

/**
 * The pairs among some comments of a post, by their places in an order that says nothing.
 * @param used places of the comments, ascending
 * @param seed the same one draws the same pairs
 */
export function pairsAmong(used: readonly number[], targetOf: TargetOf, bound: PairBound, seed: number): Found {
  const found: PairInput[] = [];
  const look = (one: number, other: number): void => {
    const [first, second] = one < other ? [one, other] : [other, one];
    const target = targetOf(first, second);
    if (target !== null) found.push({ first, second, target });
  };
  const all = (used.length * (used.length - 1)) / 2;
  if (all <= bound.pairs) {
    for (const [at, first] of used.entries()) for (let i = at + 1; i < used.length; i++) look(first, used[i]!);
    return { pairs: found, drawn: false };
  }
  const looks = bound.spread ? ring(used.length) : chance(used.length, randomFrom(seed));
  let [seen, drawn] = [0, false];
  for (const [one, other] of looks) {
    if (found.length === bound.pairs || seen++ === mostLooks) {
      drawn = true;
      break;
    }
    look(used[one]!, used[other]!);
  }
  return { pairs: inOrder(found), drawn };
}

/**
 * All pairs of so many comments, those first that stand next to each other in a ring, then those with one between them, and so on: wherever it is
 * broken off, each comment was in equally many, and comments near each other are in pairs with the same ones, so that a training reads few of them twice.
 */
function* ring(count: number): Generator<readonly [number, number]> {
  const half = Math.floor(count / 2);
  for (let apart = 1; apart <= half; apart++) {
    // In the last round each pair would come from both of its sides.
    const rounds = 2 * apart === count ? half : count;
    for (let at = 0; at < rounds; at++) yield [at, (at + apart) % count];
  }
}

/** Pairs by chance, none of them twice. */
function* chance(count: number, random: () => number): Generator<readonly [number, number]> {
  const all = (count * (count - 1)) / 2;
  if (all <= mostLooks) {
    // The numbers of all pairs, shuffled as far as they are asked for (Fisher and Yates).
    const order = Uint32Array.from({ length: all }, (_, i) => i);
    for (let i = 0; i < all; i++) {
      const j = i + Math.floor(random() * (all - i));
      [order[i], order[j]] = [order[j]!, order[i]!];
      const second = Math.floor((1 + Math.sqrt(1 + 8 * order[i]!)) / 2);
      yield [order[i]! - (second * (second - 1)) / 2, second];
    }
    return;
  }
  const seen = new Set<number>();
  for (;;) {
    const [one, other] = [Math.floor(random() * count), Math.floor(random() * count)];
    const name = Math.min(one, other) * count + Math.max(one, other);
    if (one === other || seen.has(name)) continue;
    seen.add(name);
    yield [one, other];
  }
}

/**
 * The pairs of places next to each other in one list. Of more than are wanted, every so-manieth is taken.
 * @param places of the comments, by their places in an order that says nothing; null where one has none
 */
export function pairsNextToEachOther(places: readonly (number | null)[], targetOf: TargetOf, bound: PairBound): Found {
  // Places may have gaps, as where a comment was left out.
  const groups = [...Map.groupBy(places.keys(), (at) => places[at])]
    .flatMap(([place, members]) => (place === null || place === undefined ? [] : [{ place, members }]))
    .toSorted((a, b) => a.place - b.place)
    .map(({ members }) => members);
  const pairsAfter = (i: number): number => groups[i]!.length * (groups[i + 1]?.length ?? 0);
  const all = groups.reduce((sum, _, i) => sum + pairsAfter(i), 0);
  const step = Math.max(1, all / bound.pairs);
  const found: PairInput[] = [];
  let [group, before] = [0, 0];
  for (let next = 0; Math.floor(next) < all; next += step) {
    const number = Math.floor(next);
    while (number >= before + pairsAfter(group)) before += pairsAfter(group++);
    const [upper, lower] = [groups[group]!, groups[group + 1]!];
    const [one, other] = [
      upper[Math.floor((number - before) / lower.length)]!,
      lower[(number - before) % lower.length]!,
    ];
    const [first, second] = one < other ? [one, other] : [other, one];
    const target = targetOf(first, second);
    if (target !== null) found.push({ first, second, target });
  }
  return { pairs: inOrder(found), drawn: step > 1 };
}

function inOrder(pairs: readonly PairInput[]): readonly PairInput[] {
  return pairs.toSorted((a, b) => a.first - b.first || a.second - b.second);
}
