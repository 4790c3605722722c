import { methodOfRun } from '../../common/training-words.ts';
import type { CallHooks } from '../../contract/calls.ts';
import type { MoreAnswers } from '../../contract/evaluation.ts';
import type { Run } from '../../contract/records.ts';
import { findKeptModel } from '../../store/models.ts';
import { reportOfRun, runById, setReport } from '../../store/runs.ts';
import { modelFolder, type WritingHouse } from '../kernel/house.ts';

/** Whether what more answers would bring is measured after a training: after a quick one, unless it is half of a comparison or leaves posts out. */
export function looksAhead(run: Run): boolean {
  const { comparison, without } = run.config;
  return run.kind === 'reward' && methodOfRun(run) === 'quick' && comparison === undefined && without === undefined;
}

/**
 * Measures what more answers would bring to the model of a training that has just ended, and keeps it with its run. Nothing of a training
 * that the engine's process does not remember.
 * @throws TiebreakError cancelled
 */
export async function lookAhead(house: WritingHouse, id: number, hooks: CallHooks): Promise<MoreAnswers | null> {
  const run = runById(house.store, id);
  if (run.modelId === null || !looksAhead(run)) return null;
  const folder = modelFolder(house, findKeptModel(house.store, run.modelId));
  const more = await house.scorer.request(
    { type: 'look-ahead', modelFolder: folder },
    { signal: hooks.signal, onLog: hooks.onLog, onProgress: (progress) => hooks.onProgress?.(progress) },
  );
  const report = reportOfRun(house.store, id);
  if (!more || !report) return null;
  setReport(house.store, id, { ...report, more });
  house.changes.tell('runs');
  return more;
}
