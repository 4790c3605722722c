/** What a spread into a call does for short lists, for lists of any length: a call takes some ten thousands of arguments at most. Pure. */

/** Puts more behind what a list has. */
export function append<T>(list: T[], more: Iterable<T>): void {
  for (const one of more) list.push(one);
}

/** What comes one by one, so many at once, and fewer where they weigh as much as a part may. */
export function* inParts<T>(
  all: Iterable<T>,
  { size, weight, weigh }: { readonly size: number; readonly weight: number; readonly weigh: (one: T) => number },
): Generator<readonly T[]> {
  let [part, weighed]: [T[], number] = [[], 0];
  for (const one of all) {
    part.push(one);
    weighed += weigh(one);
    if (part.length < size && weighed < weight) continue;
    yield part;
    [part, weighed] = [[], 0];
  }
  if (part.length > 0) yield part;
}

/** The largest of some numbers, and of `least`. */
export function maximum(values: Iterable<number>, least = Number.NEGATIVE_INFINITY): number {
  let found = least;
  for (const value of values) found = Math.max(found, value);
  return found;
}

/** The smallest of some numbers, and of `most`. */
export function minimum(values: Iterable<number>, most = Number.POSITIVE_INFINITY): number {
  let found = most;
  for (const value of values) found = Math.min(found, value);
  return found;
}
