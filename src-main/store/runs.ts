import type { CurvePoint } from '../contract/engine.ts';
import { TiebreakError } from '../contract/errors.ts';
import type { Run, RunStatus, TrainingKind } from '../contract/records.ts';
import { now, row, rows, type Store, statement } from './connection.ts';

const columns = `id, kind, status, config, base, model_id AS modelId, started_at AS startedAt, ended_at AS endedAt,
  step, steps, error`;

type RunRow = Omit<Run, 'config'> & { readonly config: string };

export type NewRun = {
  readonly kind: TrainingKind;
  readonly config: Readonly<Record<string, unknown>>;
  /** Name of the model it starts from. */
  readonly base: string | null;
  readonly steps?: number | null;
};

/** Notes that a training has begun in this process. */
export function addRun(store: Store, run: NewRun): Run {
  const made = statement(
    store,
    `INSERT INTO runs (kind, status, config, base, started_at, steps, pid) VALUES (?, 'running', ?, ?, ?, ?, ?)`,
  ).run(run.kind, JSON.stringify(run.config), run.base, now(), run.steps ?? null, process.pid);
  return runById(store, Number(made.lastInsertRowid));
}

/** Notes how far a run has come. */
export function setRunStep(store: Store, id: number, step: number, steps: number | null): void {
  statement(store, 'UPDATE runs SET step = ?, steps = coalesce(?, steps) WHERE id = ?').run(step, steps, id);
}

/** Notes that a run which had ended goes on in this process. */
export function resumeRun(store: Store, id: number): Run {
  statement(
    store,
    `UPDATE runs SET status = 'running', ended_at = NULL, error = NULL, pid = ? WHERE id = ? AND status <> 'done'`,
  ).run(process.pid, id);
  return runById(store, id);
}

/** Notes how a run ended. */
export function endRun(
  store: Store,
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
export function interruptDeadRuns(store: Store, isAlive: (pid: number) => boolean = processIsAlive): readonly Run[] {
  const running = rows<{ id: number; pid: number | null }>(store, `SELECT id, pid FROM runs WHERE status = 'running'`);
  return running
    .filter((run) => run.pid === null || run.pid === process.pid || !isAlive(run.pid))
    .map((run) => endRun(store, run.id, { status: 'interrupted', error: 'The program ended before the run did.' }));
}

/** The run with this number; says so where there is none. */
export function runById(store: Store, id: number): Run {
  const found = row<RunRow>(store, `SELECT ${columns} FROM runs WHERE id = ?`, id);
  if (!found) throw new TiebreakError('not-found', `There is no run ${id}.`);
  return parsed(found);
}

/** All runs, the newest first. */
export function listRuns(store: Store): readonly Run[] {
  return rows<RunRow>(store, `SELECT ${columns} FROM runs ORDER BY id DESC`).map(parsed);
}

/** Adds a point to a run's curve. A resumed run writes its points again over those it had. */
export function addCurvePoint(store: Store, runId: number, point: CurvePoint): void {
  statement(store, 'INSERT OR REPLACE INTO run_points (run_id, step, point) VALUES (?, ?, ?)').run(
    runId,
    point.step,
    JSON.stringify(point),
  );
}

/** The curve of a run, in the order of its steps. */
export function curveOfRun(store: Store, runId: number): readonly CurvePoint[] {
  const sql = 'SELECT point FROM run_points WHERE run_id = ? ORDER BY step';
  return rows<{ point: string }>(store, sql, runId).map((entry) => JSON.parse(entry.point) as CurvePoint);
}

function parsed(run: RunRow): Run {
  return { ...run, config: JSON.parse(run.config) as Record<string, unknown> };
}

function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
