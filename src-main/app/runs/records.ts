import type { RunRecord } from '../../common/run-record.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { evaluationOf } from '../../store/evaluations.ts';
import { curveOfRun, listRuns, runLine, samplesOfRun } from '../../store/runs.ts';
import type { House } from '../kernel/house.ts';

/** All that was kept of a run; says so where there is none. Computes nothing. */
export function recordOf({ store }: House, id: number): RunRecord {
  const run = runLine(store, id);
  const { modelId } = run;
  const evaluation =
    modelId === null ? null : (evaluationOf(store, modelId, 'test') ?? evaluationOf(store, modelId, 'validation'));
  return { run, curve: curveOfRun(store, id), evaluation, samples: samplesOfRun(store, id) };
}

/** The numbers of the runs that are meant: those named, which must be there, or all that are not deleted, the oldest first. */
export function meantRuns({ store }: House, named: readonly number[] | undefined): readonly number[] {
  const ids =
    named ??
    listRuns(store)
      .map(({ id }) => id)
      .reverse();
  if (ids.length === 0) throw new TiebreakError('nothing-to-do', 'There are no runs yet: train a model first.');
  return [...new Set(ids.map((id) => runLine(store, id).id))];
}
