import type { Answer } from '../contract/records.ts';
import { orderedAt } from './answer-order.ts';
import { statement, type WritingStore } from './connection.ts';

/** The table of marks: skips and flags, which say nothing of which comment is better. */

/** Adds a mark whose key is new. */
export function insertMark(
  store: WritingStore,
  mark: Omit<
    Answer<'skip' | 'flag'>,
    'id' | 'origin' | 'revokedAt' | 'models' | 'margin' | 'chosenBy' | 'chance' | 'much' | 'question'
  >,
): void {
  statement(
    store,
    `INSERT INTO marks (key, post_id, left_id, right_id, kind, annotator, note, created_at, duration_ms, again, ordered_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    mark.key,
    mark.postId,
    mark.leftId,
    mark.rightId,
    mark.choice,
    mark.annotator,
    mark.note,
    mark.createdAt,
    mark.durationMs,
    mark.again ? 1 : 0,
    orderedAt(store, mark.annotator, mark.createdAt),
  );
}

/** Takes a mark back. Twice changes nothing. */
export function revokeMark(store: WritingStore, key: string, revokedAt: string): void {
  statement(store, 'UPDATE marks SET revoked_at = ? WHERE key = ? AND revoked_at IS NULL').run(revokedAt, key);
}
