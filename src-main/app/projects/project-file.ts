import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import { projectExtension } from '../../common/file-kinds.ts';
import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import {
  type ImportedProject,
  type ProjectExport,
  type projectExportCall,
  projectName,
} from '../../contract/projects.ts';
import { makeFolder } from '../../disk/folder.ts';
import { noteUnfinished } from '../../disk/unfinished.ts';
import { isTaken, writeWholeFile, writeWholeFolder } from '../../disk/whole.ts';
import { freeName, idOf, keep, knownProjects, projectAt } from '../../projects/list.ts';
import { closeStore, openStore } from '../../store/open.ts';
import { interruptDeadRuns } from '../../store/runs.ts';
import { readSetting, writeSetting } from '../../store/settings.ts';
import { type Archive, NotABackup, type Unpacked, unpackArchive } from '../backup/archive.ts';
import { backupManifest, databaseName, type PackHooks, pack, packFile } from '../backup/backup.ts';
import { watchedFolderSetting } from '../data/watched-folder.ts';
import type { House } from '../kernel/house.ts';
import { namedOutput } from '../kernel/named-output.ts';
import { folderFor } from './places.ts';

/**
 * A project as one file, and a project of such a file. The file is a backup, which has all that a project is: one form, one reader, one set of checks
 * (docs/decisions/project-file.md).
 */
export async function exportProject(
  house: House,
  { file, replace }: z.output<typeof projectExportCall>,
  hooks: CallHooks,
): Promise<ProjectExport> {
  const path = resolve(file);
  const output = await namedOutput(house, path, replace);
  // Beside the file, where there must be room for it anyway.
  const copy = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomBytes(6).toString('hex')}.partial`);
  const ended = noteUnfinished(copy, path, house.home);
  try {
    await writeWholeFile(output, (handle) =>
      pack(house, copy, (content, options) => handle.writeFile(content, options), cancellable(hooks)),
    );
  } catch (error) {
    if (!hooks.signal?.aborted) throw error;
    throw new TiebreakError('cancelled', 'The export was cancelled. Nothing was written.', { cause: error });
  } finally {
    ended();
  }
  return { file: path, name: projectAt(house.home).name, bytes: (await stat(path)).size };
}

/** Starts putting the project into one file on offer, and gives the number of the task. */
export function startProjectExport(house: House): number {
  const { name } = projectAt(house.home);
  return house.tasks.start('project-export', `Exporting ${name}`, async (hooks) => {
    try {
      return { file: await house.files.offer(`${name}${projectExtension}`, (path) => packFile(house, path, hooks)) };
    } catch (error) {
      if (!hooks.signal.aborted) throw error;
      throw new TiebreakError('cancelled', 'The export was cancelled. Nothing was written.', { cause: error });
    }
  });
}

/** A file that a person named. Throws TiebreakError bad-input where there is none. */
export function archiveAt(path: string): Archive {
  try {
    const found = statSync(path);
    if (found.isFile()) return { path, name: basename(path), bytes: found.size };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new TiebreakError('bad-input', `${path} can't be read (${code}). No project was made.`, { cause: error });
  }
  throw new TiebreakError('bad-input', `${path} is no file. No project was made.`);
}

/** Starts making a new project of a file that was taken in, and gives the number of the task. */
export function startProjectImport(house: House, handle: string, name: string | undefined): number {
  const file = house.files.find(handle);
  return house.tasks.start('project-import', `Importing ${file.name}`, async (hooks) => {
    const imported = await importProject(file, { name, place: null, home: house.home }, hooks);
    house.changes.tell('projects');
    return imported;
  });
}

export type NewPlace = {
  /** Without it as the file says. */
  readonly name?: string | undefined;
  /** The folder that is made; null for one by the name, where projects are made. */
  readonly place: string | null;
  /** A data folder, in which there is no place for another. */
  readonly home: string;
};

