import { lstat, readdir, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { TiebreakError } from '../../contract/errors.ts';
import type { TaskResults } from '../../contract/tasks.ts';
import type { PutAside } from '../../contract/views.ts';
import { usedSince } from '../../store/used-since.ts';
import type { House } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { refuseWhile, type TaskHooks } from '../kernel/tasks.ts';

/** A folder that a restore moved to what there was before, by its time in UTC: before-restore-2025-01-31-18-05-09-123. */
const pattern = /^before-restore-(\d{4}-\d\d-\d\d)-(\d\d)-(\d\d)-(\d\d)-(\d{3})$/;
const week = 7 * 24 * 3600 * 1000;

/**
 * What restores put aside, the newest first. It is offered for removal once the last restore lies a week back and something was
 * answered, imported or trained since: whoever works with the restored data for a week has seen that they are right. Nothing is
 * ever removed by itself.
 */
export async function putAsideOf(house: House, nowMs = Date.now()): Promise<readonly PutAside[]> {
  const found: Omit<PutAside, 'offered'>[] = [];
  for (const name of await readdir(house.home)) {
    const from = timeOf(name);
    const path = join(house.home, name);
    if (from === null || !(await isFolder(path))) continue;
    let bytes = 0;
    for await (const file of filesIn(path)) bytes += file.bytes;
    found.push({ name, from, bytes });
  }
  found.sort((a, b) => b.from.localeCompare(a.from));
  const last = found[0]?.from;
  const offered = last !== undefined && nowMs - Date.parse(last) >= week && usedSince(house.store, last);
  return found.map((folder) => ({ ...folder, offered }));
}

/**
 * Starts removing one of these folders for good, and gives the number of the task.
 * @throws TiebreakError not-found for any other name; bad-input while it is not offered; busy
 */
export async function startRemoval(house: House, name: string): Promise<number> {
  const folder = (await putAsideOf(house)).find((each) => each.name === name);
  if (!folder) {
    const message = `There is no folder ${name} in the data folder that a restore made. Nothing was removed.`;
    throw new TiebreakError('not-found', message);
  }
  if (!folder.offered) {
    const message = `${name} is kept until the restored data have been in use for a week. Nothing was removed: delete it by hand if you no longer need it.`;
    throw new TiebreakError('bad-input', message);
  }
  refuseWhile(house, (kind) => kind === 'restore' || kind === 'remove-put-aside');
  return house.tasks.start('remove-put-aside', `Removing ${name}`, (hooks) =>
    withLock(house, 'removing what a restore put aside', () => remove(house, folder, hooks)),
  );
}

async function remove(
  house: House,
  { name, bytes: total }: PutAside,
  { onProgress, signal }: TaskHooks,
): Promise<TaskResults['remove-put-aside']> {
  const folder = join(house.home, name);
  const begun = performance.now();
  let bytes = 0;
  try {
    for await (const file of filesIn(folder)) {
      if (signal.aborted) throw new TiebreakError('cancelled', stopped(name));
      await unlink(file.path);
      bytes += file.bytes;
      const secondsLeft =
        bytes === 0 ? null : ((performance.now() - begun) / 1000 / bytes) * Math.max(0, total - bytes);
      onProgress?.({ phase: 'remove', done: Math.min(bytes, total), total, speed: null, secondsLeft });
    }
    // Only empty folders are left.
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof TiebreakError || !code?.startsWith('E')) throw error;
    throw new TiebreakError('bad-input', `${name} can't be removed (${code}). ${left}`, { cause: error });
  }
  return { name, bytes };
}

const left = 'What is left of it stays where it is, and nothing else was touched.';
const stopped = (name: string): string => `Removing ${name} was stopped. ${left}`;

/** The time in a folder's name, ISO 8601; null where it is none of ours. */
function timeOf(name: string): string | null {
  const found = pattern.exec(name);
  if (!found) return null;
  const [, day, hour, minute, second, ms] = found;
  const time = `${day}T${hour}:${minute}:${second}.${ms}Z`;
  return Number.isNaN(Date.parse(time)) ? null : time;
}

/** A folder itself: a link to one would lead out of the data folder. */
async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path)).isDirectory();
}

/** All that is in a folder and in those below but the folders themselves. Links are files here: they are not followed. */
async function* filesIn(folder: string): AsyncGenerator<{ readonly path: string; readonly bytes: number }> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else yield { path, bytes: (await lstat(path)).size };
  }
}
