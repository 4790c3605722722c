import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { addAnswer } from '../../src-main/store/answers.ts';
import { problemsOf } from '../../src-main/store/health.ts';
import { migrations } from '../../src-main/store/migrations.ts';
import { closeStore, openStore } from '../../src-main/store/open.ts';
import { tablesOf } from '../fixtures/stores/dump.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** A store of every version as that version left it: see the script beside them, which makes those that are missing. */
const folder = join(import.meta.dirname, '../fixtures/stores');
const versions = migrations.map((step, at) => ({ version: at + 1, step }));
const fixture = (version: number): string =>
  readFileSync(join(folder, `version-${String(version).padStart(2, '0')}.sql`), 'utf8');

type Row = Readonly<Record<string, unknown>>;
const rowsOf = (db: Database.Database, table: string): Row[] => db.prepare(`SELECT * FROM "${table}"`).all() as Row[];
const schemaOf = (db: Database.Database): unknown[] =>
  db
    .prepare(
      "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name",
    )
    .all();

/** The tables after each step. */
const schemas = ((): readonly unknown[][] => {
  const db = new Database(':memory:');
  const after = migrations.map((step) => {
    db.exec(step);
    return schemaOf(db);
  });
  db.close();
  return after;
})();

test('there is a store of every version, and none beside', () => {
  const found = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  expect(found).toEqual(versions.map(({ version }) => `version-${String(version).padStart(2, '0')}.sql`));
});

test.each(versions)('version $version is what its steps still make', ({ version, step }) => {
  const text = fixture(version);
  expect(text.split('\n', 1)).toEqual([`-- step: ${hash('sha256', step)}`]);
  const kept = new Database(':memory:');
  onTestFinished(() => void kept.close());
  kept.exec(text);
  expect(schemaOf(kept)).toEqual(schemas[version - 1]);
});

/** What steps change on purpose in rows that are there: the only ways in which a row differs from what it was. */
function onPurpose(table: string, row: Row, version: number): Row {
  const { id, name } = row;
  // The model on the comment alone, and its run (step 12).
  if (version < 12 && table === 'models' && name === 'reward-3') return { ...row, method: 'alone', context: 'nothing' };
  if (version < 12 && table === 'runs' && id === 5)
    return { ...row, config: '{"method":"together","readsPost":0,"context":"nothing"}' };
  // What answers say of a post against its model is counted anew (step 20).
  if (version < 20 && table === 'gains') return { ...row, bits: null, sure: null };
  return row;
}

test.each(versions)('a store of version $version opens, and keeps its rows', ({ version }) => {
  const path = join(temporaryFolder(), 'tiebreak.sqlite');
  const old = new Database(path);
  // Not synced: the disk is no part of this.
  old.pragma('synchronous = OFF');
  old.exec(fixture(version));
  const before = new Map(tablesOf(old).map((table) => [table, rowsOf(old, table)] as const));
  old.close();
  // Each noun of its time has rows, or nothing is shown. In `erasing` there are some only within a transaction.
  expect([...before].filter(([table, rows]) => rows.length === 0 && table !== 'erasing')).toEqual([]);
  expect([...before.keys()]).toEqual(
    expect.arrayContaining(['posts', 'comments', 'labels', 'models', 'runs', 'rewards']),
  );

  const store = openStore(path);
  onTestFinished(() => closeStore(store));
  store.db.pragma('synchronous = OFF');
  expect(store.db.pragma('user_version', { simple: true })).toBe(migrations.length);
  for (const [table, rows] of before) {
    const wanted = rows.map((row) => expect.objectContaining(onPurpose(table, row, version)));
    expect(rowsOf(store.db, table), table).toEqual(wanted);
  }
  expect(store.db.pragma('quick_check')).toEqual([{ quick_check: 'ok' }]);
  expect(store.db.pragma('foreign_key_check')).toEqual([]);
  expect(problemsOf(store)).toEqual([]);
  expect(schemaOf(store.db)).toEqual(schemas.at(-1));
  expect(store.db.prepare("SELECT rowid FROM posts_search WHERE posts_search MATCH 'uber'").pluck().all()).toEqual([1]);
  const answer = { postId: 3, leftId: 6, rightId: 7, choice: 'left', annotator: 'dan', origin: 'compare' } as const;
  addAnswer(store, { ...answer, key: 'new' });
  expect(store.db.prepare("SELECT outcome FROM labels WHERE key = 'new'").pluck().get()).toBe('left');
});
