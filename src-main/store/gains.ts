import { inTransaction, type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';

/** What one more answer would tell of the order of posts by a model. Triggers empty what an answer, a comment or a reward has changed. */

export type Gain = {
  /** What the answer on the most telling pair would tell, in bits. */
  readonly bits: number;
  /** The share of the post's pairs that its order is expected to put right. */
  readonly sure: number;
  /** Answers whose better side has the lower reward. */
  readonly against: number;
};

/** How many posts have no gain by a model, or one that is to be reckoned anew. */
export function countWithoutGain(store: ReadingStore, modelId: number): number {
  return row<{ count: number }>(
    store,
    `SELECT (SELECT count(*) FROM post_counts)
       - (SELECT count(*) FROM gains WHERE model_id = ? AND bits IS NOT NULL) AS count`,
    modelId,
  )!.count;
}

/** Posts whose gain by a model is to be reckoned anew, `limit` at most. */
export function emptiedGains(store: ReadingStore, modelId: number, limit: number): readonly number[] {
  const sql = 'SELECT post_id AS id FROM gains WHERE model_id = ? AND bits IS NULL LIMIT ?';
  return rows<{ id: number }>(store, sql, modelId, limit).map(({ id }) => id);
}

/** Posts of these numbers, above `after`, up to and with `last`, that have no gain by a model, or one that is to be reckoned anew. */
export function postsWithoutGain(
  store: ReadingStore,
  modelId: number,
  { after, last }: { readonly after: number; readonly last: number },
): readonly number[] {
  return rows<{ id: number }>(
    store,
    `SELECT post_id AS id FROM post_counts WHERE post_id > ? AND post_id <= ? AND NOT EXISTS (
       SELECT 1 FROM gains WHERE gains.post_id = post_counts.post_id AND model_id = ? AND bits IS NOT NULL)`,
    after,
    last,
    modelId,
  ).map(({ id }) => id);
}

/** Whether a model has not scored a post to its end: comments get their rewards in the order in which they came. */
export function isUnscored(store: ReadingStore, modelId: number, postId: number): boolean {
  const sql = `SELECT 1 FROM rewards WHERE model_id = ? AND comment_id = (SELECT max(id) FROM comments WHERE post_id = ?)`;
  return row(store, sql, modelId, postId) === undefined;
}

/** The rewards that a model gave the comments of a post, in the order in which it ranks them. */
export function rewardsOfPost(
  store: ReadingStore,
  modelId: number,
  postId: number,
): readonly { readonly id: number; readonly reward: number | null }[] {
  return rows(
    store,
    `SELECT comments.id, reward FROM comments LEFT JOIN rewards ON comment_id = comments.id AND model_id = ?
     WHERE post_id = ? ORDER BY reward DESC NULLS LAST, text_hash`,
    modelId,
    postId,
  );
}

/** Whether nobody said anything of a post: there is no answer that counts, no skip and no flag. */
export function isUntouched(store: ReadingStore, postId: number): boolean {
  const sql = `SELECT labels = 0 AND NOT EXISTS (SELECT 1 FROM marks WHERE marks.post_id = post_counts.post_id) AS it
    FROM post_counts WHERE post_id = ?`;
  return row<{ it: 0 | 1 }>(store, sql, postId)?.it === 1;
}

/** Keeps the gains of posts by a model, all or none. null: it has none, since a comment has no reward. A post that is gone gets none. */
export function setGains(
  store: WritingStore,
  modelId: number,
  gains: readonly { readonly postId: number; readonly gain: Gain | null }[],
): void {
  const keep = statement(
    store,
    `INSERT INTO gains (post_id, model_id, bits, sure, against) SELECT id, ?, ?, ?, ? FROM posts WHERE id = ?
     ON CONFLICT (post_id, model_id) DO UPDATE SET bits = excluded.bits, sure = excluded.sure, against = excluded.against`,
  );
  const drop = statement(store, 'DELETE FROM gains WHERE post_id = ? AND model_id = ?');
  inTransaction(store, () => {
    for (const { postId, gain } of gains) {
      if (gain) keep.run(modelId, gain.bits, gain.sure, gain.against, postId);
      else drop.run(postId, modelId);
    }
  });
}

/** What a model's gains rest on; null before the first. */
export function gainsRestOn(store: ReadingStore, modelId: number): string | null {
  return row<{ it: string | null }>(store, 'SELECT gains_rest_on AS it FROM models WHERE id = ?', modelId)?.it ?? null;
}

/** Notes what a model's gains rest on from now on. */
export function setGainsRestOn(store: WritingStore, modelId: number, what: string | null): void {
  statement(store, 'UPDATE models SET gains_rest_on = ? WHERE id = ?').run(what, modelId);
}

/** Removes up to `limit` of a model's gains, and says how many those were. */
export function removeSomeGains(store: WritingStore, modelId: number, limit: number): number {
  const some = 'SELECT post_id FROM gains WHERE model_id = ? LIMIT ?';
  return statement(store, `DELETE FROM gains WHERE model_id = ? AND post_id IN (${some})`).run(modelId, modelId, limit)
    .changes;
}
