import type { Comment, Post } from '../contract/records.ts';
import { type ReadingStore, row } from './connection.ts';
import { rewardsOfPost } from './gains.ts';
import { findPost } from './posts.ts';

export type FirstCommentsCall = {
  readonly post: number;
  readonly limit: number;
  /** Numbers of models. */
  readonly models: readonly number[];
  /** As the file had them; or by the first model, where there is none by their places. */
  readonly order: 'data' | 'ranked';
};

/** The first comments of a post. */
export type FirstComments = {
  readonly post: Post;
  /** How many comments the post has. */
  readonly total: number;
  readonly comments: readonly Comment[];
  /** What each model says of these comments. position: 0 is best. */
  readonly by: readonly {
    readonly rewards: readonly (number | null)[];
    readonly positions: readonly (number | null)[];
  }[];
};

/** Reads all comments of the post, since places and positions are among all of them. */
export function firstComments(
  store: ReadingStore,
  { post: id, limit, models, order }: FirstCommentsCall,
): FirstComments {
  const { comments: all, lists: _, ...post } = findPost(store, id);
  const rankings = models.map((model) => rewardsOfPost(store, model, id));
  const first = rankings[0];
  let shown: readonly Comment[];
  if (order === 'data') shown = all.slice(0, limit);
  else if (first) {
    const wanted = new Set(first.slice(0, limit).map((one) => one.id));
    const known = new Map(all.flatMap((comment) => (wanted.has(comment.id) ? [[comment.id, comment] as const] : [])));
    shown = first.slice(0, limit).flatMap((one) => known.get(one.id) ?? []);
  } else shown = all.toSorted((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || 0).slice(0, limit);
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
  return { post, total: all.length, comments: shown, by };
}

/** How many comments a post has; 0 where it is gone. */
export function commentCount(store: ReadingStore, post: number): number {
  return row<{ count: number }>(store, 'SELECT comments AS count FROM post_counts WHERE post_id = ?', post)?.count ?? 0;
}
