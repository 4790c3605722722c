import { asCurated } from '../common/curated.ts';
import type { Comment, Post } from '../contract/records.ts';
import { type ReadingStore, row } from './connection.ts';
import { curationsOfPost } from './curations.ts';
import { rewardsOfPost } from './gains.ts';
import { findPostAlone } from './posts.ts';
import { listedComments, someComments } from './some-comments.ts';

export type FirstCommentsCall = {
  readonly post: number;
  readonly limit: number;
  /** Numbers of models. */
  readonly models: readonly number[];
  /** As the file had them; or by the first model, where there is none by their places, with what a person pinned before and what they excluded behind all. */
  readonly order: 'data' | 'ranked';
};

/** The first comments of a post. */
export type FirstComments = {
  readonly post: Post;
  /** How many comments the post has. */
  readonly total: number;
  readonly comments: readonly Comment[];
  /** The place of each in its order, whatever a person pinned or excluded: 0 is the first. */
  readonly places: readonly number[];
  /** What each model says of these comments. position: 0 is best. */
  readonly by: readonly {
    readonly rewards: readonly (number | null)[];
    readonly positions: readonly (number | null)[];
  }[];
};

/** Goes through all comments of the post, since places and positions are among all of them, and reads those that are shown. */
export function firstComments(
  store: ReadingStore,
  { post: id, limit, models, order }: FirstCommentsCall,
): FirstComments {
  const post = findPostAlone(store, id);
  const { ids, ranks } = listedComments(store, id);
  const rankings = models.map((model) => rewardsOfPost(store, model, id));
  const all = ids.map((comment, at) => ({ id: comment, rank: ranks[at]! }));
  const byRank = () => all.toSorted((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || 0);
  const inOrder: readonly { readonly id: number }[] = order === 'data' ? all : (rankings[0] ?? byRank());
  const wanted = order === 'data' ? all : curated(store, id, inOrder);
  const first = wanted.slice(0, limit).map((one) => one.id);
  const firstIds = new Set(first);
  const places = placesAmong(inOrder, firstIds);
  const rankOf = new Map(all.flatMap((one) => (firstIds.has(one.id) ? [[one.id, one.rank] as const] : [])));
  const known = someComments(store, first);
  const shown = first.map((comment) => ({ ...known.get(comment)!, rank: rankOf.get(comment)! }));
  const at = new Map(shown.map((comment, index) => [comment.id, index]));
  const by = rankings.map((ranking) => {
    const rewards = shown.map((): number | null => null);
    const positions = [...rewards];
    for (const [position, { id: comment, reward }] of ranking.entries()) {
      const index = at.get(comment);
      if (index === undefined || reward === null) continue;
      rewards[index] = reward;
      positions[index] = position;
    }
    return { rewards, positions };
  });
  return { post, total: all.length, comments: shown, places: first.map((comment) => places.get(comment)!), by };
}

function curated<T extends { readonly id: number }>(
  store: ReadingStore,
  post: number,
  order: readonly T[],
): readonly T[] {
  const curations = curationsOfPost(store, post);
  return asCurated(order, (one) => curations.get(one.id)?.kind);
}

/** The places of some comments among all of an order. */
function placesAmong(
  order: readonly { readonly id: number }[],
  some: ReadonlySet<number>,
): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  for (const [place, { id }] of order.entries()) if (some.has(id)) places.set(id, place);
  return places;
}

/** How many comments a post has; 0 where it is gone. */
export function commentCount(store: ReadingStore, post: number): number {
  return row<{ count: number }>(store, 'SELECT comments AS count FROM post_counts WHERE post_id = ?', post)?.count ?? 0;
}
