/** Which way a page lies from a place of its list: behind it, or before it; from neither, it is the first. */
type Beyond<Place> = { readonly after?: Place | undefined; readonly before?: Place | undefined };

/** What of a list stands on one page, and from where it goes on; null where there is nothing more that way. */
type KeyedPage<Entry, Place> = {
  readonly shown: readonly Entry[];
  readonly after: Place | null;
  readonly before: Place | null;
};

/**
 * A page of a list whose entries are found by their places. One entry more than it shows is asked for, so that it is known without a count whether
 * there are others.
 * @param find entries in the order of the list: the first ones behind a place, or the last ones before it, at most so many
 * @param placeOf where an entry stands
 */
export function keyedPage<Entry, Place>(
  find: (beyond: Beyond<Place>, most: number) => readonly Entry[],
  placeOf: (entry: Entry) => Place,
  { after, before, limit }: Beyond<Place> & { readonly limit: number },
): KeyedPage<Entry, Place> {
  const backwards = after === undefined && before !== undefined;
  const found = find({ after, before }, limit + 1);
  const shown = backwards ? found.slice(-limit) : found.slice(0, limit);
  const more = found.length > shown.length;
  const [first, last] =
    shown.length > 0 ? [placeOf(shown[0]!), placeOf(shown.at(-1)!)] : [after ?? before, after ?? before];
  const isAny = (beyond: Beyond<Place>): boolean => find(beyond, 1).length > 0;
  const anyBefore = first !== undefined && (backwards ? more : after !== undefined && isAny({ before: first }));
  const anyAfter = last !== undefined && (backwards ? isAny({ after: last }) : more);
  return { shown, after: anyAfter ? last : null, before: anyBefore ? first : null };
}
