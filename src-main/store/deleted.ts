import type { TrashKind } from '../contract/backups.ts';
import { inTransaction, now, type ReadingStore, rows, statement, type WritingStore } from './connection.ts';

/** What stays in its table when it is deleted, until it is removed for good. */
const tables: Readonly<Record<TrashKind, string>> = { run: 'runs', model: 'models', report: 'report_pages' };
const kinds = Object.keys(tables) as TrashKind[];

/** Puts a thing among the deleted ones of its kind, or takes it from there. */
export function setDeleted(store: WritingStore, kind: TrashKind, id: number, deleted: boolean): void {
  const sql = `UPDATE ${tables[kind]} SET deleted_at = ?, trash_days = 0 WHERE id = ?`;
  statement(store, sql).run(deleted ? now() : null, id);
}

/** What is deleted, with the days of use since. */
export type Deleted = {
  readonly kind: TrashKind;
  readonly id: number;
  readonly deletedAt: string;
  readonly days: number;
};

/** All that is deleted, deleted last first. */
export function listDeleted(store: ReadingStore): readonly Deleted[] {
  const selects = kinds.map(
    (kind) =>
      `SELECT '${kind}' AS kind, id, deleted_at AS deletedAt, trash_days AS days FROM ${tables[kind]} WHERE deleted_at IS NOT NULL`,
  );
  return rows<Deleted>(store, `${selects.join(' UNION ALL ')} ORDER BY deletedAt DESC, id DESC`);
}

/** Counts a day of use for all that is deleted. */
export function countDay(store: WritingStore): void {
  inTransaction(store, () => {
    for (const kind of kinds) {
      statement(store, `UPDATE ${tables[kind]} SET trash_days = trash_days + 1 WHERE deleted_at IS NOT NULL`).run();
    }
  });
}
