import { rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { size } from '../../common/words.ts';
import type { AutomaticBackups, BackupReason } from '../../contract/backups.ts';
import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { makeFolder } from '../../disk/folder.ts';
import { writeWholeFile, writeWholeFolder } from '../../disk/whole.ts';
import { noteDefect } from '../../log/defects.ts';
import { appVersion } from '../../root.ts';
import type { FolderOfModel } from '../../store/copy.ts';
import { migrations } from '../../store/migrations.ts';
import { workInThread } from '../../worker/start.ts';
import type { House } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import {
  automaticBackups,
  type BackupManifest,
  backupsFolder,
  findBackup,
  folderOfBackup,
  type KeptBackup,
  keptBackups,
  manifestOfBackup,
  nextId,
  removeBackup,
  stateOf,
} from './automatic-folder.ts';
import { databaseName } from './backup.ts';
import { keepModel, removeOtherModels } from './kept-models.ts';
import { toBePruned } from './retention.ts';

export type Why = { readonly reason: BackupReason; readonly about?: string | null };

/** Room that a disk shall have left beside a backup. */
const spare = 64 * 2 ** 20;

/** By data folder: the last one that was begun, and why the last one that ended could not be made. */
const working = new Map<string, Promise<unknown>>();
const troubles = new Map<string, string>();

/** The automatic backups of a data folder, the newest first, and why the last one could not be made. */
export function backupsOf(home: string): AutomaticBackups {
  return { backups: automaticBackups(home), trouble: troubles.get(home) ?? null };
}

/** What is said of a backup that could not be made until one could. */
export function noteTrouble(home: string, sentence: string | null): void {
  if (sentence === null) troubles.delete(home);
  else troubles.set(home, sentence);
}

/** Starts making a backup because somebody asked for one, and gives the number of the task. */
export function startAutomatic(house: House, why: Why, title = 'Backing up'): number {
  return house.tasks.start('automatic-backup', title, async (hooks) => {
    const { id } = await backUp(house, why, hooks);
    return automaticBackups(house.home).find((each) => each.id === id)!;
  });
}

/**
 * Makes a backup in the data folder, and then removes those that need be kept no longer: nothing older goes before the newer one was checked. They are made one
 * after the other.
 * @throws TiebreakError cancelled; too-large where the disk has no room; damaged where the database is
 */
export async function backUp(house: House, why: Why, hooks: CallHooks): Promise<KeptBackup> {
  const before = working.get(house.home) ?? Promise.resolve();
  const making = before.then(() => withLock(house, 'making a backup', () => make(house, why, hooks)));
  working.set(
    house.home,
    making.catch(() => undefined),
  );
  try {
    const made = await making;
    noteTrouble(house.home, null);
    return made;
  } catch (error) {
    const told = refusal(error, hooks.signal);
    if (told instanceof TiebreakError && told.code !== 'cancelled') noteTrouble(house.home, told.message);
    throw told;
  } finally {
    house.changes.tell('backups');
  }
}

/**
 * A backup before something that changes much: the last one where nothing was written since, else a new one. Where none can be made, that is said and kept, and is no
 * reason to refuse what a person asked for.
 * @returns its name; null where none could be made
 */
export async function backUpBefore(house: House, why: Why, hooks: CallHooks): Promise<string | null> {
  try {
    const last = keptBackups(house.home)[0];
    if (last && last.state === stateOf(house.store.path)) return last.id;
    return (await backUp(house, why, hooks)).id;
  } catch (error) {
    if (!(error instanceof TiebreakError) || error.code === 'cancelled') throw error;
    hooks.onLog?.(error.message);
    return null;
  }
}

/** Removes a backup for good, with the models that no other one names. */
export async function removeAutomatic(house: House, given: string): Promise<void> {
  const { id } = findBackup(house.home, given);
  await withLock(house, 'removing a backup', async () => {
    await removeBackup(house.home, id);
    await removeUnnamedModels(house.home);
  });
  house.changes.tell('backups');
}

async function make(house: House, { reason, about = null }: Why, hooks: CallHooks): Promise<KeptBackup> {
  const { home, store } = house;
  hooks.signal?.throwIfAborted();
  makeFolder(backupsFolder(home));
  await refuseFullDisk(home, store.path);
  const state = stateOf(store.path);
  const now = new Date();
  const id = nextId(home, now);
  const manifest = await writeWholeFolder(folderOfBackup(home, id), async (folder) => {
    const copy = join(folder, databaseName);
    const { holds, models } = await workInThread({ job: 'copy', path: store.path, to: copy }, 'backup', hooks);
    for (const end of ['-wal', '-shm']) await rm(`${copy}${end}`, { force: true });
    const written: BackupManifest = {
      ...headOf({ reason, about, now, state, schema: migrations.length }),
      bytes: (await stat(copy)).size,
      holds,
      models: await keptModels(home, models),
    };
    await writeWholeFile(join(folder, manifestOfBackup), (file) => file.writeFile(JSON.stringify(written, null, 2)));
    return written;
  });
  await prune(home);
  return { ...manifest, id };
}

/** What a manifest says beside what is in the backup. */
export const headOf = ({
  reason,
  about,
  now,
  state,
  schema,
}: Pick<BackupManifest, 'reason' | 'about' | 'state' | 'schema'> & { readonly now: Date }) => ({
  format: 1 as const,
  tiebreak: appVersion(),
  createdAt: now.toISOString(),
  reason,
  about,
  schema,
  state,
});

async function keptModels(home: string, models: readonly FolderOfModel[]): Promise<BackupManifest['models']> {
  const kept: BackupManifest['models'] = [];
  for (const { name, folder } of models) {
    // A data folder may have been put together by others: nothing outside of it is read.
    const inside = /^models\/[A-Za-z0-9][A-Za-z0-9._-]*$/.test(folder);
    kept.push({ name, folder, checksum: inside ? await keepModel(home, folder) : null });
  }
  return kept;
}

/** Removes what need not be kept. That a file can't be removed is no failure of the backup that was made. */
async function prune(home: string): Promise<void> {
  try {
    for (const { id } of toBePruned(keptBackups(home))) await removeBackup(home, id);
    await removeUnnamedModels(home);
  } catch (error) {
    noteDefect(error);
  }
}

async function removeUnnamedModels(home: string): Promise<void> {
  const named = keptBackups(home).flatMap(({ models }) => models.flatMap(({ checksum }) => checksum ?? []));
  await removeOtherModels(home, new Set(named));
}

async function refuseFullDisk(home: string, database: string): Promise<void> {
  const { bavail, bsize } = await statfs(home);
  const needed = (await stat(database)).size + spare;
  if (bavail * bsize >= needed) return;
  throw new TiebreakError('too-large', full(`it needs ${size(needed)}, and ${size(bavail * bsize)} are free`));
}

const full = (why: string): string =>
  `No automatic backup was made, since the disk has no room for it (${why}). Earlier ones and all data are as they were: make room, and one is made by itself.`;

/** One sentence for whatever went wrong. */
function refusal(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return new TiebreakError('cancelled', 'The backup was cancelled. Nothing was changed.');
  const code = String((error as NodeJS.ErrnoException).code ?? '');
  const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
  const options = { cause: error };
  if ([code, cause?.code].some((each) => /^(ENOSPC|EDQUOT|SQLITE_FULL)$/.test(each ?? ''))) {
    return new TiebreakError('too-large', full('it became full'), options);
  }
  if (error instanceof TiebreakError && error.code === 'damaged') {
    const message =
      "No automatic backup was made, since the database of this data folder is damaged. Earlier ones are kept: 'tiebreak doctor' says what is wrong, and 'tiebreak recover' makes a new database of all that can still be read, and of the last backup.";
    return new TiebreakError('damaged', message, options);
  }
  if (error instanceof TiebreakError && (error.code === 'busy' || error.code === 'too-large')) return error;
  if (/^(E[A-Z]+|SQLITE_.*|bad-input)$/.test(code)) {
    const message = `No automatic backup was made (${error instanceof TiebreakError ? error.message : code}). Earlier ones and all data are as they were.`;
    return new TiebreakError('bad-input', message, options);
  }
  return error;
}
