import type { DriftReport } from '../contract/drift.ts';
import { type ReadingStore, rows, statement, type WritingStore } from './connection.ts';
import { keptJson, keptSchemas } from './kept-json.ts';

/** Keeps how an import compares with what a model learned from, in the place of an earlier report. */
export function keepDrift(store: WritingStore, modelId: number, report: DriftReport): void {
  statement(
    store,
    `INSERT INTO drifts (model_id, import_id, report) VALUES (?, ?, ?)
     ON CONFLICT (model_id, import_id) DO UPDATE SET report = excluded.report`,
  ).run(modelId, report.import, JSON.stringify(report));
}

/** What is kept of a model, by the number of the import. */
export function driftsOf(store: ReadingStore, modelId: number): ReadonlyMap<number, DriftReport> {
  const found = rows<{ report: string }>(store, 'SELECT report FROM drifts WHERE model_id = ?', modelId);
  return new Map(reportsIn(found).map((report) => [report.import, report]));
}

/** What is kept of a model and the imports that brought the comments of a post. */
export function driftsOfPost(store: ReadingStore, modelId: number, postId: number): readonly DriftReport[] {
  const found = rows<{ report: string }>(
    store,
    // By the imports, of which few are here: a thread may have hundreds of thousands of comments.
    `SELECT report FROM drifts WHERE model_id = ? AND EXISTS (
       SELECT 1 FROM comments INDEXED BY comments_by_import WHERE comments.import_id = drifts.import_id AND post_id = ?)
     ORDER BY import_id`,
    modelId,
    postId,
  );
  return reportsIn(found);
}

/** One that can't be read is as if it were not there: it is made anew. */
const reportsIn = (found: readonly { readonly report: string }[]): readonly DriftReport[] =>
  found
    .map(({ report }) => keptJson(keptSchemas.drift, report, null) as DriftReport | null)
    .filter((report) => report !== null);
