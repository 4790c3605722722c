import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { type FileHandle, link, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { TiebreakError } from '../contract/errors.ts';
import { checkOutput, isThere, type Output } from './output.ts';
import { noteUnfinished } from './unfinished.ts';
import { unwritable } from './unwritable.ts';

/**
 * Files and folders that appear whole or not at all: written beside their place under another name, flushed to the disk, then
 * renamed. Where anything throws, nothing is left, and what was there before stays. The only place that does so.
 *
 * A place is a path of our own, or what a person named (Output): there nothing in the data folder is written, and nothing replaced unasked.
 */
export type WholeOptions = {
  /**
   * The name while it is being written. Without it one of its own, so that two who write to one place don't meet; a fixed one
   * where only one can, so that what a killed program left is written over.
   */
  readonly partial?: string;
  /** For a folder: only where nothing is, or an empty folder. */
  readonly onlyFree?: boolean;
};

const ownPartial = (target: string): string =>
  join(dirname(target), `.${basename(target).slice(0, 100)}.${randomBytes(6).toString('hex')}.partial`);

/**
 * Writes a file, in the place of one that was there.
 * @throws TiebreakError bad-input where the file can't be written, or must not be; and whatever `write` throws
 */
export async function writeWholeFile<T>(
  place: string | Output,
  write: (handle: FileHandle) => Promise<T>,
  { partial: given }: WholeOptions = {},
): Promise<T> {
  const output = typeof place === 'string' ? null : place;
  const path = typeof place === 'string' ? place : place.path;
  const target = resolve(path);
  const partial = given ?? ownPartial(target);
  let handle: FileHandle | null = null;
  if (output) await checkOutput(output);
  const ended = noteUnfinished(partial, target, output?.home);
  try {
    handle = await open(partial, given === undefined ? 'wx' : 'w');
    const result = await write(handle);
    await handle.sync();
    await handle.close();
    handle = null;
    // What has come there meanwhile.
    if (output) await checkOutput(output);
    await (output && !output.replace ? renameToFree(partial, target, path) : rename(partial, target));
    await syncFolder(dirname(target));
    return result;
  } catch (error) {
    throw unwritable(path, error);
  } finally {
    await handle?.close();
    // What failed has said so already.
    await rm(partial, { force: true }).catch(() => undefined);
    ended();
  }
}

/** Gives a file its name where nothing has it: in one step where the disk knows links, so that no file is replaced that came this moment. */
async function renameToFree(partial: string, target: string, path: string): Promise<void> {
  try {
    await link(partial, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw isThere(path);
    await rename(partial, target);
  }
}

/** The same for a short text, in one turn. Throws the system's error as it is. `mode` says who may read it, where not everybody may. */
export function writeWholeFileNow(path: string, text: string, mode = 0o666): void {
  const partial = ownPartial(resolve(path));
  try {
    const file = openSync(partial, 'wx', mode);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
}

/**
 * Makes a folder that `fill` fills, in the place of one that was there.
 * @throws TiebreakError bad-input where it can't be written, or must not be; and whatever `fill` throws
 */
export async function writeWholeFolder<T>(
  place: string | Output,
  fill: (folder: string) => Promise<T>,
  { partial: given, onlyFree = false }: WholeOptions = {},
): Promise<T> {
  const output = typeof place === 'string' ? null : place;
  const path = typeof place === 'string' ? place : place.path;
  const target = resolve(path);
  const partial = given ?? ownPartial(target);
  const old = `${partial}.old`;
  if (output) await checkOutput(output, 'folder');
  const ended = noteUnfinished(partial, target, output?.home);
  try {
    if (given !== undefined) await rm(given, { recursive: true, force: true });
    await mkdir(partial);
    const result = await fill(partial);
    await syncAll(partial);
    if (output) await checkOutput(output, 'folder');
    if (onlyFree) await removeEmpty(target);
    const replaced =
      !onlyFree &&
      (await rename(target, old).then(
        () => true,
        () => false,
      ));
    await rename(partial, target).catch(async (error: unknown) => {
      if (replaced) await rename(old, target);
      throw error;
    });
    // It stands there: what can't be tidied up is no failure of it.
    await syncFolder(dirname(target));
    await rm(old, { recursive: true, force: true }).catch(() => undefined);
    return result;
  } catch (error) {
    throw unwritable(path, error);
  } finally {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    ended();
  }
}

/** The same in one turn, for a folder of files that is not there yet. Throws the system's error as it is. */
export function writeWholeFolderNow(path: string, fill: (folder: string) => void): void {
  const partial = ownPartial(resolve(path));
  try {
    mkdirSync(partial, { recursive: true });
    fill(partial);
    for (const name of readdirSync(partial)) {
      const file = openSync(join(partial, name), 'r+');
      try {
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    }
    renameSync(partial, path);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** @throws TiebreakError bad-input where there is something in it, or it is no folder */
async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') throw isTaken(folder);
    throw error;
  }
}

/** What is said of a place for a new folder where something is. */
export function isTaken(path: string): TiebreakError {
  const message = `${path} is there already, and something is in it. Nothing was changed: choose another place.`;
  return new TiebreakError('bad-input', message);
}

/** Flushes everything in a folder, and the folder. */
async function syncAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncAll(path);
    else await sync(path, 'r+');
  }
  await syncFolder(folder);
}

/** So that a rename outlives a power cut. Windows can't flush folders: there the rename is all there is. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  // Some places, such as shared folders, can't be flushed: what was written there is as safe as that place is.
  await sync(folder, 'r').catch(() => undefined);
}

async function sync(path: string, flags: 'r' | 'r+'): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
