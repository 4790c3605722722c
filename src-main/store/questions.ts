import { randomUUID } from 'node:crypto';
import type { ListAnswer } from '../contract/records.ts';
import type { InOrder } from '../contract/views.ts';
import { inOrder, orderedAt } from './answer-order.ts';
import { addAnswer } from './answers.ts';
import { inTransaction, now, type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';
import { keptJson, keptSchemas } from './kept-json.ts';
import { revokeLabel } from './labels.ts';

/** The table of questions about several comments at once, as they were shown and answered. */

type QuestionRow = Omit<ListAnswer, 'shown' | 'pressed'> & { readonly shown: string; readonly pressed: string };

const columns = `key, post_id AS postId, kind, shown, pressed, annotator, created_at AS createdAt, duration_ms AS durationMs,
  chosen_by AS chosenBy, chance, revoked_at AS revokedAt`;

/** A pair that follows from the answer. */
type Told = Pick<Parameters<typeof addAnswer>[1], 'leftId' | 'rightId' | 'choice' | 'again'>;

/** Keeps an answer with the pairs that follow from it, all or nothing. One whose key is there is not kept again. */
export function addListAnswer(
  store: WritingStore,
  given: Omit<ListAnswer, 'revokedAt'>,
  pairs: readonly Told[],
): ListAnswer {
  return inTransaction(store, () => {
    const known = listAnswer(store, given.key);
    if (known) return known;
    const { key, postId, kind, shown, pressed, annotator, createdAt, durationMs, chosenBy, chance } = given;
    statement(
      store,
      `INSERT INTO questions (key, post_id, kind, shown, pressed, annotator, created_at, duration_ms, chosen_by, chance,
         ordered_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      key,
      postId,
      kind,
      JSON.stringify(shown),
      JSON.stringify(pressed),
      annotator,
      createdAt,
      durationMs,
      chosenBy,
      chance,
      orderedAt(store, annotator, createdAt),
    );
    const shared = { postId, annotator, createdAt, chosenBy, chance, origin: 'compare', question: key } as const;
    for (const pair of pairs) addAnswer(store, { ...shared, ...pair, key: randomUUID() });
    return listAnswer(store, key)!;
  });
}

/** The answer with this key, if there is one. */
export function listAnswer(store: ReadingStore, key: string): ListAnswer | undefined {
  const found = row<QuestionRow>(store, `SELECT ${columns} FROM questions WHERE key = ?`, key);
  return found && parsed(found);
}

/** Takes an answer back with all its pairs. Twice changes nothing. */
export function revokeListAnswer(store: WritingStore, key: string, revokedAt: string = now()): void {
  inTransaction(store, () => {
    statement(store, 'UPDATE questions SET revoked_at = ? WHERE key = ? AND revoked_at IS NULL').run(revokedAt, key);
    const labels = rows<{ id: number }>(store, 'SELECT id FROM labels WHERE question = ?', key);
    for (const { id } of labels) revokeLabel(store, id, revokedAt);
  });
}

/** A person's answers that count, and skips, the newest first, from before this place on. */
export function recentListAnswers(
  store: ReadingStore,
  annotator: string,
  limit: number,
  before: string | undefined,
): readonly (ListAnswer & InOrder)[] {
  const sql = `SELECT ${columns}, ${inOrder} AS orderedAt FROM questions
    WHERE annotator = ? AND revoked_at IS NULL AND ${inOrder} < ? ORDER BY ${inOrder} DESC LIMIT ?`;
  // ~ sorts after every time.
  return rows<QuestionRow & InOrder>(store, sql, annotator, before ?? '~', limit).map((found) => ({
    ...parsed(found),
    orderedAt: found.orderedAt,
  }));
}

/** Numbers of posts of which a person skipped a question about several comments. */
export function skippedLists(store: ReadingStore, annotator: string): ReadonlySet<number> {
  const sql = `SELECT post_id AS id FROM questions WHERE annotator = ? AND pressed = '[]' AND revoked_at IS NULL`;
  return new Set(rows<{ id: number }>(store, sql, annotator).map(({ id }) => id));
}

function parsed({ shown, pressed, ...rest }: QuestionRow): ListAnswer {
  return { ...rest, shown: keptJson(keptSchemas.ids, shown, []), pressed: keptJson(keptSchemas.places, pressed, []) };
}
