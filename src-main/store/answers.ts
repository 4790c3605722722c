import { randomUUID } from 'node:crypto';
import { TiebreakError } from '../contract/errors.ts';
import type { Answer, AnswerOrigin, Choice } from '../contract/records.ts';
import type { InOrder } from '../contract/views.ts';
import { inOrder } from './answer-order.ts';
import { inTransaction, now, type ReadingStore, row, rows, type WritingStore } from './connection.ts';
import { insertLabel, labelByKey, modelsOf, revokeLabel } from './labels.ts';
import { insertMark, revokeMark } from './marks.ts';

/** What people said of pairs, whichever table it stands in. */

/** A pair with its sides. */
export type Pair = Pick<Answer, 'postId' | 'leftId' | 'rightId'>;

export type NewAnswer = Pair & {
  readonly choice: Choice;
  readonly annotator: string;
  /** Skips and flags are given in the compare view alone. */
  readonly origin: AnswerOrigin;
  readonly durationMs?: number | null | undefined;
  /** Now, where it is not said. */
  readonly createdAt?: string | undefined;
  /** A new one, where it is not said. An answer whose key is there already is not added again. */
  readonly key?: string | undefined;
  readonly revokedAt?: string | null | undefined;
  /** The import it came with. */
  readonly importId?: number | undefined;
  readonly note?: string | undefined;
  readonly again?: boolean | undefined;
  /** Of labels alone, as the margin and the verdict. */
  readonly models?: Answer['models'] | undefined;
  readonly margin?: number | null | undefined;
  readonly verdict?: boolean | undefined;
} & Partial<Pick<Answer, 'chosenBy' | 'chance' | 'much' | 'question'>>;

type AnswerRow = Omit<Answer, 'again' | 'models' | 'much' | 'verdict'> &
  Record<'again' | 'much' | 'verdict', number> & { readonly models: string | null; readonly orderedAt: string };

const shared = `key, post_id AS postId, left_id AS leftId, right_id AS rightId, annotator, created_at AS createdAt,
  duration_ms AS durationMs, note, revoked_at AS revokedAt, again, ${inOrder} AS orderedAt`;
const fromLabels = `SELECT id, ${shared}, models, margin, chosen_by AS chosenBy, chance, much, question, verdict, origin,
  CASE both_bad WHEN 1 THEN 'bad' ELSE outcome END AS choice
  FROM labels LEFT JOIN revocations ON label_id = labels.id`;
const fromMarks = `SELECT id, ${shared}, NULL AS models, NULL AS margin, NULL AS chosenBy, NULL AS chance, 0 AS much,
  NULL AS question, 0 AS verdict, 'compare' AS origin, kind AS choice FROM marks`;

/**
 * Adds one person's answer on one pair, and gives it back. With a known key nothing is added, and the known one comes back.
 * Throws TiebreakError where the two are not different comments of the post.
 */
export function addAnswer(store: WritingStore, given: NewAnswer): { readonly answer: Answer; readonly added: boolean } {
  return inTransaction(store, () => {
    const key = given.key ?? randomUUID();
    const known = given.key === undefined ? undefined : findAnswer(store, key);
    if (known === undefined) insert(store, given, key);
    if (given.revokedAt) revokeAnswer(store, key, given.revokedAt);
    return { answer: findAnswer(store, key)!, added: known === undefined };
  });
}

function insert(store: WritingStore, given: NewAnswer, key: string): void {
  checkSides(store, given);
  const { choice } = given;
  const answer = {
    ...given,
    key,
    createdAt: given.createdAt ?? now(),
    durationMs: given.durationMs ?? null,
    note: given.note ?? '',
    again: given.again ?? false,
    models: given.models ?? null,
    margin: given.margin ?? null,
    chosenBy: given.chosenBy ?? null,
    chance: given.chance ?? null,
    much: given.much ?? false,
    question: given.question ?? null,
    verdict: given.verdict ?? false,
  };
  if (choice === 'skip' || choice === 'flag') insertMark(store, { ...answer, choice });
  else insertLabel(store, { ...answer, choice, importId: given.importId ?? null });
}

/** Throws TiebreakError where the two are not different comments of this post. */
function checkSides(store: ReadingStore, { postId, leftId, rightId }: Pair): void {
  const sql = 'SELECT count(*) AS count FROM comments WHERE post_id = ? AND id IN (?, ?)';
  if (row<{ count: number }>(store, sql, postId, leftId, rightId)?.count === 2) return;
  throw new TiebreakError(
    'bad-input',
    'An answer needs two different comments of one post, and these are not, or not any more. Nothing was saved: go on with another pair.',
  );
}

/** Takes an answer back: it stays as a fact, and no longer counts. Twice changes nothing. */
export function revokeAnswer(store: WritingStore, key: string, revokedAt: string = now()): void {
  const label = labelByKey(store, key);
  if (label) revokeLabel(store, label.id, revokedAt);
  else revokeMark(store, key, revokedAt);
}

