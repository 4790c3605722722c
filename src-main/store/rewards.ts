import type { Split } from '../contract/records.ts';
import type { RankedComment } from '../contract/reports.ts';
import { inTransaction, type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';
import { commentsOfPost } from './posts.ts';

/** Numbers of comments in a range: some milliseconds of work. */
const rangeSize = 2_000;

/** Keeps the rewards a model gave, all or none, and says how many. One that is there is replaced; a comment that is gone by now gets none. */
export function setRewards(
  store: WritingStore,
  modelId: number,
  rewards: Iterable<{ readonly commentId: number; readonly reward: number }>,
): number {
  const insert = statement(
    store,
    `INSERT INTO rewards (model_id, comment_id, reward) SELECT ?, id, ? FROM comments WHERE id = ?
     ON CONFLICT (model_id, comment_id) DO UPDATE SET reward = excluded.reward, import_id = NULL`,
  );
  return inTransaction(store, () => {
    let count = 0;
    for (const { commentId, reward } of rewards) count += insert.run(modelId, reward, commentId).changes;
    return count;
  });
}

/** What became of a reward from a file: it is new; as it was there; another than is there, which stays; or of a comment that the import gave one. */
type BroughtReward = 'added' | 'same' | 'other' | 'twice';

/** How far two runtimes may be apart that compute the same reward. */
const tolerance = 1e-4;

/** Keeps the reward that a model gave elsewhere, where it has given the comment none. */
export function bringReward(
  store: WritingStore,
  {
    modelId,
    commentId,
    reward,
    importId,
  }: { readonly modelId: number; readonly commentId: number; readonly reward: number; readonly importId: number },
): BroughtReward {
  const sql =
    'INSERT INTO rewards (model_id, comment_id, reward, import_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING';
  if (statement(store, sql).run(modelId, commentId, reward, importId).changes === 1) return 'added';
  const there = row<{ reward: number; importId: number | null }>(
    store,
    'SELECT reward, import_id AS importId FROM rewards WHERE model_id = ? AND comment_id = ?',
    modelId,
    commentId,
  )!;
  if (there.importId === importId) return 'twice';
  return Math.abs(there.reward - reward) <= tolerance * Math.max(1, Math.abs(there.reward)) ? 'same' : 'other';
}

/** Takes away up to `limit` of the rewards that an import brought, and says how many those were. */
export function removeBroughtRewards(store: WritingStore, importId: number, limit: number): number {
  return statement(
    store,
    `DELETE FROM rewards WHERE (model_id, comment_id) IN
       (SELECT model_id, comment_id FROM rewards WHERE import_id = ? LIMIT ?)`,
  ).run(importId, limit).changes;
}

/** A comment that waits for its reward, with what a model may see of its post. */
export type UnscoredComment = {
  readonly commentId: number;
  readonly text: string;
  readonly postId: number;
  readonly postKey: string;
  readonly postTitle: string | null;
  readonly postText: string;
  readonly postContext: string | null;
};

export type RewardFilter = { readonly split?: Split | undefined; readonly postId?: number | undefined };

/** Comments by their numbers: above `after`, up to and with `last`. */
export type CommentRange = { readonly after: number; readonly last: number };
const everything: CommentRange = { after: 0, last: Number.MAX_SAFE_INTEGER };

/**
 * Ranges that make up all comments, or those of the post that the filter names: one, where it is no long thread. Work on a million comments is done range by range,
 * so that others get their turn in between and rewards may be kept.
 */
export function* commentRanges(store: ReadingStore, filter: RewardFilter): Generator<CommentRange> {
  const { postId } = filter;
  const isLong = 'SELECT 1 FROM post_counts WHERE post_id = ? AND comments > ?';
  if (postId !== undefined && !row(store, isLong, postId, rangeSize)) {
    yield everything;
    return;
  }
  const of = postId === undefined ? '' : `WHERE post_id = ${Number(postId)}`;
  const limits = `SELECT coalesce((SELECT min(id) FROM comments ${of}), 1) AS low, coalesce((SELECT max(id) FROM comments ${of}), 0) AS high`;
  let after = row<{ low: number }>(store, limits)!.low - 1;
  while (after < row<{ high: number }>(store, limits)!.high) {
    yield { after, last: after + rangeSize };
    after += rangeSize;
  }
}

function condition(filter: RewardFilter): { readonly sql: string; readonly values: readonly unknown[] } {
  // The index on split holds the number as well, so that no post is read.
  const split = 'AND EXISTS (SELECT 1 FROM posts AS p WHERE p.split = ? AND p.id = comments.post_id)';
  return {
    sql: `comments.id > ? AND comments.id <= ? AND rewards.reward IS NULL
      ${filter.postId === undefined ? '' : 'AND comments.post_id = ?'} ${filter.split ? split : ''}`,
    values: [...(filter.postId === undefined ? [] : [filter.postId]), ...(filter.split ? [filter.split] : [])],
  };
}

const withReward = 'LEFT JOIN rewards ON rewards.comment_id = comments.id AND rewards.model_id = ?';

/** The comments of a range that a model has given no reward yet, by their numbers. */
export function commentsWithoutReward(
  store: ReadingStore,
  modelId: number,
  filter: RewardFilter = {},
  { after, last }: CommentRange = everything,
): readonly UnscoredComment[] {
  const { sql, values } = condition(filter);
  return rows<UnscoredComment>(
    store,
    `SELECT comments.id AS commentId, comments.text, posts.id AS postId, posts.key AS postKey, posts.title AS postTitle,
       posts.text AS postText, posts.context AS postContext
     FROM comments CROSS JOIN posts ON posts.id = comments.post_id ${withReward} WHERE ${sql} ORDER BY comments.id`,
    modelId,
    after,
    last,
    ...values,
  );
}

/** How many comments of a range a model has given no reward yet. */
export function countWithoutReward(
  store: ReadingStore,
  modelId: number,
  filter: RewardFilter = {},
  { after, last }: CommentRange = everything,
): number {
  const { sql, values } = condition(filter);
  const count = `SELECT count(*) AS count FROM comments ${withReward} WHERE ${sql}`;
  return row<{ count: number }>(store, count, modelId, after, last, ...values)!.count;
}

/** How many comments of a range, all of one post, a model ranks above one of them. */
export function countAbove(
  store: ReadingStore,
  modelId: number,
  { id, postId, reward }: { readonly id: number; readonly postId: number; readonly reward: number },
  { after, last }: CommentRange,
): number {
  const sql = `SELECT count(*) AS count FROM comments JOIN rewards ON rewards.comment_id = comments.id AND rewards.model_id = ?
    WHERE post_id = ? AND comments.id > ? AND comments.id <= ?
      AND (reward > ? OR reward = ? AND text_hash < (SELECT text_hash FROM comments WHERE id = ?))`;
  return row<{ count: number }>(store, sql, modelId, postId, after, last, reward, reward, id)!.count;
}

/** How many comments have a reward from a model. */
export function countRewards(store: ReadingStore, modelId: number): number {
  return row<{ count: number }>(store, 'SELECT count(*) AS count FROM rewards WHERE model_id = ?', modelId)!.count;
}

/** What rewards a model gave some comments, by their numbers. */
export function rewardsOfComments(
  store: ReadingStore,
  modelId: number,
  comments: readonly { readonly id: number }[],
): ReadonlyMap<number, number> {
  const found = rows<{ id: number; reward: number }>(
    store,
    'SELECT comment_id AS id, reward FROM rewards WHERE model_id = ? AND comment_id IN (SELECT value FROM json_each(?))',
    modelId,
    JSON.stringify(comments.map(({ id }) => id)),
  );
  return new Map(found.map(({ id, reward }) => [id, reward]));
}

/** The comments of a post, highest reward first. Equal rewards are ordered by a hash, so that the file's order tells nothing. */
export function rankingOfPost(store: ReadingStore, modelId: number, postId: number): readonly RankedComment[] {
  const found = rows<{ id: number; reward: number | null }>(
    store,
    `SELECT comments.id, reward FROM comments LEFT JOIN rewards ON comment_id = comments.id AND model_id = ?
     WHERE post_id = ? ORDER BY reward DESC NULLS LAST, text_hash`,
    modelId,
    postId,
  );
  const comments = new Map(commentsOfPost(store, postId).map((comment) => [comment.id, comment]));
  return found.map(({ id, reward }, index) => ({
    ...comments.get(id)!,
    reward,
    position: reward === null ? null : index,
  }));
}
