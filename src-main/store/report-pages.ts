import { TiebreakError } from '../contract/errors.ts';
import type { ReportPage } from '../contract/views.ts';
import { now, type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';
import { keptJson, keptSchemas } from './kept-json.ts';

type PageRow = Omit<ReportPage, 'runs' | 'metrics'> & { readonly runs: string; readonly metrics: string | null };
export type ReportChange = Partial<Pick<ReportPage, 'name' | 'text' | 'runs' | 'metrics'>>;

const columns = `id, name, text, runs, metrics, created_at AS createdAt, changed_at AS changedAt, deleted_at AS deletedAt`;

/** Keeps a new report. */
export function addReportPage(store: WritingStore, { name, runs }: Pick<ReportPage, 'name' | 'runs'>): ReportPage {
  const time = now();
  const made = statement(
    store,
    'INSERT INTO report_pages (name, runs, created_at, changed_at) VALUES (?, ?, ?, ?)',
  ).run(name, JSON.stringify(runs), time, time);
  return reportPage(store, Number(made.lastInsertRowid));
}

/** Changes what is given of a report, and leaves the rest. */
export function changeReportPage(store: WritingStore, id: number, changed: ReportChange): ReportPage {
  const { name, text, runs, metrics } = { ...reportPage(store, id), ...changed };
  statement(
    store,
    'UPDATE report_pages SET name = ?, text = ?, runs = ?, metrics = ?, changed_at = ? WHERE id = ?',
  ).run(name, text, JSON.stringify(runs), metrics && JSON.stringify(metrics), now(), id);
  return reportPage(store, id);
}

/** Removes a report for good. */
export function removeReportPage(store: WritingStore, id: number): void {
  statement(store, 'DELETE FROM report_pages WHERE id = ?').run(id);
}

/** All reports, those changed last first, deleted ones included. */
export function listReportPages(store: ReadingStore): readonly ReportPage[] {
  return rows<PageRow>(store, `SELECT ${columns} FROM report_pages ORDER BY changed_at DESC, id DESC`).map(parsed);
}

/** The report with this number; says so where there is none. */
export function reportPage(store: ReadingStore, id: number): ReportPage {
  const found = row<PageRow>(store, `SELECT ${columns} FROM report_pages WHERE id = ?`, id);
  if (!found) throw new TiebreakError('not-found', `There is no report ${id}.`);
  return parsed(found);
}

const parsed = (page: PageRow): ReportPage => ({
  ...page,
  runs: keptJson(keptSchemas.ids, page.runs, []),
  metrics: keptJson(keptSchemas.names, page.metrics, null),
});
