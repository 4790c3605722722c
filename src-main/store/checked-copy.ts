import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Holdings } from '../contract/backups.ts';
import { TiebreakError } from '../contract/errors.ts';
import { checkCopy, type FolderOfModel } from './copy.ts';
import { holdingsOf } from './holdings.ts';
import { migrations } from './migrations.ts';
import { closeStore, openForReading } from './open.ts';

/** A copy that was checked, and what is in it. */
export type CopyMade = { readonly holds: Holdings; readonly models: readonly FolderOfModel[] };

/**
 * Copies a database, as it is at one moment, to a new file, and looks whether the copy is whole. It holds its thread up; others may write to the database meanwhile.
 * @throws TiebreakError damaged
 */
export async function makeCopy(
  path: string,
  to: string,
  onProgress: (done: number, total: number) => void,
): Promise<CopyMade> {
  const db = open(path);
  try {
    // The copy would begin anew whenever somebody writes: with this it is one of what was there at this moment.
    db.exec('BEGIN');
    db.prepare('SELECT count(*) FROM sqlite_master').get();
    await db.backup(to, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress(totalPages - remainingPages, totalPages);
        return pagesOfCopy;
      },
    });
  } finally {
    db.close();
  }
  const { miscounted, models } = checkCopy(to);
  if (miscounted.length > 0) throw new TiebreakError('damaged', miscounted.join('; '));
  const store = openForReading(to);
  try {
    return { holds: holdingsOf(store), models };
  } finally {
    closeStore(store);
  }
}

/** 4 MiB: a progress now and then. */
const pagesOfCopy = 1000;

/** The form that a database has, as the number of the last migration; null where there is none yet, or where it is of the newest form. */
export function olderForm(path: string): number | null {
  if (!existsSync(path)) return null;
  const db = open(path);
  try {
    const version = db.pragma('user_version', { simple: true }) as number;
    return version > 0 && version < migrations.length ? version : null;
  } finally {
    db.close();
  }
}

/**
 * Copies a database of an older form, as it is, to a new file in one turn, and looks whether the copy is whole. Gives what can be said of it without bringing it up to
 * date, which is what it is a copy from before of; null where there is nothing in it.
 * @throws TiebreakError damaged
 */
export function copyOlder(path: string, to: string): CopyMade | null {
  const db = open(path);
  try {
    const before = countsIn(db);
    if (before.posts + before.runs + before.models + before.imports === 0) return null;
    db.prepare('VACUUM INTO ?').run(to);
    const copy = open(to);
    try {
      const found = copy.pragma('quick_check(1)', { simple: true });
      const loose = copy.pragma('foreign_key_check') as unknown[];
      const same = JSON.stringify(countsIn(copy)) === JSON.stringify(before);
      if (found !== 'ok' || loose.length > 0 || !same) throw new TiebreakError('damaged', 'It does not fit together.');
    } finally {
      copy.close();
    }
    const models = db.prepare('SELECT name, folder FROM models ORDER BY id').all() as {
      name: string;
      folder: string;
    }[];
    return { holds: before, models: models.map((model) => ({ ...model, deleted: false })) };
  } finally {
    db.close();
  }
}

function countsIn(db: Database.Database): Holdings {
  const tables = new Set(db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as string[]);
  const count = (table: string): number =>
    tables.has(table) ? (db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number) : 0;
  return {
    posts: count('posts'),
    comments: count('comments'),
    answers: count('labels') - count('revocations'),
    imports: count('imports'),
    models: count('models'),
    runs: count('runs'),
    reports: count('report_pages'),
  };
}

const open = (path: string): Database.Database => new Database(path, { readonly: true, timeout: 10_000 });
