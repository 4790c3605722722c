import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TiebreakError } from '../../contract/errors.ts';
import { writeWholeFileNow } from '../../disk/whole.ts';
import { noteDefect } from '../../log/defects.ts';
import { takeLock } from '../kernel/lock.ts';
import { databaseName } from './backup.ts';

/**
 * Puts a restored database and its models in the place of those there are. A journal says from the first move to the last
 * that this is going on, so that whoever opens the data folder after a crash finishes it. What is moved in was seen to be
 * whole before, so going on is always right.
 */
const stagingName = 'restoring';
const journalName = 'restoring.json';
const beforePattern = /^before-restore-[0-9-]+$/;
const moved = [databaseName, 'models'] as const;
/** They belong to the database beside them, and must never meet another one. */
const besides = [`${databaseName}-wal`, `${databaseName}-shm`] as const;

/** Where a backup is unpacked: the database and the folder of models. */
export function stagingOf(home: string): string {
  return join(home, stagingName);
}

/** Moves what there is aside and what was unpacked in. The database must be closed. Gives the folder of what there was. */
export function swapIn(home: string): string {
  const stamp = new Date().toISOString().replace(/\D+/g, '-').replace(/-$/, '');
  const before = `before-restore-${stamp}`;
  writeWholeFileNow(join(home, journalName), JSON.stringify({ before }));
  goOn(home, before);
  return before;
}

/** Ends the swap: from now on there is nothing to be finished. What can't be removed is no failure of it; the next start tries again. */
export function endSwap(home: string): void {
  for (const path of [join(home, journalName), stagingOf(home)]) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (error) {
      noteDefect(error);
    }
  }
}

/** Moves all back. The database must be closed. */
export function swapBack(home: string): void {
  const before = readJournal(home);
  if (before === null) return;
  for (const name of [...besides, ...moved]) {
    if (!existsSync(join(home, before, name))) continue;
    if (existsSync(join(home, name))) renameSync(join(home, name), free(stagingOf(home), name));
    renameSync(join(home, before, name), join(home, name));
  }
  endSwap(home);
  removeEmpty(join(home, before));
}

/** Finishes what a crash broke off; removes what was unpacked and never moved. Throws TiebreakError busy where that is going on. */
export function finishSwap(home: string): void {
  const begun = existsSync(join(home, journalName));
  if (!begun && !existsSync(stagingOf(home))) return;
  let release: () => void;
  try {
    release = takeLock(home, 'restoring a backup');
  } catch (error) {
    if (!begun && error instanceof TiebreakError && error.code === 'busy') return;
    throw error;
  }
  try {
    const before = readJournal(home);
    if (before !== null) goOn(home, before);
    endSwap(home);
  } finally {
    release();
  }
}

/** Every step leaves a state from which this can begin again. */
function goOn(home: string, before: string): void {
  const staging = stagingOf(home);
  const aside = join(home, before);
  mkdirSync(aside, { recursive: true });
  const putAside = (name: string): void => {
    if (existsSync(join(home, name))) renameSync(join(home, name), free(aside, name));
  };
  if (existsSync(join(staging, databaseName))) for (const name of besides) putAside(name);
  for (const name of moved) {
    if (!existsSync(join(staging, name))) continue;
    putAside(name);
    renameSync(join(staging, name), join(home, name));
  }
  removeEmpty(aside);
}

/** A path in this folder that nothing has yet. */
function free(folder: string, name: string): string {
  let path = join(folder, name);
  for (let number = 2; existsSync(path); number++) path = join(folder, `${name}.${number}`);
  return path;
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // There is something in it.
  }
}

function readJournal(home: string): string | null {
  const path = join(home, journalName);
  if (!existsSync(path)) return null;
  try {
    const { before } = JSON.parse(readFileSync(path, 'utf8')) as { before: string };
    if (beforePattern.test(before)) return before;
  } catch {
    // The same sentence for all that can be wrong with it.
  }
  const message = `Restoring a backup was broken off, and ${path}, which says how far it came, can't be read. Nothing was deleted: what there was before is in a folder before-restore-... beside it.`;
  throw new TiebreakError('damaged', message);
}
