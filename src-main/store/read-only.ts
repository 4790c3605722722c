import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { TiebreakError } from '../contract/errors.ts';
import { closeStore, openStore, type WritingStore } from './open.ts';

/**
 * Opens a database; one that can only be read as a copy in the system's folder for such, since SQLite needs files of its own beside it, and an
 * older one is brought up to date. `close` closes it, and removes the copy.
 */
export function openOrCopy(path: string): { readonly store: WritingStore; readonly close: () => void } {
  try {
    const store = openStore(path);
    return { store, close: () => closeStore(store) };
  } catch (error) {
    if (!(error instanceof Database.SqliteError) || !/^SQLITE_(READONLY|CANTOPEN)/.test(error.code)) throw error;
    if (existsSync(path)) return openCopy(path);
    const folder = dirname(path);
    const message = `The data folder ${folder} can't be written to, and there is no database in it yet. Nothing was changed: see that you may write there, or name another one (--home).`;
    throw new TiebreakError('bad-input', message, { cause: error });
  }
}

function openCopy(path: string): ReturnType<typeof openOrCopy> {
  const folder = mkdtempSync(join(tmpdir(), 'tiebreak-reading-'));
  const copy = join(folder, 'tiebreak.sqlite');
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    copyTo(path, copy);
    const store = { ...openStore(copy), copyOf: path };
    return {
      store,
      close: () => {
        closeStore(store);
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** As it is at one moment where somebody else writes it just now; else its files. */
function copyTo(path: string, copy: string): void {
  try {
    const db = new Database(path, { readonly: true });
    try {
      db.prepare('VACUUM INTO ?').run(copy);
    } finally {
      db.close();
    }
  } catch {
    rmSync(copy, { force: true });
    for (const end of ['', '-wal']) if (existsSync(path + end)) copyFileSync(path + end, copy + end);
    chmodSync(copy, 0o600);
  }
}
