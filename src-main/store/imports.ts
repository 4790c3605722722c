import { TiebreakError } from '../contract/errors.ts';
import type { Split } from '../contract/records.ts';
import type { ImportLine } from '../contract/views.ts';
import { now, type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';

/** What an import brought. */
export type ImportCounts = {
  readonly posts: number;
  readonly comments: number;
  readonly labels: number;
  /** Contexts given to posts that were there already. */
  readonly contexts: number;
  /** Rewards given to comments that were there already. */
  readonly rewards: number;
  readonly skipped: number;
};

/** Notes that an import of `file` (a name for people, never opened) has begun, and gives its id. */
export function startImport(store: WritingStore, file: string, format: string): number {
  const made = statement(store, 'INSERT INTO imports (file, format, started_at) VALUES (?, ?, ?)').run(
    file,
    format,
    now(),
  );
  return Number(made.lastInsertRowid);
}

/** Notes what an import has brought so far. */
export function countImport(store: WritingStore, id: number, counts: ImportCounts): void {
  statement(
    store,
    'UPDATE imports SET posts = ?, comments = ?, labels = ?, contexts = ?, rewards = ?, skipped = ? WHERE id = ?',
  ).run(counts.posts, counts.comments, counts.labels, counts.contexts, counts.rewards, counts.skipped, id);
}

/** Notes what an import brought, and that it came to its end. */
export function finishImport(store: WritingStore, id: number, counts: ImportCounts): void {
  countImport(store, id, counts);
  statement(store, 'UPDATE imports SET finished_at = ? WHERE id = ?').run(now(), id);
}

/** Forgets an import that brought nothing but ids of comments that are not there. */
export function forgetImport(store: WritingStore, id: number): void {
  statement(store, 'DELETE FROM other_keys WHERE import_id = ?').run(id);
  statement(store, 'DELETE FROM imports WHERE id = ?').run(id);
}

/** An import as it is kept. undoBegunAt: when undoing it was begun, or gone on with, last; null where it was not, or is done. */
export type KeptImport = Omit<ImportLine, 'undo'> & { readonly undoBegunAt: string | null };

const columns = `id, file, format, started_at AS startedAt, finished_at AS finishedAt, undone_at AS undoneAt,
  posts, comments, labels AS answers, contexts, rewards, skipped,
  (SELECT begun_at FROM undoings WHERE import_id = imports.id) AS undoBegunAt`;

/** All imports, the newest first. */
export function listImports(store: ReadingStore): readonly KeptImport[] {
  return rows<KeptImport>(store, `SELECT ${columns} FROM imports ORDER BY id DESC`);
}

/** The import with this number; says so where there is none. */
export function findImport(store: ReadingStore, id: number): KeptImport {
  const found = row<KeptImport>(store, `SELECT ${columns} FROM imports WHERE id = ?`, id);
  if (!found) throw new TiebreakError('not-found', `There is no import ${id}. Nothing was changed.`);
  return found;
}

/** The last of the next `limit` posts that came with an import, by number; null where there are no more. */
export function nextPostOfImport(store: ReadingStore, id: number, after: number, limit: number): number | null {
  const sql = 'SELECT max(id) AS last FROM (SELECT id FROM posts WHERE import_id = ? AND id > ? ORDER BY id LIMIT ?)';
  return row<{ last: number | null }>(store, sql, id, after, limit)!.last;
}

/** The split a group has, or gets now. A group that is known keeps the split it has. */
export function splitOfGroup(store: WritingStore, group: string, proposed: Split): Split {
  // Most posts are a group of their own, which is new.
  const sql = 'INSERT INTO groups (name, split) VALUES (?, ?) ON CONFLICT DO NOTHING';
  if (statement(store, sql).run(group, proposed).changes === 1) return proposed;
  return row<{ split: Split }>(store, 'SELECT split FROM groups WHERE name = ?', group)!.split;
}
