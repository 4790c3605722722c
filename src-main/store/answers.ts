import type { Label } from '../contract/records.ts';
import type { Answer } from '../contract/views.ts';
import { type ReadingStore, row, rows, type WritingStore } from './connection.ts';
import { addLabel, labelByKey, revokeLabel } from './labels.ts';
import { addMark, revokeMark } from './marks.ts';

/** What a person said of a pair in the compare view: a label, or a mark that says nothing of which is better. */
export type StoredAnswer = Pick<
  Label,
  'key' | 'postId' | 'leftId' | 'rightId' | 'annotator' | 'createdAt' | 'durationMs' | 'revokedAt' | 'note'
> & { readonly answer: Answer };

/** A pair with its sides. */
export type Pair = Pick<Label, 'postId' | 'leftId' | 'rightId'>;

const shared = `key, post_id AS postId, left_id AS leftId, right_id AS rightId, annotator, created_at AS createdAt,
  duration_ms AS durationMs, note, revoked_at AS revokedAt`;
const fromLabels = `SELECT ${shared}, CASE both_bad WHEN 1 THEN 'bad' ELSE outcome END AS answer
  FROM labels LEFT JOIN revocations ON label_id = labels.id`;
const fromMarks = `SELECT ${shared}, kind AS answer FROM marks`;

/** Adds an answer whose key is new. */
export function addAnswer(store: WritingStore, given: Omit<StoredAnswer, 'revokedAt'>): void {
  const { answer, ...rest } = given;
  if (answer === 'skip' || answer === 'flag') {
    addMark(store, { ...rest, kind: answer });
    return;
  }
  const bothBad = answer === 'bad';
  addLabel(store, { ...rest, outcome: bothBad ? 'tie' : answer, bothBad, origin: 'compare' });
}

/** Takes an answer back. Twice changes nothing. */
export function revokeAnswer(store: WritingStore, key: string, revokedAt: string): void {
  const label = labelByKey(store, key);
  if (label) revokeLabel(store, label.id, revokedAt);
  else revokeMark(store, key, revokedAt);
}

/** The answer with this key, if there is one. */
export function findAnswer(store: ReadingStore, key: string): StoredAnswer | undefined {
  return (
    row<StoredAnswer>(store, `${fromLabels} WHERE key = ?`, key) ??
    row<StoredAnswer>(store, `${fromMarks} WHERE key = ?`, key)
  );
}

/** Whether this person's answer on the two comments, whichever was left, counts already. */
export function hasAnswered(store: ReadingStore, annotator: string, pair: Pair): boolean {
  const { postId, leftId, rightId } = pair;
  const same = 'post_id = ? AND ((left_id = ? AND right_id = ?) OR (left_id = ? AND right_id = ?)) AND annotator = ?';
  const values = [postId, leftId, rightId, rightId, leftId, annotator];
  const sql = `SELECT 1 AS yes WHERE EXISTS (SELECT 1 FROM labels WHERE ${same}
      AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id))
    OR EXISTS (SELECT 1 FROM marks WHERE ${same} AND revoked_at IS NULL)`;
  return row(store, sql, ...values, ...values) !== undefined;
}

/**
 * A person's answers that count, the newest first, given before this time. There may be more than `limit`: those given in
 * the same moment as the last one come as well, so that going on from its time leaves none out.
 */
export function recentAnswers(
  store: ReadingStore,
  annotator: string,
  limit: number,
  before: string | undefined,
): readonly StoredAnswer[] {
  const where = `annotator = ? AND revoked_at IS NULL AND created_at`;
  const union = (condition: string, end: string): string =>
    `SELECT * FROM (${fromLabels} WHERE ${where} ${condition} ${end})
     UNION ALL SELECT * FROM (${fromMarks} WHERE ${where} ${condition} ${end}) ORDER BY createdAt DESC, key`;
  const end = `ORDER BY created_at DESC LIMIT ${limit}`;
  // ~ sorts after every time.
  const until = before ?? '~';
  const page = rows<StoredAnswer>(store, `${union('< ?', end)} LIMIT ${limit}`, annotator, until, annotator, until);
  const last = page[limit - 1]?.createdAt;
  if (last === undefined) return page;
  const sameMoment = rows<StoredAnswer>(store, union('= ?', ''), annotator, last, annotator, last);
  return [...page.filter(({ createdAt }) => createdAt !== last), ...sameMoment];
}

/** The flags that count, by anybody, the newest first. */
export function flaggedAnswers(store: ReadingStore, limit: number): readonly StoredAnswer[] {
  return rows<StoredAnswer>(
    store,
    `${fromMarks} WHERE kind = 'flag' AND revoked_at IS NULL ORDER BY created_at DESC, id DESC LIMIT ?`,
    limit,
  );
}

/** How many labels of a person count, all in all and since a time (ISO 8601). */
export function countAnswers(store: ReadingStore, annotator: string, since: string): { total: number; since: number } {
  return row(
    store,
    `SELECT count(*) AS total, coalesce(sum(created_at >= ?), 0) AS since FROM labels
     WHERE annotator = ? AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id)`,
    since,
    annotator,
  )!;
}

/** When a person gave the last labels that count here and not in a file, the newest first. */
export function answerTimes(store: ReadingStore, annotator: string, limit: number): readonly string[] {
  return rows<{ at: string }>(
    store,
    `SELECT created_at AS at FROM labels WHERE annotator = ? AND origin <> 'import'
       AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id)
     ORDER BY created_at DESC LIMIT ?`,
    annotator,
    limit,
  ).map(({ at }) => at);
}

/** How many labels of anybody came in since a time, and how many count at all. What a file brought came with its import. */
export function countLabelsSince(store: ReadingStore, time: string): { since: number; all: number } {
  return row(
    store,
    `SELECT (SELECT count(*) FROM labels WHERE created_at > ? AND import_id IS NULL
         AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id))
       + (SELECT coalesce(sum(labels), 0) FROM imports WHERE started_at > ? AND undone_at IS NULL) AS since,
       (SELECT count(*) FROM labels) - (SELECT count(*) FROM revocations) AS "all"`,
    time,
    time,
  )!;
}
