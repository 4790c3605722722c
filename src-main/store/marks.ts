import type { Label } from '../contract/records.ts';
import { statement, type WritingStore } from './connection.ts';
import { checkSides } from './labels.ts';

/** What a person said of a pair that is no label: not now, or something is wrong with it. */
export type Mark = Pick<Label, 'key' | 'postId' | 'leftId' | 'rightId' | 'annotator' | 'createdAt' | 'durationMs'> & {
  readonly kind: 'skip' | 'flag';
  readonly note: string;
};

/** Adds a mark whose key is new. Throws TiebreakError where the two are not comments of one post. */
export function addMark(store: WritingStore, mark: Mark): void {
  checkSides(store, mark);
  statement(
    store,
    `INSERT INTO marks (key, post_id, left_id, right_id, kind, annotator, note, created_at, duration_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    mark.key,
    mark.postId,
    mark.leftId,
    mark.rightId,
    mark.kind,
    mark.annotator,
    mark.note,
    mark.createdAt,
    mark.durationMs,
  );
}

/** Takes a mark back. Twice changes nothing. */
export function revokeMark(store: WritingStore, key: string, revokedAt: string): void {
  statement(store, 'UPDATE marks SET revoked_at = ? WHERE key = ? AND revoked_at IS NULL').run(revokedAt, key);
}
