import { isBeginning } from '../common/marked-words.ts';
import type { CommentOrder } from '../contract/records.ts';
import type { AcrossPlace } from '../contract/views.ts';
import { type ReadingStore, row, rows } from './connection.ts';
import { matchOf } from './search.ts';

/** Comments of all posts in one list, read from an index that has them in this order: none is sorted, and no text is read to find its comments. */

export type AcrossFilter = {
  readonly order: CommentOrder;
  /** Whose rewards the order goes by; where they came in, whose are shown. null: there is none. */
  readonly modelId: number | null;
  /** What a person typed: beginnings of words of comments. */
  readonly search: string;
};

/**
 * From so many comments on that have the words, the order is gone through until enough of them have come; of fewer, the rewards are looked up and sorted. Each takes
 * milliseconds where the other would take a second.
 */
const frequent = 10_000;

/** Places of comments in an order: the first ones behind `after`, or the last ones before `before`. At most `limit`. */
export function placesAcross(
  store: ReadingStore,
  filter: AcrossFilter,
  { after, before }: { readonly after?: AcrossPlace | undefined; readonly before?: AcrossPlace | undefined },
  limit: number,
): readonly AcrossPlace[] {
  const backwards = after === undefined && before !== undefined;
  const edge = after ?? before;
  const byReward = filter.order !== 'came';
  const down = (filter.order === 'best') !== backwards;
  const direction = down ? 'DESC' : 'ASC';
  const sign = down ? '<' : '>';
  const { from, id, conditions, values } = source(store, filter);
  // Numbers are bound as reals, and the full-text search heeds only integers.
  const [key, at] = byReward ? [`(reward, ${id})`, '(?, CAST(? AS INTEGER))'] : [id, 'CAST(? AS INTEGER)'];
  const beyond = edge ? [`${key} ${sign} ${at}`] : [];
  const found = rows<AcrossPlace>(
    store,
    `SELECT ${id} AS commentId, ${byReward ? 'reward' : 'NULL'} AS at FROM ${from}
     WHERE ${[...conditions, ...beyond].join(' AND ') || 'TRUE'}
     ORDER BY ${byReward ? `reward ${direction}, ` : ''}${id} ${direction} LIMIT ?`,
    ...values,
    ...(edge ? (byReward ? [edge.at, edge.commentId] : [edge.commentId]) : []),
    limit,
  );
  return backwards ? found.toReversed() : found;
}

/** How many comments have these words, counted up to `most`. */
export function countMatches(store: ReadingStore, search: string, most: number): number {
  const sql =
    'SELECT count(*) AS count FROM (SELECT 1 FROM comments_search WHERE comments_search MATCH ? LIMIT CAST(? AS INTEGER))';
  return row<{ count: number }>(store, sql, matchOf(search, isBeginning), most)!.count;
}

/** How many comments there are, from the counts of posts. */
export function countCounted(store: ReadingStore): number {
  return row<{ count: number }>(store, 'SELECT coalesce(sum(comments), 0) AS count FROM post_counts')!.count;
}

function source(
  store: ReadingStore,
  { order, modelId, search }: AcrossFilter,
): {
  readonly from: string;
  readonly id: string;
  readonly conditions: readonly string[];
  readonly values: readonly unknown[];
} {
  const typed = search.trim();
  if (order === 'came') {
    if (typed === '') return { from: 'comments', id: 'comments.id', conditions: [], values: [] };
    return {
      from: 'comments_search',
      id: 'comments_search.rowid',
      conditions: ['comments_search MATCH ?'],
      values: [matchOf(typed, isBeginning)],
    };
  }
  const index = { from: 'rewards INDEXED BY rewards_by_model', id: 'comment_id' };
  if (typed === '') return { ...index, conditions: ['model_id = ?'], values: [modelId] };
  if (countMatches(store, typed, frequent) < frequent) {
    // Their rewards are looked up, and sorted.
    return {
      from: 'comments_search CROSS JOIN rewards ON comment_id = comments_search.rowid',
      id: 'comment_id',
      conditions: ['comments_search MATCH ?', 'model_id = ?'],
      values: [matchOf(typed, isBeginning), modelId],
    };
  }
  const has = 'comment_id IN (SELECT rowid FROM comments_search WHERE comments_search MATCH ?)';
  return { ...index, conditions: ['model_id = ?', has], values: [modelId, matchOf(typed, isBeginning)] };
}

/** What a list shows of a comment beside its place. */
export type AcrossComment = {
  readonly id: number;
  readonly postId: number;
  readonly post: string;
  readonly text: string;
  readonly author: string | null;
  readonly votes: number | null;
  readonly reward: number | null;
};

/** Comments as a list shows them, in the order of these numbers. One that is gone by now is left out. */
export function acrossComments(
  store: ReadingStore,
  ids: readonly number[],
  modelId: number | null,
): readonly AcrossComment[] {
  const sql = `SELECT comments.id, post_id AS postId, coalesce(nullif(posts.title, ''), substr(posts.text, 1, 200)) AS post, comments.text,
      comments.author, comments.votes, (SELECT reward FROM rewards WHERE comment_id = comments.id AND model_id = ?) AS reward
    FROM comments JOIN posts ON posts.id = post_id WHERE comments.id = ?`;
  return ids.flatMap((id) => rows<AcrossComment>(store, sql, modelId, id));
}
