import type { Model } from '../../contract/records.ts';
import type { JoinedComment } from '../../contract/reports.ts';
import type { Joined, Wanted } from '../../labeling/joined.ts';
import type { ReadingStore } from '../../store/open.ts';
import { commentsOfPost } from '../../store/posts.ts';
import { rankedOrder } from '../../transfer/ranked-order.ts';

/** A model's ranking of a post with its comments (rankedOrder). */
export function rankedPost(
  store: ReadingStore,
  model: Model,
  postId: number,
  wanted: Partial<Wanted> = {},
): { readonly comments: readonly JoinedComment[]; readonly joined: Joined | null } {
  const { order, joined } = rankedOrder(store, model.id, postId, wanted);
  const byId = new Map(commentsOfPost(store, postId).map((comment) => [comment.id, comment]));
  return { comments: order.map((placed) => ({ ...byId.get(placed.id)!, ...placed })), joined };
}
