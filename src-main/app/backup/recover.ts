import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { TiebreakError } from '../../contract/errors.ts';
import type { Recovery } from '../../contract/reports.ts';
import { fill } from '../../disk/fill.ts';
import { problemsOf } from '../../store/health.ts';
import { closeStore, openForReading } from '../../store/open.ts';
import { recoverInto } from '../../store/recover.ts';
import { takeLock } from '../kernel/lock.ts';
import { folderOfBackup, keptBackups } from './automatic-folder.ts';
import { databaseName } from './backup.ts';
import { endSwap, finishSwap, stagingOf, swapBack, swapIn } from './swap.ts';

/**
 * Puts a new database in the place of a damaged one, made of all that can still be read, and of a backup where that has what can't. What was there
 * is put aside, and models stay where they are.
 * @param backup a file that Tiebreak made, or the name of an automatic backup; without it the last of these, and none with null
 * @throws TiebreakError nothing-to-do where the database is sound; damaged where nothing can be read; busy
 */
export async function recoverFolder(
  home: string,
  { backup }: { readonly backup?: string | null | undefined },
): Promise<Recovery> {
  const database = join(home, databaseName);
  if (!existsSync(database))
    throw new TiebreakError('not-found', `There is no database in ${home}. Nothing was changed.`);
  // One that was broken off waits with its own database.
  finishSwap(home);
  const release = takeLock(home, 'recovering the database');
  try {
    const problems = problemsIn(database);
    if (problems.length === 0) {
      throw new TiebreakError(
        'nothing-to-do',
        'The database is sound: there is nothing to recover, and nothing was changed.',
      );
    }
    const staging = stagingOf(home);
    rmSync(staging, { recursive: true, force: true });
    mkdirSync(staging);
    try {
      const damaged = join(staging, 'damaged.sqlite');
      for (const end of ['', '-wal']) if (existsSync(database + end)) copyFileSync(database + end, damaged + end);
      const used = backup === undefined ? (keptBackups(home)[0]?.id ?? null) : backup;
      const earlier = used === null ? null : await unpacked(home, used, join(staging, 'backup.sqlite'));
      const tables = recoverInto(join(staging, databaseName), damaged, earlier);
      return { home, problems, tables, backup: used, aside: join(home, putInPlace(home)) };
    } finally {
      endSwap(home);
    }
  } finally {
    release();
  }
}

function putInPlace(home: string): string {
  try {
    return swapIn(home);
  } catch (error) {
    swapBack(home);
    throw error;
  }
}

/** What is wrong with it; also where it can't even be opened. */
function problemsIn(database: string): readonly string[] {
  try {
    const store = openForReading(database);
    try {
      return problemsOf(store, { thorough: true });
    } finally {
      closeStore(store);
    }
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** The database of a backup: of an automatic one, or of a file. */
async function unpacked(home: string, file: string, to: string): Promise<string> {
  if (keptBackups(home).some(({ id }) => id === file)) {
    copyFileSync(join(folderOfBackup(home, file), databaseName), to);
    return to;
  }
  try {
    const zip = await yauzl.openPromise(file, { strictFileNames: true });
    try {
      for await (const entry of zip.eachEntry()) {
        if (entry.fileName !== databaseName) continue;
        const content = await zip.openReadStreamPromise(entry);
        await fill(to, (target) => pipeline(content, target));
        return to;
      }
    } finally {
      zip.close();
    }
  } catch (error) {
    throw noBackup(file, error);
  }
  throw noBackup(file);
}

const noBackup = (file: string, cause?: unknown): TiebreakError =>
  new TiebreakError('bad-input', `${file} is no backup that Tiebreak made, or it can't be read. Nothing was changed.`, {
    cause,
  });
