import { closeSync, existsSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { TiebreakError } from '../contract/errors.ts';
import type { ReadingStore, WritingStore } from './connection.ts';
import { isInPlace } from './in-place.ts';
import { migrations } from './migrations.ts';

export type { ReadingStore, WritingStore } from './connection.ts';
export { atOneMoment, inDurableTransaction, inTransaction, withLongLog } from './connection.ts';

const newest = migrations.length;

/**
 * Opens the database at `path`, makes it where there is none, and brings it up to date. A file that a newer Tiebreak
 * wrote, or that is no database of ours, is refused and not touched.
 */
export function openStore(path: string): WritingStore {
  if (existsSync(path)) refuseForeign(path);
  else mkdirSync(dirname(path), { recursive: true });
  const db = new Database(path, { timeout: 10_000 });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    db.pragma('cache_size = -65536');
    migrate(db);
    const store: ReadingStore = { path, db, statements: new Map(), files: new Map() };
    isInPlace(store);
    return store as WritingStore;
  } catch (error) {
    db.close();
    throw explained(error, path);
  }
}

/** Opens a database that is up to date to read it only, beside whoever writes to it. */
export function openForReading(path: string): ReadingStore {
  try {
    const db = new Database(path, { readonly: true, timeout: 10_000 });
    return { path, db, statements: new Map(), files: new Map() };
  } catch (error) {
    throw explained(error, path);
  }
}

/** Closes the database. The store must not be used afterwards. */
export function closeStore(store: ReadingStore): void {
  store.statements.clear();
  store.db.close();
}

/** The version of SQLite inside better-sqlite3. */
export function sqliteVersion(store: ReadingStore): string {
  return store.db.prepare('SELECT sqlite_version()').pluck().get() as string;
}

/** What SQLite's own check finds wrong with the file: an empty list where all is well. */
export function integrityCheck(store: ReadingStore): readonly string[] {
  const found = store.db.pragma('integrity_check(20)') as { integrity_check: string }[];
  const problems = found.map((entry) => entry.integrity_check).filter((text) => text !== 'ok');
  const loose = store.db.pragma('foreign_key_check') as { table: string; rowid: number | null }[];
  return [...problems, ...loose.slice(0, 20).map((entry) => `${entry.table}: row ${entry.rowid} points nowhere`)];
}

/** Looks at an existing file without writing: the header first, then through SQLite, since a WAL may hold newer pages. */
function refuseForeign(path: string): void {
  const header = Buffer.alloc(100);
  let length = 0;
  try {
    const file = openSync(path, 'r');
    try {
      length = readSync(file, header, 0, 100, 0);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new TiebreakError('damaged', `The database ${path} can't be read. Nothing was changed.`, { cause: error });
  }
  if (length === 0) return;
  if (length < 100 || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') throw damaged(path);
  refuseNewer(header.readUInt32BE(60), path);
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { readonly: true, timeout: 10_000 });
    const version = db.pragma('user_version', { simple: true }) as number;
    refuseNewer(version, path);
    const tables = db.prepare('SELECT count(*) AS count FROM sqlite_master').get() as { count: number };
    if (version === 0 && tables.count > 0) {
      throw new TiebreakError('damaged', `The database ${path} belongs to another program. Nothing was changed.`);
    }
  } catch (error) {
    throw explained(error, path);
  } finally {
    db?.close();
  }
}

function refuseNewer(version: number, path: string): void {
  if (version <= newest) return;
  throw new TiebreakError(
    'newer-database',
    `The database ${path} was written by a newer Tiebreak (version ${version}, this one knows ${newest}): install the newer Tiebreak to open it; nothing was changed.`,
  );
}

function migrate(db: Database.Database): void {
  for (let step = 1; step <= newest; step += 1) {
    db.transaction(() => {
      const version = db.pragma('user_version', { simple: true }) as number;
      if (version >= step) return;
      db.exec(migrations[step - 1]!);
      db.pragma(`user_version = ${step}`);
    }).immediate();
  }
}

function damaged(path: string, cause?: unknown): TiebreakError {
  return new TiebreakError(
    'damaged',
    `The file ${path} is damaged or is no Tiebreak database. Nothing was changed: put a backup in its place, or move it away to start anew.`,
    { cause },
  );
}

function explained(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  if (error.code.startsWith('SQLITE_BUSY')) {
    const message = `The database ${path} is in use by another program. Nothing was changed: try again in a moment.`;
    return new TiebreakError('busy', message, { cause: error });
  }
  if (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB') return damaged(path, error);
  return error;
}
