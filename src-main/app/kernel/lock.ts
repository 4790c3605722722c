import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TiebreakError } from '../../contract/errors.ts';
import { lockFile } from '../../store/file-lock.ts';
import { isInPlace } from '../../store/in-place.ts';
import type { House, WritingHouse } from './house.ts';

/** What a program says of itself that only looks after what an earlier one left behind. */
export const starting = 'starting';
/** What a window or a browser door says of itself, which holds the lock as long as it is open. */
export const opened = 'open';
const attempts = 40;

/**
 * Only one process writes to a data folder: the one whose lock of a file in it the system holds, which ends with that process. Beside
 * it stands, for people, who it is and what it does; nothing follows from that but a sentence. Inside one process any number of
 * calls may hold the lock.
 */
type Held = { calls: number; readonly letGo: () => void };
const held = new Map<string, Held>();
const whoFile = (home: string): string => join(resolve(home), 'tiebreak.lock');
/** The empty file that the system locks. */
export const lockedFile = (home: string): string => join(resolve(home), 'writing.lock');

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
  return held.has(resolve(home));
}

/** Takes the lock, and gives what lets it go. Throws TiebreakError busy where another process has it. */
export function takeLock(home: string, doing: string): () => void {
  const folder = resolve(home);
  const lock = held.get(folder) ?? { calls: 0, letGo: lockFolder(folder, doing) };
  held.set(folder, lock);
  lock.calls += 1;
  let mine = true;
  return () => {
    if (mine) lock.calls -= 1;
    if (mine && lock.calls === 0) {
      held.delete(folder);
      lock.letGo();
    }
    mine = false;
  };
}

function lockFolder(folder: string, doing: string): () => void {
  const who = whoFile(folder);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const letGo = lockNow(folder);
    if (letGo) {
      try {
        writeFileSync(who, JSON.stringify({ pid: process.pid, doing, since: new Date().toISOString() }));
      } catch (error) {
        letGo();
        throw unwritable(folder, error);
      }
      return () => {
        rmSync(who, { force: true });
        letGo();
      };
    }
    const other = readWho(who);
    if (other && other.doing !== starting) throw busy(other.doing, other.pid);
    // What takes a moment only is waited for, as is whoever hasn't said yet what it does.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
  throw busy(starting);
}

function lockNow(folder: string): (() => void) | null {
  try {
    mkdirSync(folder, { recursive: true });
    return lockFile(lockedFile(folder));
  } catch (error) {
    throw unwritable(folder, error);
  }
}

function readWho(file: string): { readonly pid: unknown; readonly doing: string } | null {
  try {
    const { pid, doing } = JSON.parse(readFileSync(file, 'utf8')) as { pid?: unknown; doing?: unknown };
    return { pid, doing: String(doing ?? 'something') };
  } catch {
    // Being written at this moment.
    return null;
  }
}

function busy(doing: string, pid?: unknown): TiebreakError {
  if (doing === opened) {
    const message = `Tiebreak is open on this data folder already (process ${pid ?? 'unknown'}). Nothing was changed: go on there, or close it first.`;
    return new TiebreakError('busy', message);
  }
  const who = pid === undefined ? 'Another Tiebreak' : `Another Tiebreak (process ${pid})`;
  const message = `${who} is at work on this data folder (${doing}). Nothing was changed: wait until it is done.`;
  return new TiebreakError('busy', message);
}

function unwritable(folder: string, cause: unknown): TiebreakError {
  const { code } = cause as NodeJS.ErrnoException;
  return new TiebreakError('bad-input', `The data folder ${folder} can't be written to (${code}).`, { cause });
}
