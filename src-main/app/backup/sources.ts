import { constants } from 'node:fs';
import { copyFile, open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { TiebreakError } from '../../contract/errors.ts';
import type { CopyContent } from '../../store/copy.ts';
import { workInThread } from '../../worker/start.ts';
import type { House } from '../kernel/house.ts';
import { type Archive, folderPattern, NotABackup, type RestoreHooks, unpackArchive } from './archive.ts';
import { findBackup, folderOfBackup } from './automatic-folder.ts';
import { databaseName } from './backup.ts';
import { bringModel } from './kept-models.ts';

/** A backup that can be restored: a file that a person has, or one of the data folder. */
export type Source = {
  /** For people: 'backup.zip', 'the backup 2026-01-31-7'. */
  readonly name: string;
  /**
   * Puts its database into a folder, checks it and brings it up to date, and then its models.
   * @returns what is in it
   */
  readonly unpack: (staging: string, hooks: RestoreHooks, what: { readonly models: boolean }) => Promise<CopyContent>;
};

/** A file that a door took or a person named. */
export const archiveSource = (file: Archive): Source => ({
  name: file.name,
  unpack: async (staging, hooks, what) => (await unpackArchive(file, staging, hooks, what)).content,
});

/** A file that a person named. */
export async function fileSource(path: string): Promise<Source> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const message = `The file ${path} can't be read (${error.code}). Nothing was changed.`;
    throw new TiebreakError('not-found', message, { cause: error });
  });
  return archiveSource({ path, name: basename(path), bytes: found.size });
}

/** An automatic backup, by its name or number; says so where there is none. */
export function automaticSource({ home }: Pick<House, 'home'>, given: string): Source {
  const { id, models } = findBackup(home, given);
  return {
    name: `the backup ${id}`,
    unpack: async (staging, hooks, what) => {
      const copy = join(staging, databaseName);
      await copyFile(join(folderOfBackup(home, id), databaseName), copy, constants.COPYFILE_FICLONE);
      await flush(copy);
      const content = await workInThread({ job: 'check', path: copy }, 'restore', hooks);
      if (!what.models) return content;
      for (const { name, folder, checksum } of models) {
        hooks.signal.throwIfAborted();
        const known = content.models.find((model) => model.folder === folder);
        if (!known || !folderPattern.test(folder)) throw new NotABackup('its models are not those of its database');
        const there = await bringModel(home, checksum, join(staging, folder), join(home, folder));
        if (!there && checksum !== null && !known.deleted)
          throw new NotABackup(`the files of the model ${name} are gone`);
      }
      return content;
    },
  };
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** One sentence for whatever went wrong before anything was moved. */
export function refusal(
  { name }: Pick<Source, 'name'>,
  staging: string,
  error: unknown,
  signal: AbortSignal,
  cancelled: string,
): TiebreakError {
  const options = { cause: error };
  if (signal.aborted) {
    return new TiebreakError('cancelled', cancelled, options);
  }
  if (error instanceof TiebreakError && error.code === 'busy') return error;
  if (error instanceof TiebreakError) {
    const message = error.message.replaceAll(join(staging, databaseName), `in ${name}`);
    return new TiebreakError(error.code, `${name} was not restored, and nothing was changed: ${message}`, options);
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code?.startsWith('E') && code !== 'EOF') {
    const message = `${name} can't be unpacked (${code}). Nothing was changed: see that the disk has room, and try again.`;
    return new TiebreakError('bad-input', message, options);
  }
  const reason = error instanceof NotABackup ? error.message : 'it can not be read as an archive';
  const message = `${name} is no backup of Tiebreak, or it is damaged: ${reason}. Nothing was changed.`;
  return new TiebreakError('damaged', message, options);
}
