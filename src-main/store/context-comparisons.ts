import type { ComparedRun, ContextComparison, ContextReport, ContextVariant } from '../contract/context-comparison.ts';
import type { TrainingMethod } from '../contract/engine.ts';
import { TiebreakError } from '../contract/errors.ts';
import { now, type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';
import { jsonField, keptJson, keptSchemas } from './kept-json.ts';

/** A comparison with what it was asked to do, as it was asked. */
export type KeptComparison = ContextComparison & { readonly call: Readonly<Record<string, unknown>> };

type ComparisonRow = {
  readonly id: number;
  readonly createdAt: string;
  readonly call: string;
  readonly report: string | null;
} & {
  readonly [K in `${ContextVariant}${'Run' | 'Name' | 'Done'}`]: K extends `${string}Name`
    ? string | null
    : number | null;
};

/** The name a run has, or that of its model to be. */
const nameOf = (table: string): string =>
  `coalesce(${table}.name, ${jsonField(`${table}.config`, 'model')}, ${table}.kind || '-' || ${table}.id)`;
// One that lost a run to deletion is not shown; with the run it comes back.
const selected = `SELECT c.id, c.created_at AS createdAt, c.call, c.report,
    w.id AS withRun, ${nameOf('w')} AS withName, w.status = 'done' AS withDone,
    o.id AS withoutRun, ${nameOf('o')} AS withoutName, o.status = 'done' AS withoutDone
  FROM context_comparisons AS c LEFT JOIN runs AS w ON w.id = c.with_run LEFT JOIN runs AS o ON o.id = c.without_run
  WHERE w.deleted_at IS NULL AND o.deleted_at IS NULL`;

/** Notes that a comparison has begun, and gives its number. */
export function addComparison(store: WritingStore, call: KeptComparison['call']): number {
  const made = statement(store, 'INSERT INTO context_comparisons (created_at, call) VALUES (?, ?)').run(
    now(),
    JSON.stringify(call),
  );
  return Number(made.lastInsertRowid);
}

/** Notes which run trains a variant. */
export function setComparedRun(store: WritingStore, id: number, variant: ContextVariant, run: number): void {
  const column = variant === 'with' ? 'with_run' : 'without_run';
  statement(store, `UPDATE context_comparisons SET ${column} = ? WHERE id = ?`).run(run, id);
}

/** Keeps what a comparison came to. */
export function setContextReport(store: WritingStore, id: number, report: ContextReport): void {
  statement(store, 'UPDATE context_comparisons SET report = ? WHERE id = ?').run(JSON.stringify(report), id);
}

/** Forgets a comparison for which no training has begun. */
export function forgetEmptyComparison(store: WritingStore, id: number): void {
  statement(store, 'DELETE FROM context_comparisons WHERE id = ? AND with_run IS NULL AND without_run IS NULL').run(id);
}

/** All comparisons whose runs are not deleted, the newest first. */
export function listComparisons(store: ReadingStore): readonly ContextComparison[] {
  return rows<ComparisonRow>(store, `${selected} ORDER BY c.id DESC`).map((found) => {
    const { call: _, ...comparison } = parsed(found);
    return comparison;
  });
}

/** The comparison with this number; says so where there is none. */
export function findComparison(store: ReadingStore, id: number): KeptComparison {
  const found = row<ComparisonRow>(store, `${selected} AND c.id = ?`, id);
  if (!found) throw new TiebreakError('not-found', `There is no comparison ${id} with and without the post.`);
  return parsed(found);
}

/** The comparison that a run is one half of, or null. */
export function comparisonOfRun(store: ReadingStore, run: number): ContextComparison | null {
  const found = row<ComparisonRow>(store, `${selected} AND (c.with_run = ? OR c.without_run = ?)`, run, run);
  return found ? parsed(found) : null;
}

function parsed(found: ComparisonRow): KeptComparison {
  const call: KeptComparison['call'] = keptJson(keptSchemas.config, found.call, {});
  const half = (run: number | null, name: string | null, done: number | null): ComparedRun | null =>
    run === null ? null : { run, name: name ?? '', done: done === 1 };
  return {
    id: found.id,
    createdAt: found.createdAt,
    call,
    method: call.method as TrainingMethod,
    with: half(found.withRun, found.withName, found.withDone),
    without: half(found.withoutRun, found.withoutName, found.withoutDone),
    report: keptJson(keptSchemas.contextReport, found.report, null, nullAsNaN) as ContextReport | null,
  };
}

/** A figure with nothing to measure is NaN, which JSON wrote as null. Nothing else in a report is null. */
const nullAsNaN = (_: string, value: unknown): unknown => (value === null ? Number.NaN : value);
