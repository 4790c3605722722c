/** Places of comments among each other, as one list has them. Pure. */
import type { ListEntry, RankedList } from '../contract/records.ts';

/** What is said of a comment in one list. rank: the place that was given there. */
export type Figures = { readonly commentId: number; readonly rank: number | null; readonly votes: number | null };

/**
 * One list: with the places it gives, or else with those of its votes (most votes first, equal votes share a place, and what has no votes has no
 * place). Places that say nothing else than the votes give way to them where some have votes alone: those came later.
 */
export function rankedList(figures: readonly Figures[]): RankedList {
  const known = figures.filter(({ rank, votes }) => rank !== null || votes !== null);
  if (byVotes(known)) return { entries: placedByVotes(known) };
  return { entries: known.map(({ commentId, rank, votes }) => ({ commentId, place: rank, votes })) };
}

function byVotes(known: readonly Figures[]): boolean {
  if (known.every(({ rank }) => rank !== null)) return false;
  const ranked = known.filter(({ rank }) => rank !== null).sort((a, b) => a.rank! - b.rank!);
  return ranked.every(({ rank, votes }, at) => {
    const before = ranked[at - 1];
    if (votes === null) return false;
    return !before || (before.rank === rank ? before.votes === votes : before.votes! > votes);
  });
}

function placedByVotes(known: readonly Figures[]): readonly ListEntry[] {
  const votes = known.flatMap((one) => one.votes ?? []).sort((a, b) => b - a);
  const places = new Map<number, number>();
  for (const [place, figure] of votes.entries()) if (!places.has(figure)) places.set(figure, place);
  return known.map((one) => ({
    commentId: one.commentId,
    place: one.votes === null ? null : places.get(one.votes)!,
    votes: one.votes,
  }));
}

/** The largest of the lists, the first of several. */
export function largestOf(lists: readonly RankedList[]): RankedList | undefined {
  let largest: RankedList | undefined;
  for (const list of lists) if (!largest || list.entries.length > largest.entries.length) largest = list;
  return largest;
}

/** The places of comments in the largest of the lists; null where a comment has none there. */
export function placesInLargest(lists: readonly RankedList[], ids: readonly number[]): readonly (number | null)[] {
  const places = new Map(largestOf(lists)?.entries.map(({ commentId, place }) => [commentId, place]));
  return ids.map((id) => places.get(id) ?? null);
}
