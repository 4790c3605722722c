import { now, statement, type WritingStore } from './connection.ts';

/** What stays in its table when it is deleted, until it is removed for good. */
const tables = { run: 'runs', model: 'models', report: 'report_pages' } as const;

/** Puts a thing among the deleted ones of its kind, or takes it from there. */
export function setDeleted(store: WritingStore, kind: keyof typeof tables, id: number, deleted: boolean): void {
  statement(store, `UPDATE ${tables[kind]} SET deleted_at = ? WHERE id = ?`).run(deleted ? now() : null, id);
}
