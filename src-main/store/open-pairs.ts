import type { Split } from '../contract/records.ts';
import type { CompareList, ComparePair } from '../contract/views.ts';
import { inOrder } from './answer-order.ts';
import type { Pair } from './answers.ts';
import { type ChosenPosts, countsOfChosen, ofChosen } from './chosen-posts.ts';
import { column, type ReadingStore, row, rows } from './connection.ts';

/**
 * Which pairs are open to a person: not answered, skipped or flagged by them, flagged by nobody, and without a verdict. Two comments of
 * a post never have the same text (the table sees to that).
 */
const taken = (post: string): string => `
  SELECT min(left_id, right_id) AS a, max(left_id, right_id) AS b FROM labels
  WHERE labels.post_id = ${post} AND (annotator = ? OR verdict = 1) AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id)
  UNION SELECT min(left_id, right_id), max(left_id, right_id) FROM marks
  WHERE marks.post_id = ${post} AND revoked_at IS NULL AND (annotator = ? OR kind = 'flag')`;

/** The lowest and the highest number of a post; null where there is none. */
export function postIdRange(store: ReadingStore): { readonly first: number; readonly last: number } | null {
  const found = row<{ first: number | null; last: number | null }>(
    store,
    'SELECT (SELECT min(post_id) FROM post_counts) AS first, (SELECT max(post_id) FROM post_counts) AS last',
  )!;
  return found.first === null || found.last === null ? null : { first: found.first, last: found.last };
}

/** The first post from this number on that has so many comments or more, with its number of answers. */
export function postFrom(
  store: ReadingStore,
  from: number,
  comments = 2,
): { readonly postId: number; readonly answers: number; readonly split: Split } | undefined {
  return row(
    store,
    `SELECT post_id AS postId, labels AS answers, split FROM post_counts JOIN posts ON posts.id = post_id
     WHERE post_id >= ? AND comments >= ? ORDER BY post_id LIMIT 1`,
    from,
    comments,
  );
}

/** How many answers a post has, and how many posts of all, or of chosen ones, have so many, but for those that have none. */
export function postsByAnswers(
  store: ReadingStore,
  postId: number,
  chosen: ChosenPosts | null = null,
): { readonly own: number; readonly byAnswers: ReadonlyMap<number, number> } {
  const own = row<{ labels: number }>(store, 'SELECT labels FROM post_counts WHERE post_id = ?', postId)?.labels ?? 0;
  const sql = `SELECT labels, count(*) AS count FROM post_counts WHERE labels > 0
    ${chosen ? `AND post_id IN ${ofChosen}` : ''} GROUP BY labels`;
  const counts = rows<{ labels: number; count: number }>(store, sql, ...(chosen ? [chosen.json] : []));
  return { own, byAnswers: new Map(counts.map(({ labels, count }) => [labels, count])) };
}

/**
 * A pair that a person answered here and was not asked again, drawn by chance from those with so many answers since, and how many
 * these are.
 * @param random numbers from 0 up to 1
 */
export function answeredToRepeat(
  store: ReadingStore,
  annotator: string,
  since: number,
  random: () => number,
): { readonly pair: Pair | undefined; readonly of: number } {
  const own = `FROM labels WHERE annotator = ? AND origin = 'compare' AND again = 0 AND question IS NULL
    AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id)`;
  const of = row<{ count: number }>(store, `SELECT count(*) AS count ${own}`, annotator)!.count - since;
  if (of <= 0) return { pair: undefined, of: 0 };
  const at = Math.floor(random() * of);
  const sql = `SELECT post_id AS postId, left_id AS leftId, right_id AS rightId ${own} ORDER BY ${inOrder} LIMIT 1 OFFSET ?`;
  const pair = row<Pair>(store, sql, annotator, at)!;
  return { pair: isRepeated(store, annotator, pair) ? undefined : pair, of };
}

/** Whether a person was asked a pair again, or somebody flagged it. */
function isRepeated(store: ReadingStore, annotator: string, { postId, leftId, rightId }: Pair): boolean {
  const same = 'post_id = ? AND ((left_id = ? AND right_id = ?) OR (left_id = ? AND right_id = ?))';
  const values = [postId, leftId, rightId, rightId, leftId];
  const sql = `SELECT 1 FROM labels WHERE ${same} AND annotator = ? AND again = 1
    UNION ALL SELECT 1 FROM marks WHERE ${same} AND revoked_at IS NULL AND (annotator = ? OR kind = 'flag')`;
  return row(store, sql, ...values, annotator, ...values, annotator) !== undefined;
}

/** Whether a pair that a person answered can be asked again: its comments are there, it was not asked again yet, and nobody flagged it. */
export function isOpenAgain(store: ReadingStore, annotator: string, pair: Pair): boolean {
  return commentsAreThere(store, pair.postId, [pair.leftId, pair.rightId]) && !isRepeated(store, annotator, pair);
}

/** Whether comments are there, and of this post. */
export function commentsAreThere(store: ReadingStore, postId: number, ids: readonly number[]): boolean {
  const sql = 'SELECT count(*) AS count FROM comments WHERE post_id = ? AND id IN (SELECT value FROM json_each(?))';
  return row<{ count: number }>(store, sql, postId, JSON.stringify(ids))!.count === ids.length;
}

/**
 * The first post between these numbers that has a pair open to a person, or undefined. Exact, and quick where such posts
 * are not rare: it looks at one post after another.
 */