/**
 * Makes a new project of a file, whole or not at all, and lists it.
 * @throws TiebreakError bad-input where there is something in its place; damaged or newer-database for files that are not read
 */
export async function importProject(file: Archive, wanted: NewPlace, hooks: CallHooks): Promise<ImportedProject> {
  const named = wanted.name ?? nameOfFile(file.name);
  if (wanted.name !== undefined) refuseKnown(wanted.name);
  const place = resolve(wanted.place ?? folderFor(named));
  await refuseTaken(place);
  try {
    makeFolder(dirname(place));
    // A folder that was never made holds nothing.
    const output = existsSync(wanted.home) ? { path: place, replace: false, home: wanted.home } : place;
    const made = await writeWholeFolder(output, (folder) => fill(folder, file, hooks), { onlyFree: true });
    const said = projectName.safeParse(made.project ?? named);
    const name = wanted.name ?? freeName(said.success ? said.data : named, knownProjects());
    const { posts, labels: answers, models } = made.content.totals;
    keep(place, { name, posts, answers });
    const unreadable = [...made.content.miscounted, ...made.content.unreadable];
    return { id: idOf(place), name, place, posts, answers, models, unreadable, notWatched: made.notWatched };
  } catch (error) {
    throw refusal(file, error, hooks.signal);
  }
}

type Filled = Unpacked & { readonly notWatched: string | null };

async function fill(folder: string, file: Archive, hooks: CallHooks): Promise<Filled> {
  const unpacked = await unpackArchive(file, folder, cancellable(hooks), { models: true });
  await rm(join(folder, backupManifest));
  const store = openStore(join(folder, databaseName));
  try {
    // What was going on where it comes from does not go on here.
    interruptDeadRuns(store, () => false);
    const watched = readSetting(store, watchedFolderSetting);
    const notWatched = typeof watched === 'string' && watched !== '' ? watched : null;
    // A file from elsewhere must not say which folder of this machine is read.
    if (notWatched !== null) writeSetting(store, watchedFolderSetting, null);
    return { ...unpacked, notWatched };
  } finally {
    closeStore(store);
  }
}

/** Without what was put to its end. */
const nameOfFile = (file: string): string => {
  const found = projectName.safeParse(
    basename(file)
      .replace(/\.(zip|tiebreak-project)$/i, '')
      .slice(0, 95),
  );
  return found.success ? found.data : 'Project';
};

/** @throws TiebreakError bad-input where a project has this name */
export function refuseKnown(name: string): void {
  if (freeName(name, knownProjects()) === name) return;
  const message = `A project is called '${name}' already. Nothing was changed: choose another name.`;
  throw new TiebreakError('bad-input', message);
}

async function refuseTaken(place: string): Promise<void> {
  const found = await readdir(place).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? [] : ['?']));
  if (found.length > 0) throw isTaken(place);
}

const cancellable = (hooks: CallHooks): PackHooks => ({
  ...hooks,
  signal: hooks.signal ?? new AbortController().signal,
});

function refusal(file: Archive, error: unknown, signal: AbortSignal | undefined): unknown {
  const options = { cause: error };
  if (signal?.aborted) {
    return new TiebreakError('cancelled', 'The import was cancelled, and no project was made.', options);
  }
  if (error instanceof NotABackup) {
    const message = `${file.name} is no project file of Tiebreak, or it is damaged: ${error.message}. No project was made.`;
    return new TiebreakError('damaged', message, options);
  }
  if (error instanceof TiebreakError && (error.code === 'damaged' || error.code === 'newer-database')) {
    return new TiebreakError(
      error.code,
      `${file.name} was not imported, and no project was made: ${error.message}`,
      options,
    );
  }
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof TiebreakError || (code?.startsWith('E') && code !== 'EOF')) return error;
  const message = `${file.name} is no project file of Tiebreak, or it is damaged: it can not be read as an archive. No project was made.`;
  return new TiebreakError('damaged', message, options);
}
