/** Questions about several comments at once: which comments are shown, and what an answer says of every two of them. */

import { shuffled } from '../common/random.ts';
import type { ListAnswer, ListKind, Preference } from '../contract/records.ts';
import { isOneOf, type Random } from './next-pair.ts';

/** How many comments a question of a kind shows, at least and at most. */
export const sizes: Readonly<Record<ListKind, { readonly least: number; readonly most: number }>> = {
  'best-worst': { least: 4, most: 4 },
  order: { least: 3, most: 6 },
};

type Told = Pick<ListAnswer, 'kind' | 'shown' | 'pressed'>;

/** What an answer says of two comments; the one that stood earlier on the screen is left. */
export type ToldPair = {
  readonly leftId: number;
  readonly rightId: number;
  readonly choice: Extract<Preference, 'left' | 'right' | 'tie'>;
};

/**
 * All that an answer says, pair by pair. Of an order every two comments; those of one place are a tie. Of the best and the worst the
 * best is better than the others and these are better than the worst: five of the six pairs of four (best-worst scaling, Louviere,
 * Flynn and Marley, 2015). Nothing where the question was skipped.
 */
export function pairsOfList({ kind, shown, pressed }: Told): readonly ToldPair[] {
  const place = new Map(pressed.flatMap((ids, at) => ids.map((id) => [id, at] as const)));
  if (place.size === 0) return [];
  const middle = kind === 'best-worst' ? 0.5 : Number.NaN;
  const placeOf = (id: number): number => place.get(id) ?? middle;
  const known = (id: number): boolean => place.has(id);
  return shown.flatMap((leftId, i) =>
    shown.slice(i + 1).flatMap((rightId): ToldPair[] => {
      if (!known(leftId) && !known(rightId)) return [];
      const [left, right] = [placeOf(leftId), placeOf(rightId)];
      return [{ leftId, rightId, choice: left === right ? 'tie' : left < right ? 'left' : 'right' }];
    }),
  );
}

/** What is wrong with an answer, as a clause; null where it is whole or a skip. */
export function wrongWith({ kind, shown, pressed }: Told): string | null {
  const ids = pressed.flat();
  const { least, most } = sizes[kind];
  if (shown.length < least || shown.length > most || new Set(shown).size < shown.length) {
    return `it needs ${least === most ? least : `${least} to ${most}`} different comments`;
  }
  if (ids.length === 0) return null;
  if (new Set(ids).size < ids.length || ids.some((id) => !shown.includes(id))) {
    return 'it names a comment twice, or one that was not shown';
  }
  if (pressed.some((same) => same.length === 0)) return 'it has an empty place';
  if (kind === 'order') return ids.length < shown.length ? 'it does not place every comment' : null;
  return pressed.length === 2 && ids.length === 2 ? null : 'it needs one best and one worst comment';
}

/** Sets that compete for the fewest pairs that were asked before. */
const tries = 4;

/**
 * Comments to ask about together, in the order in which they stand on the screen; null where every pair was asked or there are too few.
 * @param taken pairs that the person was asked, in any order of their sides
 */
export function chooseList(
  comments: readonly number[],
  taken: readonly (readonly [number, number])[],
  kind: ListKind,
  random: Random,
): readonly number[] | null {
  const { least, most } = sizes[kind];
  const size = Math.min(most, comments.length);
  if (size < least) return null;
  const isTaken = isOneOf(taken);
  const openIn = (set: readonly number[]): number =>
    set.reduce((sum, one, i) => sum + set.slice(i + 1).filter((other) => !isTaken(one, other)).length, 0);
  const drawn = Array.from({ length: tries }, () => shuffled(comments, random).slice(0, size));
  const best = drawn.reduce((a, b) => (openIn(b) > openIn(a) ? b : a));
  if (openIn(best) > 0) return best;
  const mixed = shuffled(comments, random);
  for (const [i, one] of mixed.entries()) {
    const other = mixed.slice(i + 1).find((each) => !isTaken(one, each));
    if (other === undefined) continue;
    const rest = mixed.filter((id) => id !== one && id !== other).slice(0, size - 2);
    return shuffled([one, other, ...rest], random);
  }
  return null;
}
