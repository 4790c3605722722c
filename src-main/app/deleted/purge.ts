import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { TrashKind } from '../../contract/backups.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { trainingKinds } from '../../contract/tasks.ts';
import { noteDefect } from '../../log/defects.ts';
import { listDeleted } from '../../store/deleted.ts';
import { removeSomeOfEncoder } from '../../store/embeddings.ts';
import { removeSomeGains } from '../../store/gains.ts';
import { type KeptModel, listKeptModels, removeModel, removeSomeRewards } from '../../store/models.ts';
import { removeReportPage } from '../../store/report-pages.ts';
import { listRunLines, removeRun } from '../../store/runs.ts';
import { placeOfEncoder } from '../kernel/encoders.ts';
import { type House, modelFolder, type WritingHouse } from '../kernel/house.ts';
import { withLock, withLockNow } from '../kernel/lock.ts';
import { elapsed } from '../kernel/time-slices.ts';
import { preparing, runFolder } from '../runs/run-folders.ts';
import { isDue, seeDay } from './days.ts';

/** Rewards that are removed at once: a few milliseconds of work. */
const chunk = 2_000;

/** What is to be removed for good. */
type Rubbish = {
  readonly due: readonly { readonly kind: TrashKind; readonly id: number }[];
  readonly folders: readonly string[];
};

/**
 * Removes for good what was deleted thirty days of use ago (days.ts; runs with their folders; models with their folders, rewards and
 * evaluations), and folders that programs that were killed left behind. Leaves it for another time where another process is
 * at work. Ends early when the signal is aborted: call it after opening; before closing, abort it and wait for it.
 */
export async function purge(house: House, signal: AbortSignal, nowMs = Date.now()): Promise<void> {
  const { due, folders } = await rubbishOf(house, nowMs);
  if (signal.aborted || due.length + folders.length === 0) return;
  try {
    await withLock(house, 'removing what was deleted', async (writing) => {
      for (const folder of folders) await remove(folder);
      for (const item of due) await removeForGood(writing, item, signal);
    });
  } catch (error) {
    if (!(error instanceof TiebreakError) || error.code !== 'busy') throw error;
  }
}

/** Counts the days on which the app is open, and removes what is due on each of them, until the signal is aborted. */
export async function keepTrash(house: House, signal: AbortSignal): Promise<void> {
  if (house.store.copyOf !== undefined) return;
  do {
    try {
      withLockNow(house, 'counting days', ({ store }) => seeDay(store, new Date()));
      await purge(house, signal);
    } catch (error) {
      // A damaged database keeps nobody from the rest: the look at it tells of that.
      if (!(error instanceof TiebreakError)) noteDefect(error);
    }
  } while (await elapsed(aDay, signal));
}

const aDay = 24 * 3600 * 1000;

/** Removes one of what is deleted for good, or begins with it where the signal is aborted. */
export async function removeForGood(
  house: WritingHouse,
  { kind, id }: { readonly kind: TrashKind; readonly id: number },
  signal: AbortSignal,
): Promise<void> {
  const { store } = house;
  if (kind === 'model') await purgeModel(house, listKeptModels(store).find((model) => model.id === id)!, signal);
  else if (kind === 'run') await purgeRun(house, id, signal);
  else if (!signal.aborted) {
    removeReportPage(store, id);
    house.changes.tell('reports');
  }
}

async function rubbishOf(house: House, nowMs: number): Promise<Rubbish> {
  const [runFolders, modelFolders] = await Promise.all(
    ['runs', 'models'].map((name) => readdir(join(house.home, name)).catch((): string[] => [])),
  );
  const runs = listRunLines(house.store);
  const training = house.tasks.list().some(({ kind, state }) => trainingKinds.includes(kind) && state === 'running');
  const importing = house.tasks.list().some(({ kind, state }) => kind === 'model-import' && state === 'running');
  const kept = new Set(listKeptModels(house.store).map(({ folder }) => folder));
  const folders = [
    // A run that is done needs no folder: this one could not be removed when it ended.
    ...runs
      .filter(({ id, status }) => status === 'done' && runFolders!.includes(String(id)))
      .map(({ id }) => runFolder(house, id)),
    // Trainings that were cut off before they began.
    ...runFolders!
      .filter((name) => !training && name.startsWith(preparing))
      .map((name) => join(house.home, 'runs', name)),
    // Models whose import or training was cut off while they were written.
    ...modelFolders!
      .filter((name) => !importing && !training && name.endsWith('.partial') && !kept.has(`models/${name}`))
      .map((name) => join(house.home, 'models', name)),
  ];
  const running = new Set(runs.filter(({ status }) => status === 'running').map(({ id }) => id));
  const due = listDeleted(house.store)
    .filter((item) => isDue(item, nowMs) && !(item.kind === 'run' && running.has(item.id)))
    // Models first, which runs may still name.
    .toSorted((a, b) => a.kind.localeCompare(b.kind));
  return { due, folders };
}

async function purgeModel(house: WritingHouse, model: KeptModel, signal: AbortSignal): Promise<void> {
  // The row goes last: what is cut off here begins again next time.
  // Gains first: each reward that goes would have to look for its own.
  for (const removeSome of [removeSomeGains, removeSomeRewards]) {
    for (let removed = chunk; removed === chunk; await turn()) {
      if (signal.aborted) return;
      removed = removeSome(house.store, model.id, chunk);
    }
  }
  if (model.kind === 'encoder') await purgeVectors(house, model, signal);
  // A data folder may have been put together by others: nothing outside of it is ever removed.
  if (/^models\/[A-Za-z0-9][A-Za-z0-9._-]*$/.test(model.folder)) await remove(modelFolder(house, model));
  if (signal.aborted) return;
  removeModel(house.store, model.id);
  house.changes.tell('models');
}

/** Removes what an encoder made of texts. One that can't be read has made nothing since. */
async function purgeVectors(house: WritingHouse, model: KeptModel, signal: AbortSignal): Promise<void> {
  let name: string;
  try {
    ({ name } = placeOfEncoder(house, model));
  } catch (error) {
    if (error instanceof TiebreakError) return;
    throw error;
  }
  for (let removed = chunk; removed === chunk && !signal.aborted; await turn()) {
    removed = removeSomeOfEncoder(house.store, name, chunk);
  }
}

async function purgeRun(house: WritingHouse, id: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await remove(runFolder(house, id));
  if (signal.aborted) return;
  removeRun(house.store, id);
  house.changes.tell('runs');
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}
