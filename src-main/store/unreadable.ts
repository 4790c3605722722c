import type { z } from 'zod';
import { type ReadingStore, statement, type WritingStore } from './connection.ts';
import { isReadable, keptSchemas as schemas } from './kept-json.ts';

type Column = {
  readonly table: string;
  readonly column: string;
  readonly key: string;
  readonly schema: z.ZodType;
  /** What stands there in a recovered database; without it the row goes, which says nothing else. */
  readonly instead?: string | null;
};

/** All columns that hold JSON: what a row is called by, and what must stand in it. */
const columns: readonly Column[] = [
  { table: 'settings', column: 'value', key: 'name', schema: schemas.anything },
  { table: 'runs', column: 'config', key: 'id', schema: schemas.config, instead: '{}' },
  { table: 'runs', column: 'report', key: 'id', schema: schemas.trainReport, instead: null },
  { table: 'run_points', column: 'point', key: "run_id || ', step ' || step", schema: schemas.point },
  { table: 'run_samples', column: 'samples', key: "run_id || ', step ' || step", schema: schemas.samples },
  { table: 'models', column: 'metrics', key: 'name', schema: schemas.metrics, instead: '{}' },
  { table: 'models', column: 'scale', key: 'name', schema: schemas.scale, instead: null },
  { table: 'evaluations', column: 'report', key: "model_id || ', ' || split", schema: schemas.evaluation },
  { table: 'context_comparisons', column: 'call', key: 'id', schema: schemas.config, instead: '{}' },
  { table: 'context_comparisons', column: 'report', key: 'id', schema: schemas.contextReport, instead: null },
  { table: 'drifts', column: 'report', key: "model_id || ', import ' || import_id", schema: schemas.drift },
  { table: 'report_pages', column: 'runs', key: 'id', schema: schemas.ids, instead: '[]' },
  { table: 'report_pages', column: 'metrics', key: 'id', schema: schemas.names, instead: null },
  { table: 'questions', column: 'shown', key: 'id', schema: schemas.ids, instead: '[]' },
  { table: 'questions', column: 'pressed', key: 'id', schema: schemas.places, instead: '[]' },
  { table: 'labels', column: 'models', key: 'id', schema: schemas.modelNames, instead: null },
];

const mostTold = 20;

/** Where a row holds what can't be read, in a sentence each: only there, something is missing. */
export function unreadableRows(store: ReadingStore): readonly string[] {
  const found: string[] = [];
  for (const { table, column, key } of unreadable(store)) {
    if (found.push(`${table} ${key}: what stands under ${column} can not be read`) >= mostTold) break;
  }
  return found;
}

/** Takes out what can't be read, for a database in which nothing refuses that. */
export function removeUnreadable(store: WritingStore): void {
  for (const { table, column, key, by, instead } of [...unreadable(store)]) {
    if (instead === undefined) statement(store, `DELETE FROM ${table} WHERE ${by} = ?`).run(key);
    else statement(store, `UPDATE ${table} SET ${column} = ? WHERE ${by} = ?`).run(instead, key);
  }
}

function* unreadable(store: ReadingStore) {
  for (const { table, column, key: by, schema, instead } of columns) {
    const sql = `SELECT ${by} AS key, ${column} AS text FROM ${table} WHERE ${column} IS NOT NULL`;
    const all = statement(store, sql).iterate() as Iterable<{ key: string | number; text: string }>;
    for (const { key, text } of all) if (!isReadable(schema, text)) yield { table, column, by, key, instead };
  }
}
