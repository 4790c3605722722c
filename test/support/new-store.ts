import { copyFileSync, existsSync, linkSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { once } from '../../src-main/common/once.ts';
import type { ReadingStore } from '../../src-main/store/connection.ts';
import { closeStore, openStore, type WritingStore } from '../../src-main/store/open.ts';

/**
 * Puts an empty store of the newest version at a path where there is none. To make one takes every migration there ever was, some
 * hundred times the time of a copy: it is made once for all tests.
 */
export function putNewStore(path: string): void {
  if (existsSync(path)) return;
  const made = join(process.env.TIEBREAK_TEST_STAGES!, 'new.sqlite');
  if (!existsSync(made)) make(made);
  mkdirSync(join(path, '..'), { recursive: true });
  copyFileSync(made, path);
}

const empty = once(() => {
  const store = openStore(':memory:');
  try {
    return store.db.serialize();
  } finally {
    closeStore(store);
  }
});

/** An empty store in memory, of the newest version, made once as well. */
export function storeInMemory(): WritingStore {
  const db = new Database(empty());
  db.pragma('foreign_keys = ON');
  const store: ReadingStore = { path: ':memory:', db, statements: new Map(), files: new Map() };
  return store as WritingStore;
}

/** Whole or not at all: another file of tests may be making it as well. */
function make(path: string): void {
  const own = `${path}-${process.pid}`;
  closeStore(openStore(own));
  try {
    linkSync(own, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  rmSync(own);
}
