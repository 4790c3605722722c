import type { TrashItem, TrashKind } from '../../contract/backups.ts';
import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { TaskResults } from '../../contract/tasks.ts';
import { listDeleted } from '../../store/deleted.ts';
import { listKeptModels } from '../../store/models.ts';
import { listReportPages } from '../../store/report-pages.ts';
import { listRunLines } from '../../store/runs.ts';
import type { House, WritingHouse } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { restoreModel } from '../models/registry.ts';
import { setReportDeleted } from '../runs/reports.ts';
import { restoreRun } from '../runs/runs.ts';
import { daysLeft } from './days.ts';
import { removeForGood } from './purge.ts';

/** All that is deleted and can be taken back, deleted last first. */
export function trashOf({ store }: House): readonly TrashItem[] {
  const names: Readonly<Record<TrashKind, readonly { readonly id: number; readonly name: string }[]>> = {
    model: listKeptModels(store),
    run: listRunLines(store),
    report: listReportPages(store),
  };
  return listDeleted(store).map(({ kind, id, deletedAt, days }) => ({
    kind,
    id,
    deletedAt,
    name: names[kind].find((each) => each.id === id)?.name ?? `${kind} ${id}`,
    daysLeft: daysLeft({ days }),
  }));
}

/** Takes a deletion back. */
export function restoreFromTrash(house: House, which: InTrash): void {
  const { kind, id, name } = inTrash(house, which);
  if (kind === 'model') restoreModel(house, name);
  else if (kind === 'run') restoreRun(house, id);
  else setReportDeleted(house, id, false);
}

/** Starts removing something that is deleted for good, and gives the number of the task. */
export function startRemoving(house: House, which: InTrash): number {
  const item = inTrash(house, which);
  return start(house, `Removing ${item.name} for good`, [item]);
}

/** Starts removing all that is deleted for good, and gives the number of the task. */
export function startEmptying(house: House): number {
  const items = trashOf(house);
  if (items.length === 0) throw new TiebreakError('nothing-to-do', 'The trash is empty already: nothing was removed.');
  return start(house, 'Emptying the trash', items);
}

/** Removes something that is deleted for good, or all of it, for who waits for it. */
export function removeNow(house: House, which: InTrash | null, hooks: Hooks): Promise<TaskResults['remove-deleted']> {
  const items = which ? [inTrash(house, which)] : trashOf(house);
  return withLock(house, removing, (writing) => removeAll(writing, items, hooks));
}

const removing = 'removing what was deleted';
type InTrash = Pick<TrashItem, 'kind' | 'id'>;
type Hooks = CallHooks & { readonly signal: AbortSignal };

function start(house: House, title: string, items: readonly TrashItem[]): number {
  return house.tasks.start('remove-deleted', title, (hooks) =>
    withLock(house, removing, (writing) => removeAll(writing, items, hooks)),
  );
}

async function removeAll(
  house: WritingHouse,
  items: readonly TrashItem[],
  { onProgress, signal }: Hooks,
): Promise<TaskResults['remove-deleted']> {
  const begun = performance.now();
  for (const [done, item] of items.entries()) {
    const secondsLeft = done === 0 ? null : ((performance.now() - begun) / 1000 / done) * (items.length - done);
    onProgress?.({ phase: 'remove', done, total: items.length, speed: null, secondsLeft });
    // It may have been taken back, or gone, meanwhile.
    if (listDeleted(house.store).some(({ kind, id }) => kind === item.kind && id === item.id)) {
      await removeForGood(house, item, signal);
    }
    if (signal.aborted) {
      const message = 'Removing was stopped. What is left lies in the trash still.';
      throw new TiebreakError('cancelled', message);
    }
  }
  return { removed: items.length };
}

function inTrash(house: House, { kind, id }: InTrash): TrashItem {
  const found = trashOf(house).find((item) => item.kind === kind && item.id === id);
  if (found) return found;
  throw new TiebreakError('not-found', `There is no ${kind} ${id} in the trash. Nothing was changed.`);
}
