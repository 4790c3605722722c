import Database from 'better-sqlite3';
import { append } from '../common/lists.ts';
import { type ReadingStore, row, rows } from './connection.ts';
import { unreadableRows } from './unreadable.ts';

const mostTold = 20;

/**
 * What is wrong with a database: an empty list where all is well. SQLite's quick check and that of references go table by table, each of them a
 * read of its own, so that the log need not grow under the whole of it. Damage is found, never thrown.
 * @param thorough whether indexes are held against their tables as well, which takes several times as long
 */
export function problemsOf(store: ReadingStore, { thorough = false } = {}): readonly string[] {
  const problems: string[] = [];
  const look = (what: string, find: () => readonly string[]): void => {
    if (problems.length >= mostTold) return;
    try {
      append(problems, find().slice(0, mostTold - problems.length));
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
      problems.push(`${what}: ${error.message}`);
    }
  };
  let tables: readonly string[] = [];
  look('the list of tables', () => {
    tables = ownTables(store);
    return [];
  });
  for (const table of tables)
    look(table, () => brokenPages(store, table, thorough ? 'integrity_check' : 'quick_check'));
  for (const table of tables) look(table, () => looseRows(store, table));
  look('counts', () => wrongCounts(store));
  look('entries', () => unreadableRows(store));
  return problems;
}

/** All but virtual ones, whose tables are among them. */
function ownTables(store: ReadingStore): readonly string[] {
  const sql = `SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`;
  return rows<{ name: string }>(store, sql).map(({ name }) => name);
}

function brokenPages(store: ReadingStore, table: string, check: 'quick_check' | 'integrity_check'): readonly string[] {
  const found = store.db.pragma(`${check}('${table}')`) as Record<typeof check, string>[];
  return found.map((entry) => entry[check]).flatMap((text) => (text === 'ok' ? [] : [`${table}: ${text}`]));
}

function looseRows(store: ReadingStore, table: string): readonly string[] {
  const loose = store.db.pragma(`foreign_key_check('${table}')`) as { rowid: number | null }[];
  return loose.map(({ rowid }) => `${table}: row ${rowid} points nowhere`);
}

/** What triggers counted, beside what is there: a page that vanished as a whole leaves a sound tree with fewer rows. */
export function wrongCounts(store: ReadingStore): readonly string[] {
  const found = row<Record<'posts' | 'comments' | 'labels', 0 | 1>>(
    store,
    `SELECT (SELECT count(*) FROM post_counts) = (SELECT count(*) FROM posts NOT INDEXED) AS posts,
       (SELECT coalesce(sum(comments), 0) FROM post_counts) = (SELECT count(*) FROM comments NOT INDEXED) AS comments,
       (SELECT coalesce(sum(labels), 0) FROM post_counts)
         = (SELECT count(*) FROM labels NOT INDEXED) - (SELECT count(*) FROM revocations) AS labels`,
  )!;
  return Object.entries(found).flatMap(([table, fits]) =>
    fits === 1 ? [] : [`${table}: there are not as many as were counted`],
  );
}
