import Database from 'better-sqlite3';
import { TiebreakError } from '../contract/errors.ts';
import type { Totals } from '../contract/statistics.ts';
import { type ReadingStore, rows } from './connection.ts';
import { totals } from './counts.ts';
import { wrongCounts } from './health.ts';
import { migrations } from './migrations.ts';
import { closeStore, openStore } from './open.ts';
import { unreadableRows } from './unreadable.ts';

const pagesPerTurn = 200;

/** Copies the whole database to a new file, a piece at a time: it may be read and written meanwhile. */
export async function copyStore(
  store: ReadingStore,
  path: string,
  { onProgress, signal }: { onProgress: (share: number) => void; signal: AbortSignal },
): Promise<void> {
  await store.db.backup(path, {
    progress: ({ totalPages, remainingPages }) => {
      signal.throwIfAborted();
      onProgress(totalPages === 0 ? 0 : 1 - remainingPages / totalPages);
      return pagesPerTurn;
    },
  });
}

/** What is in a copy. */
export type CopyContent = {
  readonly totals: Totals;
  readonly models: readonly FolderOfModel[];
  /** Where there are not as many rows as triggers counted, in a sentence each: some may be lost. */
  readonly miscounted: readonly string[];
  /** Where a row holds what can't be read, in a sentence each. */
  readonly unreadable: readonly string[];
};
/** The folder of a model, as the database says it, and whether the model is deleted. */
export type FolderOfModel = { readonly name: string; readonly folder: string; readonly deleted: boolean };

/** The folders of all models, those deleted but not yet gone included. */
export function foldersOfModels(store: ReadingStore): readonly FolderOfModel[] {
  return rows<{ name: string; folder: string; deleted: 0 | 1 }>(
    store,
    'SELECT name, folder, deleted_at IS NOT NULL AS deleted FROM models ORDER BY id',
  ).map((model) => ({ ...model, deleted: model.deleted === 1 }));
}

/**
 * Brings a copy up to date and looks whether it is whole: SQLite's own check, and that its tables and triggers are ours and
 * no others. Throws TiebreakError damaged or newer-database.
 */
export function checkCopy(path: string): CopyContent {
  try {
    const store = openStore(path);
    try {
      return contentOf(store);
    } finally {
      closeStore(store);
    }
  } catch (error) {
    const known = error instanceof TiebreakError;
    if (known ? error.code !== 'damaged' : !(error instanceof Database.SqliteError)) throw error;
    const what = known && error.message === other ? other : 'The database in it is damaged, or is none of Tiebreak.';
    throw new TiebreakError('damaged', what, { cause: error });
  }
}

const other = 'The database in it has other tables than those of Tiebreak.';

function contentOf(store: ReadingStore): CopyContent {
  const found = store.db.pragma('quick_check(1)', { simple: true });
  const loose = store.db.pragma('foreign_key_check') as unknown[];
  if (found !== 'ok' || loose.length > 0) throw new TiebreakError('damaged', 'It does not fit together.');
  if (schemaOf(store.db) !== ownSchema()) throw new TiebreakError('damaged', other);
  return {
    totals: totals(store),
    models: foldersOfModels(store),
    miscounted: wrongCounts(store),
    unreadable: unreadableRows(store),
  };
}

function ownSchema(): string {
  const db = new Database(':memory:');
  try {
    for (const step of migrations) db.exec(step);
    return schemaOf(db);
  } finally {
    db.close();
  }
}

function schemaOf(db: Database.Database): string {
  const sql =
    "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name";
  return JSON.stringify(db.prepare(sql).all());
}