/** The answer with this key, if there is one. */
export function findAnswer(store: ReadingStore, key: string): Answer | undefined {
  const found =
    row<AnswerRow>(store, `${fromLabels} WHERE key = ?`, key) ??
    row<AnswerRow>(store, `${fromMarks} WHERE key = ?`, key);
  return found && parsed(found);
}

/** A person's answers on the two comments, whichever was left, that count: the oldest first. */
export function answersOnPair(store: ReadingStore, annotator: string, pair: Pair): readonly Answer[] {
  const { postId, leftId, rightId } = pair;
  const where = `WHERE post_id = ? AND ((left_id = ? AND right_id = ?) OR (left_id = ? AND right_id = ?))
    AND annotator = ? AND revoked_at IS NULL`;
  const values = [postId, leftId, rightId, rightId, leftId, annotator];
  const sql = `${fromLabels} ${where} UNION ALL ${fromMarks} ${where} ORDER BY orderedAt`;
  return rows<AnswerRow>(store, sql, ...values, ...values).map(parsed);
}

/**
 * A person's answers that count, the newest first, from before this place on (`inOrder`). There may be more than `limit`: those in
 * the same place as the last one come as well, so that going on from there leaves none out.
 */
export function recentAnswers(
  store: ReadingStore,
  annotator: string,
  limit: number,
  before: string | undefined,
): readonly (Answer & InOrder)[] {
  const where = `annotator = ? AND revoked_at IS NULL AND ${inOrder}`;
  // What follows from a question about several comments is shown with it.
  const alone = 'AND NOT EXISTS (SELECT 1 FROM questions WHERE questions.key = labels.question)';
  const union = (condition: string, end: string): string =>
    `SELECT * FROM (${fromLabels} WHERE ${where} ${condition} ${alone} ${end})
     UNION ALL SELECT * FROM (${fromMarks} WHERE ${where} ${condition} ${end}) ORDER BY orderedAt DESC, key`;
  const end = `ORDER BY ${inOrder} DESC LIMIT ${limit}`;
  // ~ sorts after every time.
  const until = before ?? '~';
  const page = rows<AnswerRow>(store, `${union('< ?', end)} LIMIT ${limit}`, annotator, until, annotator, until);
  const last = page[limit - 1]?.orderedAt;
  if (last === undefined) return page.map(parsedInOrder);
  const sameMoment = rows<AnswerRow>(store, union('= ?', ''), annotator, last, annotator, last);
  return [...page.filter(({ orderedAt }) => orderedAt !== last), ...sameMoment].map(parsedInOrder);
}

/** What a person skipped and did not take back, the oldest first. */
export function skippedAnswers(store: ReadingStore, annotator: string): readonly Answer[] {
  const sql = `${fromMarks} WHERE kind = 'skip' AND annotator = ? AND revoked_at IS NULL ORDER BY id`;
  return rows<AnswerRow>(store, sql, annotator).map(parsed);
}

/** How many pairs those are. */
export function countSkipped(store: ReadingStore, annotator: string): number {
  const sql = "SELECT count(*) AS count FROM marks WHERE kind = 'skip' AND annotator = ? AND revoked_at IS NULL";
  return row<{ count: number }>(store, sql, annotator)!.count;
}

/** The flags that count, by anybody, the newest first. */
export function flaggedAnswers(store: ReadingStore, limit: number): readonly Answer[] {
  const sql = `${fromMarks} WHERE kind = 'flag' AND revoked_at IS NULL ORDER BY id DESC LIMIT ?`;
  return rows<AnswerRow>(store, sql, limit).map(parsed);
}

/** How many answers of a person count, skips and flags left out, all in all and since a time (ISO 8601). A question about several comments is one. */
export function countAnswers(store: ReadingStore, annotator: string, since: string): { total: number; since: number } {
  return row(
    store,
    `SELECT count(*) AS total, coalesce(sum(created_at >= ?), 0) AS since FROM (
       SELECT created_at FROM labels WHERE annotator = ? AND question IS NULL
         AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id)
       UNION ALL SELECT max(created_at) FROM labels WHERE annotator = ? AND question IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id) GROUP BY question)`,
    since,
    annotator,
    annotator,
  )!;
}

/** When a person gave the last answers that count, skips and flags left out, here and not in a file, the newest first. */
export function answerTimes(store: ReadingStore, annotator: string, limit: number): readonly string[] {
  return rows<{ at: string }>(
    store,
    `SELECT created_at AS at FROM labels WHERE annotator = ? AND origin <> 'import'
       AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id)
     GROUP BY created_at ORDER BY max(${inOrder}) DESC LIMIT ?`,
    annotator,
    limit,
  ).map(({ at }) => at);
}

function parsedInOrder(found: AnswerRow): Answer & InOrder {
  return { ...parsed(found), orderedAt: found.orderedAt };
}

function parsed({ orderedAt: _, ...found }: AnswerRow): Answer {
  const { again, much, verdict, models } = found;
  return { ...found, again: again === 1, much: much === 1, verdict: verdict === 1, models: modelsOf(models) };
}
