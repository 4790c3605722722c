import type { EvaluationReport } from '../contract/evaluation.ts';
import type { Split } from '../contract/records.ts';
import { now, type ReadingStore, row, statement, type WritingStore } from './connection.ts';
import { keptJson, keptSchemas } from './kept-json.ts';

/** Keeps the evaluation of a model on a split, in the place of an earlier one. */
export function keepEvaluation(store: WritingStore, modelId: number, split: Split, report: EvaluationReport): void {
  statement(
    store,
    `INSERT INTO evaluations (model_id, split, created_at, report) VALUES (?, ?, ?, ?)
     ON CONFLICT (model_id, split) DO UPDATE SET created_at = excluded.created_at, report = excluded.report`,
  ).run(modelId, split, now(), JSON.stringify(report));
}

/** The last evaluation of a model on a split, or null: one that can't be read can be made anew. */
export function evaluationOf(store: ReadingStore, modelId: number, split: Split): EvaluationReport | null {
  const sql = 'SELECT report FROM evaluations WHERE model_id = ? AND split = ?';
  const found = row<{ report: string }>(store, sql, modelId, split);
  return keptJson(keptSchemas.evaluation, found?.report ?? null, null, nullAsNaN) as EvaluationReport | null;
}

/** A figure with nothing to measure is NaN, which JSON wrote as null. Nothing else in a report is null. */
const nullAsNaN = (_: string, value: unknown): unknown => (value === null ? Number.NaN : value);
