import type { ListKind } from '../../../../src-main/contract/records.ts';

/** Places from the best on, each with the numbers of its comments; of the best and the worst two places alone. */
export type Ordering = readonly (readonly number[])[];

/** The place of a comment, 0 is the best; -1 for none yet. */
export const placeOf = (ordering: Ordering, id: number): number => ordering.findIndex((ids) => ids.includes(id));

/** Takes a comment's place away. */
function without(ordering: Ordering, id: number): Ordering {
  return ordering.map((ids) => ids.filter((other) => other !== id)).filter((ids) => ids.length > 0);
}

/**
 * A comment was pressed: it gets the next place, or shares the last one; one that has a place loses it. In an order the one that is left
 * comes last by itself.
 */
export function press(
  ordering: Ordering,
  { kind, shown }: { readonly kind: ListKind; readonly shown: readonly number[] },
  id: number,
  same: boolean,
): Ordering {
  if (placeOf(ordering, id) >= 0) return without(ordering, id);
  const last = ordering.at(-1);
  const next = same && last && kind === 'order' ? [...ordering.slice(0, -1), [...last, id]] : [...ordering, [id]];
  const left = shown.filter((each) => placeOf(next, each) < 0);
  return kind === 'order' && left.length === 1 ? [...next, left] : next;
}

/** Moves a comment one place towards the best (-1) or the worst (1). All get a place first, as they stand. */
export function move(ordering: Ordering, shown: readonly number[], id: number, by: -1 | 1): Ordering {
  const whole = [...ordering, ...shown.filter((each) => placeOf(ordering, each) < 0).map((each) => [each])];
  const from = placeOf(whole, id);
  const shares = whole[from]!.length > 1;
  const rest = without(whole, id);
  // From a place that it shares it goes to one of its own; else past its neighbour.
  const to = shares ? (by < 0 ? from : from + 1) : Math.max(0, Math.min(rest.length, from + by));
  return [...rest.slice(0, to), [id], ...rest.slice(to)];
}

/** Takes back what was pressed last: what came last by itself goes with it. */
export function takeLast(ordering: Ordering, shown: readonly number[]): Ordering {
  const whole = shown.length > 1 && shown.every((id) => placeOf(ordering, id) >= 0);
  const drop = (given: Ordering): Ordering => {
    const last = given.at(-1);
    if (!last) return given;
    return last.length > 1 ? [...given.slice(0, -1), last.slice(0, -1)] : given.slice(0, -1);
  };
  return whole ? drop(drop(ordering)) : drop(ordering);
}

/** Whether it can be saved. */
export function isWhole(ordering: Ordering, { kind, shown }: { kind: ListKind; shown: readonly number[] }): boolean {
  return kind === 'order' ? shown.every((id) => placeOf(ordering, id) >= 0) : ordering.length === 2;
}
