import { type ReadingStore, row } from './connection.ts';

/** How far the store had come at some moment: the numbers of the last answer that was given here, and of the last import. A clock that is set changes neither. */
export type SoFar = { readonly lastLabel: number; readonly lastImport: number };

/** What these columns get where a row is added. */
export const soFarNow = `coalesce((SELECT id FROM labels WHERE import_id IS NULL ORDER BY id DESC LIMIT 1), 0),
  coalesce((SELECT max(id) FROM imports), 0)`;

/** How far it was when a run began, or a model came from elsewhere. */
export function soFarOf(store: ReadingStore, table: 'runs' | 'models', id: number): SoFar {
  return row<SoFar>(store, `SELECT last_label AS lastLabel, last_import AS lastImport FROM ${table} WHERE id = ?`, id)!;
}

/** How many answers of anybody but skips and flags came in since, and how many count at all. What a file brought came with its import. */
export function countAnswersSince(
  store: ReadingStore,
  { lastLabel, lastImport }: SoFar,
): { readonly since: number; readonly all: number } {
  return row(
    store,
    `SELECT (SELECT count(*) FROM labels WHERE id > ? AND import_id IS NULL
         AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id))
       + (SELECT coalesce(sum(labels), 0) FROM imports WHERE id > ? AND undone_at IS NULL) AS since,
       (SELECT count(*) FROM labels) - (SELECT count(*) FROM revocations) AS "all"`,
    lastLabel,
    lastImport,
  )!;
}
