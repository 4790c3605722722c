import { choiceOf, type Outcome, outcomeOf } from '../common/outcomes.ts';
import type { Answer, Preference, Split } from '../contract/records.ts';
import { orderedAt } from './answer-order.ts';
import { type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';
import { keptJson, keptSchemas } from './kept-json.ts';

/** The tables of labels and of their revocations: answers that say which comment is better, or that neither is. */

const columns = `labels.id, labels.key, labels.post_id AS postId, left_id AS leftId, right_id AS rightId, outcome,
  annotator, origin, labels.created_at AS createdAt, duration_ms AS durationMs, revoked_at AS revokedAt, both_bad AS bothBad, labels.note,
  labels.again, models, margin, chosen_by AS chosenBy, chance, much, question, verdict`;
const source = 'labels LEFT JOIN revocations ON label_id = labels.id';
const pageSize = 512;

type LabelRow = Omit<Answer, 'choice' | 'again' | 'models' | 'much' | 'verdict'> & {
  readonly models: string | null;
} & Pick<Outcome, 'outcome'> &
  Record<'bothBad' | 'again' | 'much' | 'verdict', number>;

/** A label on its way into its table. */
export type NewLabel = Omit<Answer<Preference>, 'id' | 'revokedAt'> & {
  /** The import it came with. */
  readonly importId: number | null;
};

/** Adds a label whose key is new. */
export function insertLabel(store: WritingStore, label: NewLabel): void {
  const { outcome, bothBad } = outcomeOf(label.choice);
  statement(
    store,
    `INSERT INTO labels (key, post_id, left_id, right_id, outcome, annotator, origin, created_at, duration_ms,
       both_bad, import_id, note, again, models, margin, chosen_by, chance, much, question, verdict, ordered_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    label.key,
    label.postId,
    label.leftId,
    label.rightId,
    outcome,
    label.annotator,
    label.origin,
    label.createdAt,
    label.durationMs,
    bothBad ? 1 : 0,
    label.importId,
    label.note,
    label.again ? 1 : 0,
    label.models && JSON.stringify(label.models),
    label.margin,
    label.chosenBy,
    label.chance,
    label.much ? 1 : 0,
    label.question,
    label.verdict ? 1 : 0,
    label.importId === null && label.origin !== 'import' ? orderedAt(store, label.annotator, label.createdAt) : null,
  );
}

/** Takes a label back: it stays in the table and no longer counts. Of several times, as files bring them, the first one stands. */
export function revokeLabel(store: WritingStore, id: number, revokedAt: string): void {
  statement(
    store,
    'INSERT INTO revocations (label_id, revoked_at) VALUES (?, ?) ON CONFLICT (label_id) DO UPDATE SET revoked_at = excluded.revoked_at WHERE excluded.revoked_at < revoked_at',
  ).run(id, revokedAt);
}

/** Notes that whoever gave an answer looked at it again and left it as it is. */
export function confirmLabel(store: WritingStore, id: number, confirmedAt: string): void {
  statement(store, 'INSERT INTO second_looks (label_id, looked_at) VALUES (?, ?) ON CONFLICT DO NOTHING').run(
    id,
    confirmedAt,
  );
}

/** Numbers of the posts that a person's answers are on, those with the newest answers first. */
export function postsAnsweredBy(store: ReadingStore, annotator: string, limit: number): readonly number[] {
  const sql = `SELECT labels.post_id AS id FROM ${source} WHERE annotator = ? AND revoked_at IS NULL
    GROUP BY labels.post_id ORDER BY max(labels.id) DESC LIMIT ?`;
  return rows<{ id: number }>(store, sql, annotator, limit).map(({ id }) => id);
}

/** Numbers of the answers on a post that were looked at again, and stayed. */
export function confirmedOfPost(store: ReadingStore, postId: number): ReadonlySet<number> {
  const sql = 'SELECT label_id AS id FROM second_looks JOIN labels ON labels.id = label_id WHERE labels.post_id = ?';
  return new Set(rows<{ id: number }>(store, sql, postId).map(({ id }) => id));
}

/** The label with this key, if there is one. */
export function labelByKey(store: ReadingStore, key: string): Answer<Preference> | undefined {
  const found = row<LabelRow>(store, `SELECT ${columns} FROM ${source} WHERE labels.key = ?`, key);
  return found && answerOf(found);
}

/** The import that brought the label with this key; null where none did, undefined where there is no such label. */
export function importOfLabel(store: ReadingStore, key: string): number | null | undefined {
  return row<{ id: number | null }>(store, 'SELECT import_id AS id FROM labels WHERE key = ?', key)?.id;
}

/** The answers on pairs of a post that count and say which comment is better, the oldest first. */
export function answersOfPost(store: ReadingStore, postId: number): readonly Answer<Preference>[] {
  const sql = `SELECT ${columns} FROM ${source} WHERE labels.post_id = ? AND revoked_at IS NULL ORDER BY labels.id`;
  return rows<LabelRow>(store, sql, postId).map(answerOf);
}

/** Answers that count and say which comment is better, the newest first, a page at a time. */
export function* newestAnswers(store: ReadingStore): Generator<Answer<Preference>> {
  const sql = `SELECT ${columns} FROM ${source} WHERE labels.id < ? AND revoked_at IS NULL ORDER BY labels.id DESC LIMIT ${pageSize}`;
  let last = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const page = rows<LabelRow>(store, sql, last).map(answerOf);
    yield* page;
    if (page.length < pageSize) return;
    last = page[page.length - 1]!.id;
  }
}

/** The verdicts on pairs of a post that count, the oldest first. */
export function verdictsOfPost(store: ReadingStore, postId: number): readonly Answer<Preference>[] {
  const sql = `SELECT ${columns} FROM ${source} WHERE labels.post_id = ? AND verdict = 1 AND revoked_at IS NULL ORDER BY labels.id`;
  return rows<LabelRow>(store, sql, postId).map(answerOf);
}

/** How many pairs have a verdict that counts. */
export function countVerdictPairs(store: ReadingStore): number {
  const sql = `SELECT count(DISTINCT min(left_id, right_id) || ' ' || max(left_id, right_id)) AS count FROM labels INDEXED BY labels_verdicts
    WHERE verdict = 1 AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id)`;
  return row<{ count: number }>(store, sql)!.count;
}

export type AnswerFilter = {
  readonly split?: Split | undefined;
  /** Revoked ones as well. */
  readonly revoked?: boolean | undefined;
};

/** All answers but skips and flags, the oldest first, a page at a time: the store may be written to in between. */
export function* allAnswers(store: ReadingStore, filter: AnswerFilter = {}): Generator<Answer<Preference>> {
  const sql = `SELECT ${columns} FROM ${source} ${filter.split ? 'JOIN posts ON posts.id = labels.post_id' : ''}
    WHERE labels.id > ? ${filter.split ? 'AND split = ?' : ''} ${filter.revoked ? '' : 'AND revoked_at IS NULL'}
    ORDER BY labels.id LIMIT ${pageSize}`;
  let last = 0;
  for (;;) {
    const page = rows<LabelRow>(store, sql, last, ...(filter.split ? [filter.split] : [])).map(answerOf);
    yield* page;
    if (page.length < pageSize) return;
    last = page[page.length - 1]!.id;
  }
}

function answerOf({ outcome, bothBad, again, models, much, verdict, ...label }: LabelRow): Answer<Preference> {
  return {
    ...label,
    choice: choiceOf({ outcome, bothBad: bothBad === 1 }),
    again: again === 1,
    models: modelsOf(models),
    much: much === 1,
    verdict: verdict === 1,
  };
}

/** The models of an answer as they stand in its table. */
export function modelsOf(models: string | null): Answer['models'] {
  return keptJson(keptSchemas.modelNames, models, null) as Answer['models'];
}
