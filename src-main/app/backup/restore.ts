import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TiebreakError } from '../../contract/errors.ts';
import type { TaskResults } from '../../contract/tasks.ts';
import { topics } from '../../contract/views.ts';
import { noteDefect } from '../../log/defects.ts';
import type { CopyContent } from '../../store/copy.ts';
import { closeStore, openStore } from '../../store/open.ts';
import { interruptDeadRuns } from '../../store/runs.ts';
import { withoutWorkers } from '../../worker/start.ts';
import { type House, notLookedAt, type WritingHouse } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { refuseWhile } from '../kernel/tasks.ts';
import type { RestoreHooks } from './archive.ts';
import { backUpBefore } from './automatic.ts';
import { refusal, type Source } from './sources.ts';
import { endSwap, stagingOf, swapBack, swapIn } from './swap.ts';

/** Starts putting a backup in the place of everything there is, and gives the number of the task. */
export function startRestore(house: House, source: Source): number {
  refuseWhile(house, () => true);
  return house.tasks.start('restore', `Restoring ${source.name}`, (hooks) => restoreNow(house, source, hooks));
}

/** The same for who waits for it. */
export function restoreNow(house: House, source: Source, hooks: RestoreHooks): Promise<TaskResults['restore']> {
  return withLock(house, 'restoring a backup', (writing) => restore(writing, source, hooks));
}

async function restore(house: WritingHouse, source: Source, hooks: RestoreHooks): Promise<TaskResults['restore']> {
  const staging = stagingOf(house.home);
  await rm(staging, { recursive: true, force: true });
  let content: CopyContent;
  let before: string | null;
  try {
    await mkdir(join(staging, 'models'), { recursive: true });
    content = await source.unpack(staging, hooks, { models: true });
    // Only now: it may take the place of the one that is being restored.
    before = await backUpBefore(house, { reason: 'restore', about: source.name }, hooks);
    // Models that are in use hold their files open on some systems.
    await Promise.all([house.engine.close(), house.scorer.close()]);
    hooks.signal.throwIfAborted();
    refuseWhile(house, (kind) => kind !== 'restore');
  } catch (error) {
    // The next start removes what this one can't.
    await rm(staging, { recursive: true, force: true }).catch(() => undefined);
    throw refusal(source, staging, error, hooks.signal, 'The restoring was cancelled. Nothing was changed.');
  }
  await withoutWorkers(house.store.path, () => putInPlace(house));
  house.changes.tell(...topics);
  const { posts, labels, models } = content.totals;
  return { posts, answers: labels, models, unreadable: [...content.miscounted, ...content.unreadable], before };
}

/** In one turn, so that nothing else of this process meets a closed database. */
function putInPlace(house: WritingHouse): void {
  const { path } = house.store;
  closeStore(house.store);
  try {
    swapIn(house.home);
    house.store = openStore(path);
  } catch (error) {
    swapBack(house.home);
    house.store = openStore(path);
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const message = `The backup was whole, but could not be put in its place (${code}). Everything is as it was before: try again.`;
    throw new TiebreakError('bad-input', message, { cause: error });
  }
  house.health.current = notLookedAt().current;
  endSwap(house.home);
  try {
    interruptDeadRuns(house.store, () => false);
  } catch (error) {
    // The restore took place: the next start does this again.
    noteDefect(error);
  }
}
