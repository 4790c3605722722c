import type { z } from 'zod';
import { type ReadingStore, statement } from './connection.ts';
import { isReadable, keptSchemas as schemas } from './kept-json.ts';

type Column = { readonly table: string; readonly column: string; readonly key: string; readonly schema: z.ZodType };

/** All columns that hold JSON: what a row is called by, and what must stand in it. */
const columns: readonly Column[] = [
  { table: 'settings', column: 'value', key: 'name', schema: schemas.anything },
  { table: 'runs', column: 'config', key: 'id', schema: schemas.config },
  { table: 'runs', column: 'report', key: 'id', schema: schemas.trainReport },
  { table: 'run_points', column: 'point', key: "run_id || ', step ' || step", schema: schemas.point },
  { table: 'run_samples', column: 'samples', key: "run_id || ', step ' || step", schema: schemas.samples },
  { table: 'models', column: 'metrics', key: 'name', schema: schemas.metrics },
  { table: 'models', column: 'scale', key: 'name', schema: schemas.scale },
  { table: 'evaluations', column: 'report', key: "model_id || ', ' || split", schema: schemas.evaluation },
  { table: 'context_comparisons', column: 'call', key: 'id', schema: schemas.config },
  { table: 'context_comparisons', column: 'report', key: 'id', schema: schemas.contextReport },
  { table: 'drifts', column: 'report', key: "model_id || ', import ' || import_id", schema: schemas.drift },
  { table: 'report_pages', column: 'runs', key: 'id', schema: schemas.ids },
  { table: 'report_pages', column: 'metrics', key: 'id', schema: schemas.names },
  { table: 'questions', column: 'shown', key: 'id', schema: schemas.ids },
  { table: 'questions', column: 'pressed', key: 'id', schema: schemas.places },
  { table: 'labels', column: 'models', key: 'id', schema: schemas.modelNames },
];

const mostTold = 20;

/** Where a row holds what can't be read, in a sentence each: only there, something is missing. */
export function unreadableRows(store: ReadingStore): readonly string[] {
  const found: string[] = [];
  for (const { table, column, key, schema } of columns) {
    const sql = `SELECT ${key} AS key, ${column} AS text FROM ${table} WHERE ${column} IS NOT NULL`;
    const all = statement(store, sql).iterate() as Iterable<{ key: string | number; text: string }>;
    for (const { key: name, text } of all) {
      if (found.length >= mostTold) break;
      if (!isReadable(schema, text)) found.push(`${table} ${name}: what stands under ${column} can not be read`);
    }
  }
  return found;
}
