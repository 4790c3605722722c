import Database from 'better-sqlite3';
import type { Holdings } from '../contract/backups.ts';
import { type ReadingStore, row } from './connection.ts';

/** How many there are of everything that a person would miss: what is deleted is not among it. */
export function holdingsOf(store: ReadingStore): Holdings {
  return row<Holdings>(store, `SELECT ${counts('main', () => '1')}`)!;
}

/** Whether there is anything that a person would miss. */
export function holdsAnything(store: ReadingStore): boolean {
  const some = Object.keys(tables).map((table) => `EXISTS (SELECT 1 FROM ${table})`);
  return row<{ some: 0 | 1 }>(store, `SELECT ${some.join(' OR ')} AS some`)!.some === 1;
}

/** What is in another database and not in this one, and the other way round; both up to date. */
export function differenceTo(
  path: string,
  other: string,
): {
  readonly now: Holdings;
  readonly after: Holdings;
  readonly comes: Holdings;
  readonly goes: Holdings;
  readonly newerAnswers: number;
} {
  const db = new Database(path, { readonly: true, timeout: 10_000 });
  try {
    db.prepare('ATTACH ? AS other').run(other);
    const read = (sql: string): Holdings => db.prepare(sql).get() as Holdings;
    return {
      now: read(`SELECT ${counts('main', () => '1')}`),
      after: read(`SELECT ${counts('other', () => '1')}`),
      comes: read(`SELECT ${counts('other', (table) => `NOT EXISTS (${same[table]('main')})`)}`),
      goes: read(`SELECT ${counts('main', (table) => `NOT EXISTS (${same[table]('other')})`)}`),
      newerAnswers: db
        .prepare(
          `SELECT count(*) FROM main.labels AS it WHERE import_id IS NULL AND ${present.labels('main')}
           AND NOT EXISTS (SELECT 1 FROM other.labels WHERE key = it.key)`,
        )
        .pluck()
        .get() as number,
    };
  } finally {
    db.close();
  }
}

type Schema = 'main' | 'other';
const tables = {
  posts: 'posts',
  comments: 'comments',
  labels: 'answers',
  imports: 'imports',
  models: 'models',
  runs: 'runs',
  report_pages: 'reports',
} as const;
type Table = keyof typeof tables;

/** Which rows of a table count. */
const present: Readonly<Record<Table, (schema: Schema, alias?: string) => string>> = {
  posts: () => '1',
  comments: () => '1',
  labels: (schema, alias = 'it') => `NOT EXISTS (SELECT 1 FROM ${schema}.revocations WHERE label_id = ${alias}.id)`,
  imports: (_, alias = 'it') => `${alias}.undone_at IS NULL`,
  models: (_, alias = 'it') => `${alias}.deleted_at IS NULL`,
  runs: (_, alias = 'it') => `${alias}.deleted_at IS NULL`,
  report_pages: (_, alias = 'it') => `${alias}.deleted_at IS NULL`,
};

/** The same thing in another database: numbers are given anew where something was taken out, so more than they must agree. */
const same: Readonly<Record<Table, (schema: Schema) => string>> = {
  posts: (schema) => `SELECT 1 FROM ${schema}.posts AS its WHERE its.key = it.key`,
  comments: (schema) =>
    `SELECT 1 FROM ${schema}.posts AS p JOIN ${schema}.comments AS its ON its.post_id = p.id
     WHERE p.key = (SELECT key FROM ${schema === 'main' ? 'other' : 'main'}.posts WHERE id = it.post_id) AND its.text_hash = it.text_hash`,
  labels: (schema) =>
    `SELECT 1 FROM ${schema}.labels AS its WHERE its.key = it.key AND ${present.labels(schema, 'its')}`,
  imports: (schema) =>
    `SELECT 1 FROM ${schema}.imports AS its WHERE its.id = it.id AND its.started_at = it.started_at AND its.undone_at IS NULL`,
  models: (schema) =>
    `SELECT 1 FROM ${schema}.models AS its WHERE its.id = it.id AND its.created_at = it.created_at AND its.deleted_at IS NULL`,
  runs: (schema) =>
    `SELECT 1 FROM ${schema}.runs AS its WHERE its.id = it.id AND its.started_at = it.started_at AND its.deleted_at IS NULL`,
  report_pages: (schema) =>
    `SELECT 1 FROM ${schema}.report_pages AS its WHERE its.id = it.id AND its.created_at = it.created_at AND its.deleted_at IS NULL`,
};

function counts(schema: Schema, which: (table: Table) => string): string {
  return (Object.entries(tables) as [Table, string][])
    .map(
      ([table, name]) =>
        `(SELECT count(*) FROM ${schema}.${table} AS it WHERE ${present[table](schema)} AND ${which(table)}) AS ${name}`,
    )
    .join(', ');
}
