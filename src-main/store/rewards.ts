import type { Comment, Split } from '../contract/records.ts';
import type { RankedComment } from '../contract/reports.ts';
import { inTransaction, row, rows, type Store, statement } from './connection.ts';

const pageSize = 512;

/** Keeps the rewards a model gave, all or none. A reward that is there already is replaced. */
export function setRewards(
  store: Store,
  modelId: number,
  rewards: Iterable<{ readonly commentId: number; readonly reward: number }>,
): number {
  const insert = statement(
    store,
    `INSERT INTO rewards (model_id, comment_id, reward) VALUES (?, ?, ?)
     ON CONFLICT (model_id, comment_id) DO UPDATE SET reward = excluded.reward`,
  );
  return inTransaction(store, () => {
    let count = 0;
    for (const { commentId, reward } of rewards) {
      insert.run(modelId, commentId, reward);
      count += 1;
    }
    return count;
  });
}

/** A comment that waits for its reward, with what a model may see of its post. */
export type UnscoredComment = {
  readonly commentId: number;
  readonly text: string;
  readonly postId: number;
  readonly postTitle: string | null;
  readonly postText: string;
  readonly postContext: string | null;
};

export type RewardFilter = { readonly split?: Split | undefined; readonly postId?: number | undefined };

const lacking = `comments JOIN posts ON posts.id = comments.post_id
  LEFT JOIN rewards ON rewards.comment_id = comments.id AND rewards.model_id = ?`;

function condition(filter: RewardFilter): { readonly sql: string; readonly values: readonly unknown[] } {
  return {
    sql: `rewards.reward IS NULL ${filter.split ? 'AND posts.split = ?' : ''} ${filter.postId ? 'AND posts.id = ?' : ''}`,
    values: [...(filter.split ? [filter.split] : []), ...(filter.postId ? [filter.postId] : [])],
  };
}

/** The comments a model has given no reward yet, a page at a time: rewards may be kept in between. */
export function* commentsWithoutReward(
  store: Store,
  modelId: number,
  filter: RewardFilter = {},
): Generator<UnscoredComment> {
  const { sql, values } = condition(filter);
  const query = `SELECT comments.id AS commentId, comments.text, posts.id AS postId, posts.title AS postTitle,
    posts.text AS postText, posts.context AS postContext
    FROM ${lacking} WHERE ${sql} AND comments.id > ? ORDER BY comments.id LIMIT ${pageSize}`;
  let last = 0;
  for (;;) {
    const page = rows<UnscoredComment>(store, query, modelId, ...values, last);
    yield* page;
    if (page.length < pageSize) return;
    last = page[page.length - 1]!.commentId;
  }
}

/** How many comments a model has given no reward yet. */
export function countWithoutReward(store: Store, modelId: number, filter: RewardFilter = {}): number {
  const { sql, values } = condition(filter);
  return row<{ count: number }>(store, `SELECT count(*) AS count FROM ${lacking} WHERE ${sql}`, modelId, ...values)!
    .count;
}

/** The comments of a post, highest reward first. Equal rewards are ordered by a hash, so that the file's order tells nothing. */
export function rankingOfPost(store: Store, modelId: number, postId: number): readonly RankedComment[] {
  const found = rows<Comment & { reward: number | null }>(
    store,
    `SELECT comments.id, post_id AS postId, text, rank, votes, reward
     FROM comments LEFT JOIN rewards ON comment_id = comments.id AND model_id = ?
     WHERE post_id = ? ORDER BY reward DESC NULLS LAST, text_hash`,
    modelId,
    postId,
  );
  return found.map((comment, index) => ({ ...comment, position: comment.reward === null ? null : index }));
}
