import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join, resolve } from 'node:path';
import { TiebreakError } from '../../contract/errors.ts';
import { isInPlace } from '../../store/in-place.ts';
import type { House, WritingHouse } from './house.ts';

/** What a program says of itself that only looks after what an earlier one left behind. */
export const starting = 'starting';
/** What a window or a browser door says of itself, which holds the lock as long as it is open. */
export const opened = 'open';
const attempts = 40;

/**
 * Only one process writes to a data folder. It says so by a file with its number, which counts as long as that process
 * lives. Inside one process any number of calls may hold it.
 */
const held = new Map<string, number>();
const fileOf = (home: string): string => join(resolve(home), 'tiebreak.lock');

/**
 * Runs `work` as the only process that writes to this data folder, and gives it the house to write to. Throws TiebreakError busy
 * where another process writes; damaged where the folder is no longer there, before or after.
 */
export async function withLock<T>(
  house: House,
  doing: string,
  work: (house: WritingHouse) => T | Promise<T>,
): Promise<T> {
  refuseElsewhere(house);
  const release = takeLock(house.home, doing);
  try {
    const result = await work(house as WritingHouse);
    refuseElsewhere(house);
    return result;
  } finally {
    release();
  }
}

/** The same for what is done in one turn. */
export function withLockNow<T>(house: House, doing: string, work: (house: WritingHouse) => T): T {
  refuseElsewhere(house);
  const release = takeLock(house.home, doing);
  try {
    const result = work(house as WritingHouse);
    refuseElsewhere(house);
    return result;
  } finally {
    release();
  }
}

/** What is written must stand where the next start looks for it, or whoever wrote it must hear that it does not. */
function refuseElsewhere({ home, store }: House): void {
  if (store.copyOf !== undefined) {
    const message = `The data folder ${home} can only be read, so nothing can be kept in it. Nothing was changed: see that you may write there, or name another one (--home).`;
    throw new TiebreakError('bad-input', message);
  }
  if (isInPlace(store)) return;
  const message = `The data folder ${home} was removed, moved or replaced while Tiebreak was open, so this was not kept, and nothing is written any more. What was saved before is where the folder went: put it back in its place, or restore a backup, and start Tiebreak anew.`;
  throw new TiebreakError('damaged', message);
}

/** Whether this process holds the lock already. */
export function holdsLock(home: string): boolean {
  return (held.get(fileOf(home)) ?? 0) > 0;
}

/** Takes the lock, and gives what lets it go. Throws TiebreakError busy where another process has it. */
export function takeLock(home: string, doing: string): () => void {
  const file = fileOf(home);
  const count = held.get(file) ?? 0;
  if (count === 0) createLock(file, doing);
  held.set(file, count + 1);
  return () => {
    const left = (held.get(file) ?? 1) - 1;
    held.set(file, left);
    if (left === 0) rmSync(file, { force: true });
  };
}

function createLock(file: string, doing: string): void {
  const content = JSON.stringify({ pid: process.pid, doing, since: new Date().toISOString() });
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      writeFileSync(file, content, { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(file, error);
    }
    const lock = readLock(file);
    // What takes a moment only is waited for.
    if (lock?.doing === starting && isHeld(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    else removeStale(file);
  }
  throw busy(file, starting);
}

/** Removes the lock of a process that is gone; throws where it lives. */
function removeStale(file: string): void {
  const before = readLock(file);
  if (!before) return;
  if (isHeld(before)) throw busy(file, before.doing, before.pid);
  // Two processes may find the same stale lock: whoever moved a fresh one away by that puts it back.
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readLock(aside);
  if (moved && moved.text !== before.text) {
    try {
      linkSync(aside, file);
    } catch {
      // A third process has taken the lock by now.
    }
  }
  rmSync(aside, { force: true });
}

type Lock = { readonly text: string; readonly pid: number; readonly doing: string; readonly writtenAt: number };

function readLock(file: string): Lock | null {
  try {
    const text = readFileSync(file, 'utf8');
    const writtenAt = statSync(file).mtimeMs;
    let parsed: { pid?: unknown; doing?: unknown } = {};
    try {
      parsed = JSON.parse(text) as typeof parsed;
    } catch {
      // Being written at this moment, or cut off by a crash: its age decides.
    }
    return { text, writtenAt, pid: Number(parsed.pid ?? 0), doing: String(parsed.doing ?? 'something') };
  } catch {
    return null;
  }
}

function isHeld({ pid, writtenAt }: Lock): boolean {
  const bootedAt = Date.now() - uptime() * 1000;
  if (writtenAt < bootedAt - 60_000) return false;
  if (!Number.isSafeInteger(pid) || pid <= 0) return Date.now() - writtenAt < 5_000;
  // This process would know of it: the number stems from an earlier process.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function busy(file: string, doing: string, pid?: number): TiebreakError {
  if (doing === opened) {
    const message = `Tiebreak is open on this data folder already (process ${pid ?? 'unknown'}). Nothing was changed: go on there, or close it first. If it is not, delete ${file}.`;
    return new TiebreakError('busy', message);
  }
  const who = pid === undefined ? 'Another Tiebreak' : `Another Tiebreak (process ${pid})`;
  const message = `${who} is at work on this data folder (${doing}). Nothing was changed: wait until it is done. If there is none, delete ${file}.`;
  return new TiebreakError('busy', message);
}

function unwritable(file: string, cause: unknown): TiebreakError {
  const { code } = cause as NodeJS.ErrnoException;
  return new TiebreakError('bad-input', `The data folder ${resolve(file, '..')} can't be written to (${code}).`, {
    cause,
  });
}
