import type { ContextReport } from '../../contract/context-comparison.ts';
import type { Device } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { findComparison } from '../../store/context-comparisons.ts';
import { findModel } from '../../store/models.ts';
import { reportOfRun, setReport } from '../../store/runs.ts';
import type { House } from '../kernel/house.ts';
import { withLockNow } from '../kernel/lock.ts';
import type { TaskHooks } from '../kernel/tasks.ts';
import { scoreMissing } from '../ranking/scoring.ts';
import { candidatesOf } from './candidates.ts';
import { type ContextCall, checkContextCall, compareContext, resumeContext } from './context-comparison.ts';
import { refuseSecond } from './training-tasks.ts';

const title = 'With and without the post';

/** Starts a comparison, and gives the number of its task. What can't be done is refused at once. */
export function startContext(house: House, call: ContextCall): number {
  refuseSecond(house);
  const checked = checkContextCall(call);
  return house.tasks.start('context', title, (hooks) =>
    withRanking(house, checked.device, hooks, () => compareContext(house, checked, hooks)),
  );
}

/** Goes on with a comparison that was broken off, and gives the number of the task. */
export function goOnWithContext(house: House, comparison: number): number {
  refuseSecond(house);
  const { call, report } = findComparison(house.store, comparison);
  if (report) throw new TiebreakError('nothing-to-do', 'This comparison is done: there is nothing to go on with.');
  return house.tasks.start('context', title, (hooks) =>
    withRanking(house, call.device as Device, hooks, () => resumeContext(house, { comparison }, hooks)),
  );
}

/**
 * A comparison, then what there is to rank with now, then the rewards of all comments by the model that sees the post. What
 * follows the comparison may be cancelled: what was asked for exists.
 */
async function withRanking(
  house: House,
  device: Device,
  hooks: TaskHooks,
  comparing: () => Promise<ContextReport>,
): Promise<ContextReport> {
  const report = await comparing();
  try {
    const candidates = await candidatesOf(house, device, hooks);
    const trained = reportOfRun(house.store, report.with.run);
    if (candidates && trained) {
      withLockNow(house, 'training', ({ store }) => setReport(store, report.with.run, { ...trained, candidates }));
    }
    house.changes.tell('runs', 'models');
    await scoreMissing(house, findModel(house.store, report.with.model), {}, device, hooks);
  } catch (error) {
    if (!hooks.signal.aborted) throw notScored(error);
  } finally {
    house.changes.tell('rewards', 'models', 'runs');
  }
  return report;
}

function notScored(error: unknown): unknown {
  if (!(error instanceof TiebreakError)) return error;
  const message = `The comparison is done and kept, but not all comments could be scored: ${error.message}`;
  return new TiebreakError(error.code, message, { cause: error });
}
