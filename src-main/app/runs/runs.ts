import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { CurvePoint } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { RunLine, SampleTable } from '../../contract/views.ts';
import { setDeleted } from '../../store/deleted.ts';
import {
  changeRun as change,
  curveOfRun,
  listRunLines,
  runById,
  runLine,
  runsWithLongCurves,
  samplesOfRun,
  thinCurve,
} from '../../store/runs.ts';
import type { House } from '../kernel/house.ts';
import { withLockNow } from '../kernel/lock.ts';

/** How often a curve is looked at, in ms. */
const pause = 100;

/**
 * Thins the curves of runs from before that was done while they grew, one after the other. Ends early when the signal is aborted:
 * call it after opening where no other process trains; before closing, abort it and wait for it.
 */
export async function thinLongCurves(house: House, signal: AbortSignal): Promise<void> {
  for (const id of runsWithLongCurves(house.store)) {
    await turn();
    if (signal.aborted) return;
    withLockNow(house, 'thinning curves', ({ store }) => thinCurve(store, id));
  }
}

/** All runs, deleted ones among them. */
export const runsOf = ({ store }: House): readonly RunLine[] => listRunLines(store);

/** A run's sample pairs with their rewards, at every look at validation. */
export const samplesOf = ({ store }: House, run: number): readonly SampleTable[] => samplesOfRun(store, run);

/** Changes the name or the notes of a run. */
export function changeRun(
  house: House,
  id: number,
  changed: { readonly name?: string | undefined; readonly notes?: string | undefined },
): RunLine {
  runById(house.store, id);
  withLockNow(house, 'changing a run', ({ store }) => change(store, id, changed));
  house.changes.tell('runs');
  return runLine(house.store, id);
}

/** Deletes a run so that it can be taken back. One that is going on is refused. */
export function deleteRun(house: House, id: number): void {
  const { name, status } = runLine(house.store, id);
  if (status === 'running') {
    throw new TiebreakError('busy', `${name} is still being trained: cancel it first. Nothing was deleted.`);
  }
  withLockNow(house, 'deleting a run', ({ store }) => setDeleted(store, 'run', id, true));
  house.changes.tell('runs');
}

/** Takes the deletion of a run back. */
export function restoreRun(house: House, id: number): void {
  runById(house.store, id);
  withLockNow(house, 'bringing a run back', ({ store }) => setDeleted(store, 'run', id, false));
  house.changes.tell('runs');
}

/**
 * The curve of a run so far (at once, even where it is empty), and then new points as they come, until the run ends. The
 * store is asked, so that a training in another process shows too.
 */
export async function* watchCurve(
  house: House,
  id: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly CurvePoint[], void, void> {
  runById(house.store, id);
  let last = -1;
  for (let first = true; !signal?.aborted; first = false) {
    // In this order, so that no point is missed that came just before the end.
    const ended = runById(house.store, id).status !== 'running';
    const points = curveOfRun(house.store, id, last);
    last = points.at(-1)?.step ?? last;
    if (first || points.length > 0) yield points;
    if (ended) return;
    await wait(pause);
  }
}
