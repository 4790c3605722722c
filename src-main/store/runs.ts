import { mostKept, thinnedCurve } from '../common/long-curves.ts';
import type { CurvePoint, SamplePair } from '../contract/engine.ts';
import { TiebreakError } from '../contract/errors.ts';
import type { MoreAnswers } from '../contract/evaluation.ts';
import type { Run, RunStatus, TrainingKind } from '../contract/records.ts';
import type { TrainReport } from '../contract/reports.ts';
import type { RunLine } from '../contract/views.ts';
import { lives } from '../disk/lives.ts';
import { inTransaction, now, type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';
import { jsonField, keptJson, keptSchemas } from './kept-json.ts';
import { soFarNow } from './so-far.ts';

const columns = `runs.id, runs.kind, runs.status, runs.config, runs.base, runs.model_id AS modelId,
  runs.started_at AS startedAt, runs.ended_at AS endedAt, runs.step, runs.steps, runs.error`;

type RunRow = Omit<Run, 'config'> & { readonly config: string };
type LineRow = Omit<RunLine, 'config' | 'report' | 'paused' | 'baseGone'> & {
  readonly config: string;
  readonly report: string | null;
  readonly paused: number;
  readonly baseGone: number;
};

export type NewRun = {
  readonly kind: TrainingKind;
  readonly config: Readonly<Record<string, unknown>>;
  /** Name of the model it starts from. */
  readonly base: string | null;
  readonly steps?: number | null;
};

/** Notes that a training has begun in this process. */
export function addRun(store: WritingStore, run: NewRun): Run {
  const made = statement(
    store,
    `INSERT INTO runs (kind, status, config, base, started_at, steps, pid, last_label, last_import)
     VALUES (?, 'running', ?, ?, ?, ?, ?, ${soFarNow})`,
  ).run(run.kind, JSON.stringify(run.config), run.base, now(), run.steps ?? null, process.pid);
  return runById(store, Number(made.lastInsertRowid));
}

/** Notes how far a run has come. */
export function setRunStep(store: WritingStore, id: number, step: number, steps: number | null): void {
  statement(store, 'UPDATE runs SET step = ?, steps = coalesce(?, steps) WHERE id = ?').run(step, steps, id);
}

/** Notes that a run which had ended goes on in this process. */
export function resumeRun(store: WritingStore, id: number): Run {
  statement(
    store,
    `UPDATE runs SET status = 'running', ended_at = NULL, error = NULL, paused = 0, pid = ? WHERE id = ? AND status <> 'done'`,
  ).run(process.pid, id);
  return runById(store, id);
}

/** Notes that a running training is asked to pause: how it ends then says so. */
export function setPaused(store: WritingStore, id: number): void {
  statement(store, `UPDATE runs SET paused = 1 WHERE id = ? AND status = 'running'`).run(id);
}

/** Whether a run was asked to pause. */
export function isPausing(store: ReadingStore, id: number): boolean {
  return row<{ paused: number }>(store, 'SELECT paused FROM runs WHERE id = ?', id)?.paused === 1;
}

/** The runs that are parts of a training for the best, the newest first, with what they came to. */
export function runsOfBest(
  store: ReadingStore,
  best: number,
): readonly (Run & { readonly report: TrainReport | null })[] {
  const found = rows<RunRow & { readonly report: string | null }>(
    store,
    `SELECT ${columns}, runs.report FROM runs WHERE ${jsonField('runs.config', 'best')} = ? AND runs.deleted_at IS NULL ORDER BY runs.id DESC`,
    best,
  );
  return found.map(({ report, ...run }) => ({
    ...run,
    config: keptJson(keptSchemas.config, run.config, {}),
    report: reportIn(report),
  }));
}

/** What a training came to; null where it has not. */
export function reportOfRun(store: ReadingStore, id: number): TrainReport | null {
  const report = row<{ report: string | null }>(store, 'SELECT report FROM runs WHERE id = ?', id)?.report;
  return reportIn(report ?? null);
}

/** What more answers would bring by the last training that measured it, and when that began; null where none did. */
export function lastMoreAnswers(
  store: ReadingStore,
): { readonly more: MoreAnswers & { readonly trainedAt: string }; readonly run: number } | null {
  const found = row<{ run: number; more: string; startedAt: string }>(
    store,
    `SELECT id AS run, report ->> '$.more' AS more, started_at AS startedAt FROM runs
     WHERE status = 'done' AND ${jsonField('config', 'method')} = 'quick' AND ${jsonField('report', '$.more')} IS NOT NULL
     ORDER BY id DESC LIMIT 1`,
  );
  const more = keptJson(keptSchemas.more, found?.more ?? null, null) as MoreAnswers | null;
  return found && more ? { run: found.run, more: { ...more, trainedAt: found.startedAt } } : null;
}

/** Keeps what a training came to. */
export function setReport(store: WritingStore, id: number, report: TrainReport): void {
  statement(store, 'UPDATE runs SET report = ? WHERE id = ?').run(JSON.stringify(report), id);
}

/** Changes what a person says of a run. */
export function changeRun(
  store: WritingStore,
  id: number,
  changed: { readonly name?: string | undefined; readonly notes?: string | undefined },
): void {
  statement(store, 'UPDATE runs SET name = coalesce(?, name), notes = coalesce(?, notes) WHERE id = ?').run(
    changed.name ?? null,
    changed.notes ?? null,
    id,
  );
}

/** Removes a run for good. Its model stays. */
export function removeRun(store: WritingStore, id: number): void {
  inTransaction(store, () => {
    statement(store, 'UPDATE models SET run_id = NULL WHERE run_id = ?').run(id);
    statement(store, 'DELETE FROM run_points WHERE run_id = ?').run(id);
    statement(store, 'DELETE FROM run_samples WHERE run_id = ?').run(id);
    statement(store, 'DELETE FROM runs WHERE id = ?').run(id);
  });
}

/** Notes how a run ended. */
export function endRun(
  store: WritingStore,
  id: number,
  end: {
    readonly status: Exclude<RunStatus, 'running'>;
    readonly modelId?: number | null;
    readonly error?: string | null;
  },
): Run {
  statement(store, 'UPDATE runs SET status = ?, ended_at = ?, model_id = ?, error = ?, pid = NULL WHERE id = ?').run(
    end.status,
    now(),
    end.modelId ?? null,
    end.error ?? null,
    id,
  );
  return runById(store, id);
}

/**
 * Marks the runs that a process which is gone left 'running' as 'interrupted', and gives them back. Call it once when
 * the application starts: a run that carries this process's own number then stems from an earlier process.
 */
export function interruptDeadRuns(store: WritingStore, isAlive: (pid: number) => boolean = lives): readonly Run[] {
  const running = rows<{ id: number; pid: number | null }>(store, `SELECT id, pid FROM runs WHERE status = 'running'`);
  return running
    .filter((run) => run.pid === null || run.pid === process.pid || !isAlive(run.pid))
    .map((run) => endRun(store, run.id, { status: 'interrupted', error: 'The program ended before the run did.' }));
}

/** The run with this number; says so where there is none. */
export function runById(store: ReadingStore, id: number): Run {
  const found = row<RunRow>(store, `SELECT ${columns} FROM runs WHERE id = ?`, id);
  if (!found) throw noRun(id);
  return parsed(found);
}

/** What the last trainings of a way were forecast to take on a device, and what they took: the newest first. */
export function forecastsKept(
  store: ReadingStore,
  method: string,
  device: string,
  limit: number,
): readonly Record<'forecast' | 'forecastSteps' | 'seconds' | 'steps', number>[] {
  const [config, report] = [(name: string) => jsonField('config', name), (name: string) => jsonField('report', name)];
  return rows(
    store,
    `SELECT ${config('forecast')} AS forecast, ${config('forecastSteps')} AS forecastSteps, ${report('seconds')} AS seconds,
       ${report('steps')} AS steps FROM runs
     WHERE status = 'done' AND ${config('method')} = ? AND ${report('device')} = ? AND ${config('forecast')} IS NOT NULL
     ORDER BY id DESC LIMIT ?`,
    method,
    device,
    limit,
  );
}

/** All runs that are not deleted, the newest first. */
export function listRuns(store: ReadingStore): readonly Run[] {
  return rows<RunRow>(store, `SELECT ${columns} FROM runs WHERE deleted_at IS NULL ORDER BY id DESC`).map(parsed);
}

const lines = `SELECT ${columns}, coalesce(runs.name, ${jsonField('runs.config', 'model')}, runs.kind || '-' || runs.id) AS name, notes,
  runs.deleted_at AS deletedAt, models.name AS modelName, runs.paused AND runs.status = 'interrupted' AS paused, report,
  runs.base IS NOT NULL AND NOT EXISTS (SELECT 1 FROM models AS b WHERE b.name = runs.base AND b.deleted_at IS NULL) AS baseGone
  FROM runs LEFT JOIN models ON models.id = runs.model_id`;

/** All runs as a view shows them, the newest first, deleted ones included. */
export function listRunLines(store: ReadingStore): readonly RunLine[] {
  return rows<LineRow>(store, `${lines} ORDER BY runs.id DESC`).map(parsedLine);
}

/** One run as a view shows it; says so where there is none. */
export function runLine(store: ReadingStore, id: number): RunLine {
  const found = findRunLine(store, id);
  if (!found) throw noRun(id);
  return found;
}

/** The same, or null. */
export function findRunLine(store: ReadingStore, id: number): RunLine | null {
  const found = row<LineRow>(store, `${lines} WHERE runs.id = ?`, id);
  return found ? parsedLine(found) : null;
}

/** How often, in steps, a growing curve is looked at whether it has become long. */
const thinnedEvery = 500;

/** Adds a point to a run's curve, which is thinned as it grows. A resumed run writes its points again: those it had from there on go. */
export function addCurvePoint(store: WritingStore, runId: number, point: CurvePoint): void {
  inTransaction(store, () => {
    statement(store, 'DELETE FROM run_points WHERE run_id = ? AND step >= ?').run(runId, point.step);
    writePoint(store, runId, point);
    if (point.step % thinnedEvery === 0 && pointsOfRun(store, runId) > mostKept) thinCurve(store, runId);
  });
}

const pointsOfRun = (store: ReadingStore, runId: number): number =>
  row<{ count: number }>(store, 'SELECT count(*) AS count FROM run_points WHERE run_id = ?', runId)?.count ?? 0;

/** Runs whose curves have so many points that some may be joined, and that do not go on at the moment. */
export function runsWithLongCurves(store: ReadingStore): readonly number[] {
  const ended = rows<{ id: number }>(store, "SELECT id FROM runs WHERE status <> 'running' AND step > ?", mostKept);
  return ended.map(({ id }) => id).filter((id) => pointsOfRun(store, id) > mostKept);
}

/** Joins older points of a run's curve where it is long. */
export function thinCurve(store: WritingStore, runId: number): void {
  const curve = curveOfRun(store, runId);
  const thinned = thinnedCurve(curve);
  if (thinned === curve) return;
  const [was, stay] = [new Set(curve), new Set(thinned.map(({ step }) => step))];
  inTransaction(store, () => {
    for (const { step } of curve) {
      if (!stay.has(step)) statement(store, 'DELETE FROM run_points WHERE run_id = ? AND step = ?').run(runId, step);
    }
    for (const point of thinned) if (!was.has(point)) writePoint(store, runId, point);
  });
}

function writePoint(store: WritingStore, runId: number, point: CurvePoint): void {
  statement(store, 'INSERT OR REPLACE INTO run_points (run_id, step, point) VALUES (?, ?, ?)').run(
    runId,
    point.step,
    JSON.stringify(point),
  );
}

/** The curve of a run after a step, in the order of its steps. */
export function curveOfRun(store: ReadingStore, runId: number, after = -1): readonly CurvePoint[] {
  const sql = 'SELECT point FROM run_points WHERE run_id = ? AND step > ? ORDER BY step';
  const found = rows<{ point: string }>(store, sql, runId, after);
  return found
    .map(({ point }) => keptJson(keptSchemas.point, point, null) as CurvePoint | null)
    .filter((point) => point !== null);
}

/** Keeps what a run's sample pairs got at a step. A resumed run writes over what it had. */
export function addSamples(store: WritingStore, runId: number, step: number, samples: readonly SamplePair[]): void {
  statement(store, 'INSERT OR REPLACE INTO run_samples (run_id, step, samples) VALUES (?, ?, ?)').run(
    runId,
    step,
    JSON.stringify(samples),
  );
}

/** The sample pairs of a run at every look at validation, in the order of its steps. */
export function samplesOfRun(
  store: ReadingStore,
  runId: number,
): readonly { readonly step: number; readonly samples: readonly SamplePair[] }[] {
  const sql = 'SELECT step, samples FROM run_samples WHERE run_id = ? ORDER BY step';
  return rows<{ step: number; samples: string }>(store, sql, runId).map(({ step, samples }) => ({
    step,
    samples: keptJson(keptSchemas.samples, samples, []) as SamplePair[],
  }));
}

function parsed(run: RunRow): Run {
  return { ...run, ...configOf(run) };
}

function parsedLine(line: LineRow): RunLine {
  return {
    ...line,
    ...configOf(line),
    paused: line.paused === 1,
    baseGone: line.baseGone === 1,
    report: reportIn(line.report),
  };
}

/** What a run was made with. Where that can't be read, it says so itself, and every other run is as it was. */
function configOf({ config: text, error }: Pick<RunRow, 'config' | 'error'>): Pick<Run, 'config' | 'error'> {
  const config = keptJson(keptSchemas.config, text, null);
  if (config) return { config, error };
  const unreadable =
    'What this run was trained with can not be read: its entry in the database is damaged. Its model and all other runs are as they were.';
  return { config: {}, error: error === null ? unreadable : `${error} ${unreadable}` };
}

const reportIn = (text: string | null): TrainReport | null =>
  keptJson(keptSchemas.trainReport, text, null) as TrainReport | null;

function noRun(id: number): TiebreakError {
  return new TiebreakError('not-found', `There is no run ${id}.`);
}
