import type { Database, Statement } from 'better-sqlite3';

/** An open database, for whoever only reads. Only the files of this room look inside. */
export type ReadingStore = {
  readonly path: string;
  readonly db: Database;
  readonly statements: Map<string, Statement>;
  /** The database that this is a copy of, where that one can only be read. */
  readonly copyOf?: string;
  /** What the system knew its files by when they were first seen (in-place.ts). */
  readonly files: Map<string, string>;
};

declare const mayWrite: unique symbol;

/** The same for whoever may write: what opens a store to write makes one, and the lock of the data folder hands it out. */
export type WritingStore = ReadingStore & { readonly [mayWrite]: true };

/** The prepared statement for this SQL, prepared once per store. Only who may write can run one. */
export function statement(store: WritingStore, sql: string): Statement;
export function statement(store: ReadingStore, sql: string): Omit<Statement, 'run'>;
export function statement(store: ReadingStore, sql: string): Statement {
  let prepared = store.statements.get(sql);
  if (!prepared) {
    prepared = store.db.prepare(sql);
    store.statements.set(sql, prepared);
  }
  return prepared;
}

/** All rows of a query, as the caller says they are. */
export function rows<T>(store: ReadingStore, sql: string, ...values: readonly unknown[]): T[] {
  return statement(store, sql).all(...values) as T[];
}

/** The only column of all rows of a query: where there may be hundreds of thousands, in a third of the time. */
export function column<T>(store: ReadingStore, sql: string, ...values: readonly unknown[]): T[] {
  // A statement of its own, since it stays as it is told.
  return statement(store, `${sql} /* column */`)
    .pluck()
    .all(...values) as T[];
}

/** The first row of a query, if there is one. */
export function row<T>(store: ReadingStore, sql: string, ...values: readonly unknown[]): T | undefined {
  return statement(store, sql).get(...values) as T | undefined;
}

/** Runs `work` so that all of its writes arrive or none. May be nested. */
export function inTransaction<T>(store: WritingStore, work: () => T): T {
  return store.db.inTransaction ? work() : store.db.transaction(work).immediate();
}

/** Reads everything as it is at one moment, whatever others write meanwhile. For a connection that nobody else uses. */
export async function atOneMoment<T>(store: ReadingStore, read: () => Promise<T>): Promise<T> {
  store.db.exec('BEGIN');
  try {
    return await read();
  } finally {
    store.db.exec('ROLLBACK');
  }
}

/**
 * Like inTransaction, and on the disk when it returns. The store is in WAL mode with synchronous = NORMAL, where a commit is
 * in the system's hands and outlives the process, but is synced only at the next checkpoint: a power cut could take it.
 * With FULL the log is synced at every commit. Not to be nested.
 */
export function inDurableTransaction<T>(store: WritingStore, work: () => T): T {
  store.db.pragma('synchronous = FULL');
  try {
    return inTransaction(store, work);
  } finally {
    store.db.pragma('synchronous = NORMAL');
  }
}

// In pages of 4 KiB: SQLite's own size, and 16 MiB.
const usualLog = 1000;
const longLog = 4000;

/**
 * Runs work of many transactions on a longer log. The same pages change again and again, and go to the database once for each time that
 * the log is full, with the disk waited for: so they go less often. A power cut takes more of the end of what is not durable.
 */
export async function withLongLog<T>(store: WritingStore, work: () => Promise<T>): Promise<T> {
  store.db.pragma(`wal_autocheckpoint = ${longLog}`);
  try {
    return await work();
  } finally {
    store.db.pragma(`wal_autocheckpoint = ${usualLog}`);
  }
}

/** The time as it is kept: ISO 8601, UTC. */
export function now(): string {
  return new Date().toISOString();
}
