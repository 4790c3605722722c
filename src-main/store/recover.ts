import Database from 'better-sqlite3';
import { TiebreakError } from '../contract/errors.ts';
import type { RecoveredTable } from '../contract/reports.ts';
import { problemsOf } from './health.ts';
import { closeStore, openForReading, openStore } from './open.ts';
import { type Row, type Salvaged, salvageKeyed, salvageNumbered } from './salvage.ts';
import { searchedCharacters } from './search.ts';
import { removeUnreadable } from './unreadable.ts';

type Table = {
  readonly name: string;
  readonly columns: readonly string[];
  readonly keys: readonly string[];
  readonly numbered: boolean;
};

/** Counted, or reckoned, from the others. */
const derived = ['post_counts', 'pair_count', 'gains', 'unread_comments'];

/**
 * Makes a new database at `path` of all rows of a damaged one that can be read; those whose place there can't be, and no others, are taken from a
 * backup. What then points nowhere, or is no JSON where it should be, goes; a post whose text is lost stays for its comments and answers, without it. The sources are copies, and
 * may be written to.
 * @throws TiebreakError damaged where neither can be read
 */
export function recoverInto(path: string, damaged: string, backup: string | null): readonly RecoveredTable[] {
  const store = openStore(path);
  try {
    const { db } = store;
    db.pragma('foreign_keys = OFF');
    const triggers = db.prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'trigger'`).all() as {
      name: string;
      sql: string;
    }[];
    const sources = [opened(damaged), backup === null ? null : opened(backup)] as const;
    if (!sources[0] && !sources[1]) {
      const message =
        'Nothing of the database can be read, not even its list of tables. Nothing was changed: restore a backup, or name one (--backup FILE).';
      throw new TiebreakError('damaged', message);
    }
    const recovered = db.transaction(() => {
      for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
      const tables = tablesOf(db);
      for (const { name } of tables) db.exec(`DELETE FROM "${name}"`);
      const found = tables
        .filter(({ name }) => !derived.includes(name))
        .map((table) => recoverTable(db, table, sources));
      for (const { table } of found) if (table === 'posts') bringBackPosts(db);
      removeUnreadable(store);
      dropLooseEnds(db, tables);
      count(db);
      for (const { sql } of triggers) db.exec(sql);
      return found.map((table) => ({ ...table, kept: countOf(db, table.table) }));
    })();
    for (const source of sources) source?.close();
    const problems = problemsOf(store);
    if (problems.length > 0) throw new Error(`what was recovered is not sound: ${problems[0]}`);
    return recovered;
  } finally {
    closeStore(store);
  }
}

/** A source in the form of today; null where it can't be brought to that. */
function opened(path: string): Database.Database | null {
  try {
    closeStore(openStore(path));
    return openForReading(path).db;
  } catch (error) {
    if (error instanceof TiebreakError || error instanceof Database.SqliteError) return null;
    throw error;
  }
}

function tablesOf(db: Database.Database): readonly Table[] {
  const all = db.pragma('table_list') as { name: string; type: string; wr: 0 | 1 }[];
  return all
    .filter(({ name, type }) => type === 'table' && !name.startsWith('sqlite_'))
    .map(({ name, wr }) => {
      const columns = db.pragma(`table_info("${name}")`) as { name: string; pk: number }[];
      const keys = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
      return {
        name,
        columns: columns.map((column) => column.name),
        keys: keys.map((key) => key.name),
        numbered: wr === 0,
      };
    });
}

function recoverTable(
  db: Database.Database,
  table: Table,
  [damaged, backup]: readonly [Database.Database | null, Database.Database | null],
): Omit<RecoveredTable, 'kept'> {
  const { name, columns, keys, numbered } = table;
  const insert = db.prepare(
    `INSERT OR IGNORE INTO "${name}" (${columns.map((column) => `"${column}"`).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  // A page may hold anything, also what no row of the table may be.
  const keep = (row: Row): boolean => {
    try {
      return insert.run(columns.map((column) => row[column])).changes === 1;
    } catch (error) {
      if (error instanceof Database.SqliteError) return false;
      throw error;
    }
  };
  const salvage = (source: Database.Database, keepRow: (row: Row) => boolean): Salvaged =>
    numbered ? salvageNumbered(source, `"${name}"`, keepRow) : salvageKeyed(source, `"${name}"`, keys, keepRow);
  const own = damaged ? salvage(damaged, keep) : { read: 0, gaps: [], broken: true };
  let fromBackup = 0;
  if (backup && own.broken) {
    const [key] = keys;
    // Only where nothing could be read: what was deleted since stays so.
    const isGap = (row: Row): boolean =>
      own.gaps.length === 0 || own.gaps.some(([from, to]) => Number(row[key!]) >= from && Number(row[key!]) <= to);
    salvage(backup, (row) => {
      if (isGap(row) && keep(row)) fromBackup += 1;
      return true;
    });
  }
  return { table: name, read: own.read, fromBackup, broken: own.broken };
}

/** Posts of which only comments are left, as posts that wait for their text. */
function bringBackPosts(db: Database.Database): void {
  db.exec(`
    CREATE TEMP TABLE lost AS SELECT DISTINCT post_id AS id FROM comments WHERE post_id NOT IN (SELECT id FROM posts);
    INSERT OR IGNORE INTO groups (name, split) SELECT 'recovered-' || id, 'train' FROM lost;
    INSERT INTO posts (id, key, text, "group", split) SELECT id, 'recovered-' || id, '', 'recovered-' || id, 'train' FROM lost;
    DROP TABLE lost;
    INSERT OR IGNORE INTO groups (name, split) SELECT DISTINCT "group", split FROM posts;
    UPDATE posts SET split = (SELECT split FROM groups WHERE name = "group")
      WHERE split <> (SELECT split FROM groups WHERE name = "group");`);
}

/** Takes out what points to rows that are lost: the reference where there need be none, else the row. */
function dropLooseEnds(db: Database.Database, tables: readonly Table[]): void {
  type Key = { readonly id: number; readonly table: string; readonly from: string; readonly to: string };
  for (let changed = 1; changed > 0; ) {
    changed = 0;
    for (const { name } of tables) {
      const needed = new Set(
        (db.pragma(`table_info("${name}")`) as { name: string; notnull: number; pk: number }[])
          .filter(({ notnull, pk }) => notnull || pk)
          .map((column) => column.name),
      );
      const keys = Map.groupBy(db.pragma(`foreign_key_list("${name}")`) as Key[], ({ id }) => id);
      for (const parts of keys.values()) {
        const pairs = parts.map(({ from, to }) => `p."${to}" = "${name}"."${from}"`).join(' AND ');
        const given = parts.map(({ from }) => `"${from}" IS NOT NULL`).join(' AND ');
        const loose = `${given} AND NOT EXISTS (SELECT 1 FROM "${parts[0]!.table}" AS p WHERE ${pairs})`;
        const optional = parts.every(({ from }) => !needed.has(from));
        const sql = optional
          ? `UPDATE "${name}" SET ${parts.map(({ from }) => `"${from}" = NULL`).join(', ')} WHERE ${loose}`
          : `DELETE FROM "${name}" WHERE ${loose}`;
        changed += db.prepare(sql).run().changes;
      }
    }
  }
}

/** What triggers would have counted, and the words that are searched. */
function count(db: Database.Database): void {
  db.exec(`
    INSERT INTO post_counts (post_id, comments, labels)
      SELECT id, (SELECT count(*) FROM comments WHERE post_id = posts.id),
        (SELECT count(*) FROM labels WHERE labels.post_id = posts.id
          AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id))
      FROM posts;
    INSERT INTO pair_count (id, pairs) SELECT 1, coalesce(sum(comments * (comments - 1) / 2), 0) FROM post_counts;
    INSERT INTO posts_search (posts_search) VALUES ('delete-all');
    INSERT INTO posts_search (rowid, title, text)
      SELECT id, substr(title, 1, ${searchedCharacters}), substr(text, 1, ${searchedCharacters}) FROM posts;
    INSERT INTO unread_comments (id) SELECT id FROM comments;`);
}

const countOf = (db: Database.Database, table: string): number =>
  db.prepare(`SELECT count(*) FROM "${table}"`).pluck().get() as number;
