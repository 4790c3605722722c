import { resolve } from 'node:path';
import { readingChoices } from '../../contract/reading.ts';
import type { TaskKind } from '../../contract/tasks.ts';
import type { WatchedFile, WatchedFolder } from '../../contract/watching.ts';
import { readSetting, writeSetting } from '../../store/settings.ts';
import type { House } from '../kernel/house.ts';
import { withLockNow } from '../kernel/lock.ts';
import { refuseWhile } from '../kernel/tasks.ts';
import { followed } from './earlier-readings.ts';
import { dataFilesIn } from './folder.ts';
import { type Brought, importSources } from './import-files.ts';
import { concluded } from './past-imports.ts';
import { type WatchOptions, watchFolder, watchOptions } from './watch.ts';

/** The folder that is watched; null for none. */
export const watchedFolderSetting = 'watchedFolder';
const filesKept = 20;
/** What replaces or takes away what an import would add to. */
const inTheWay: readonly TaskKind[] = ['restore', 'backup', 'undo-import', 'erase'];

/** The folder that an open app watches, and how that goes. */
export function watchedFolderOf(house: House): WatchedFolder {
  const { state, files } = house.watching;
  return { folder: folderOf(house), state, files };
}

/**
 * Watches another folder from now on, or none.
 * @param folder where it is
 * @throws TiebreakError where it can't be read
 */
export async function setWatchedFolder(house: House, folder: string | null): Promise<void> {
  const path = folder === null ? null : resolve(folder);
  if (path !== null) await dataFilesIn(path);
  withLockNow(house, 'changing settings', ({ store }) => writeSetting(store, watchedFolderSetting, path));
  house.watching.files = [];
  house.watching.restart();
  house.changes.tell('imports');
}

/** Watches what is set, until the signal ends it. For whoever holds the lock as long as the application is open. */
export async function keepWatching(house: House, signal: AbortSignal, options?: WatchOptions): Promise<void> {
  const { watching } = house;
  const say = (state: WatchedFolder['state']): void => {
    watching.state = state;
    house.changes.tell('imports');
  };
  const onFile = (file: WatchedFile): void => {
    watching.files = [file, ...watching.files].slice(0, filesKept);
    house.changes.tell('imports');
  };
  while (!signal.aborted) {
    const other = new AbortController();
    watching.restart = () => other.abort();
    const either = AbortSignal.any([signal, other.signal]);
    const folder = folderOf(house);
    if (folder === null) {
      say('off');
      await aborted(either);
    } else {
      const bringIn = (path: string, name: string) => importAsTask(house, path, name, either);
      await watchFolder(
        house,
        folder,
        bringIn,
        { signal: either, onFile, onState: say },
        options ?? watchOptions(process.env),
      );
    }
  }
}

/** Imports a file as a task that all pages see, whose report stays until the next one; read as files that look the same were. */
async function importAsTask(house: House, path: string, name: string, signal: AbortSignal): Promise<Brought> {
  refuseWhile(house, (kind) => inTheWay.includes(kind));
  const { last } = house.watching;
  if (last !== null) house.tasks.dismiss(last);
  const { promise, resolve: came, reject } = Promise.withResolvers<Brought>();
  const task = house.tasks.start('import', `Importing ${name} from the watched folder`, async (hooks) => {
    try {
      const choices = (await followed(house, path)) ?? readingChoices.parse({});
      const brought = await importSources(house, [{ path, name }], choices, hooks);
      const report = await concluded(house, brought);
      came(brought);
      return report;
    } catch (error) {
      reject(error);
      throw error;
    }
  });
  house.watching.last = task;
  const stop = (): void => house.tasks.cancel(task);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function folderOf({ store }: Pick<House, 'store'>): string | null {
  const kept = readSetting(store, watchedFolderSetting);
  return typeof kept === 'string' && kept !== '' ? kept : null;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
