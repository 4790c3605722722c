import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { TiebreakError } from '../contract/errors.ts';

/** A place that a person named for something of theirs; a place of our own in the data folder is a path alone. */
export type Output = {
  readonly path: string;
  /** Whether a file that is there may be replaced. */
  readonly replace: boolean;
  /** The data folder: nothing in it is anybody's to name. */
  readonly home: string;
};

/**
 * Sees that a file, or a folder, may be written to a place: nothing of the data folder lies there, and nothing is replaced unasked, or that is
 * no plain file (a folder, for a folder). What a folder may replace, its writer knows.
 * @throws TiebreakError bad-input
 */
export async function checkOutput({ path, replace, home }: Output, kind: 'file' | 'folder' = 'file'): Promise<void> {
  const target = resolve(path);
  const refuse = (what: string): TiebreakError => new TiebreakError('bad-input', `${path} ${what}`);
  const refuseData = (where: string): TiebreakError =>
    refuse(`${where} the data folder ${home}, where only Tiebreak writes. Nothing was written: choose another place.`);
  if (await isInside(target, home)) throw refuseData('lies in');
  if (kind === 'folder' && (await isInside(home, target))) throw refuseData('holds');
  const found = await lstat(target).catch(() => null);
  if (!found) return;
  if (kind === 'file' ? !found.isFile() : !found.isDirectory()) {
    const there = found.isDirectory() ? 'is a folder' : found.isFile() ? 'is a file' : `is no plain ${kind}`;
    const asked = found.isDirectory()
      ? ', and a file was to be written'
      : found.isFile()
        ? ', and a folder was to be written'
        : '';
    throw refuse(`${there}${asked}. Nothing was written: choose another place.`);
  }
  if (kind === 'file' && !replace) throw isThere(path);
}

/** What is said of a place where something is that was not to be replaced. */
export function isThere(path: string): TiebreakError {
  const message = `${path} is there already. Nothing was written: choose another place, or replace it (--replace).`;
  return new TiebreakError('bad-input', message);
}

/** Whether a path is a folder or lies in it, by what the system knows folders by: links, other spellings and mounts are seen through. */
async function isInside(path: string, folder: string): Promise<boolean> {
  const wanted = await identity(folder);
  if (wanted === null) return false;
  if ((await identity(path)) === wanted) return true;
  for (let at = await whole(dirname(resolve(path))); ; at = dirname(at)) {
    if ((await identity(at)) === wanted) return true;
    if (dirname(at) === at) return false;
  }
}

async function identity(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found && `${found.dev}:${found.ino}`;
}

/** The path without links; of one that is not there, that of its nearest folder that is, with the rest. */
async function whole(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(await whole(above), basename(path));
  }
}