export function openPostBetween(
  store: ReadingStore,
  annotator: string,
  from: number,
  to: number,
  comments = 2,
  chosen: ChosenPosts | null = null,
): number | undefined {
  return row<{ postId: number }>(
    store,
    `SELECT post_id AS postId FROM ${chosen ? countsOfChosen : 'post_counts'} WHERE post_id BETWEEN ? AND ? AND comments >= ?
       AND comments * (comments - 1) / 2 > (SELECT count(*) FROM (${taken('post_counts.post_id')}))
     ORDER BY post_id LIMIT 1`,
    ...(chosen ? [chosen.json] : []),
    from,
    to,
    comments,
    annotator,
    annotator,
  )?.postId;
}

/** What the choice of a pair within a post needs to know. */
export type PairsOfPost = {
  readonly comments: readonly number[];
  /** Pairs that are not open to the person, in any order of their sides. */
  readonly taken: readonly (readonly [number, number])[];
  /** How many answers that count each comment is in, where there are any. */
  readonly answers: ReadonlyMap<number, number>;
};

/** The comments of a post, and which of their pairs are not open to a person. */
export function pairsOfPostFor(store: ReadingStore, annotator: string, postId: number): PairsOfPost {
  const comments = column<number>(store, 'SELECT id FROM comments WHERE post_id = ?', postId);
  const closed = rows<{ a: number; b: number }>(store, taken('?'), postId, annotator, postId, annotator);
  const answers = rows<{ id: number; count: number }>(
    store,
    `WITH active AS (SELECT left_id, right_id FROM labels WHERE post_id = ?
       AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id))
     SELECT id, count(*) AS count FROM (SELECT left_id AS id FROM active UNION ALL SELECT right_id FROM active) GROUP BY id`,
    postId,
  );
  return {
    comments,
    taken: closed.map(({ a, b }) => [a, b] as const),
    answers: new Map(answers.map(({ id, count }) => [id, count])),
  };
}

/** Whether a pair is there and open to a person. */
export function isOpen(store: ReadingStore, annotator: string, { postId, leftId, rightId }: Pair): boolean {
  const [a, b] = [Math.min(leftId, rightId), Math.max(leftId, rightId)];
  const found = row<{ open: number }>(
    store,
    `SELECT (SELECT count(*) FROM comments WHERE post_id = ? AND id IN (?, ?)) = 2
       AND NOT EXISTS (SELECT 1 FROM (${taken('?')}) WHERE a = ? AND b = ?) AS open`,
    ...[postId, a, b, postId, annotator, postId, annotator, a, b],
  );
  return found?.open === 1;
}

/** How many pairs are open to a person: of all posts, or of chosen ones. */
export function countOpenPairs(store: ReadingStore, annotator: string, chosen: ChosenPosts | null = null): number {
  const sides = 'min(left_id, right_id) AS a, max(left_id, right_id) AS b';
  const among = chosen ? `AND post_id IN ${ofChosen}` : '';
  const ids = chosen ? [chosen.json] : [];
  const pairs = chosen
    ? `SELECT coalesce(sum(comments * (comments - 1) / 2), 0) FROM ${countsOfChosen}`
    : 'SELECT pairs FROM pair_count';
  return row<{ count: number }>(
    store,
    `SELECT (${pairs}) - (SELECT count(*) FROM (
       SELECT ${sides} FROM labels WHERE annotator = ? ${among}
         AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id)
       UNION SELECT ${sides} FROM labels INDEXED BY labels_verdicts WHERE verdict = 1 ${among}
         AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id)
       UNION SELECT ${sides} FROM marks WHERE revoked_at IS NULL AND (annotator = ? OR kind = 'flag') ${among}
     )) AS count`,
    ...[...ids, annotator, ...ids, ...ids, annotator, ...ids],
  )!.count;
}

/** Comments of a post as they are shown together; those that are gone are left out. Throws where the post is gone. */
export function listWithTexts(
  store: ReadingStore,
  postId: number,
  ids: readonly number[],
): Pick<CompareList, 'post' | 'comments'> {
  const post = row<CompareList['post']>(store, 'SELECT id, title, text, context FROM posts WHERE id = ?', postId);
  if (!post) throw new Error(`The post ${postId} is gone.`);
  const sql = 'SELECT id, text FROM comments WHERE post_id = ? AND id IN (SELECT value FROM json_each(?))';
  const found = rows<{ id: number; text: string }>(store, sql, postId, JSON.stringify(ids));
  const byId = new Map(found.map((comment) => [comment.id, comment]));
  return { post, comments: ids.flatMap((id) => byId.get(id) ?? []) };
}

/** A pair as it is shown. Throws where its comments are gone: look at it in the same turn in which it was found. */
export function pairWithTexts(store: ReadingStore, { postId, leftId, rightId }: Pair): ComparePair {
  const found = row<Record<'title' | 'context', string | null> & Record<'text' | 'leftText' | 'rightText', string>>(
    store,
    `SELECT title, posts.text, context, "left".text AS leftText, "right".text AS rightText
     FROM posts JOIN comments AS "left" ON "left".id = ? JOIN comments AS "right" ON "right".id = ? WHERE posts.id = ?`,
    leftId,
    rightId,
    postId,
  );
  if (!found) throw new Error(`The pair ${leftId} and ${rightId} of post ${postId} is gone.`);
  const { title, text, context, leftText, rightText } = found;
  return {
    post: { id: postId, title, text, context },
    left: { id: leftId, text: leftText },
    right: { id: rightId, text: rightText },
  };
}
