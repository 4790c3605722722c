import type { Split } from '../contract/records.ts';
import { now, rows, type Store, statement } from './connection.ts';

/** What an import brought. */
export type ImportCounts = {
  readonly posts: number;
  readonly comments: number;
  readonly labels: number;
  readonly skipped: number;
};

export type Import = ImportCounts & {
  readonly id: number;
  readonly file: string;
  readonly format: string;
  readonly startedAt: string;
  /** null while it runs, and for ever where it was broken off. */
  readonly finishedAt: string | null;
};

/** Notes that an import of `file` (a name for people, never opened) has begun, and gives its id. */
export function startImport(store: Store, file: string, format: string): number {
  const made = statement(store, 'INSERT INTO imports (file, format, started_at) VALUES (?, ?, ?)').run(
    file,
    format,
    now(),
  );
  return Number(made.lastInsertRowid);
}

/** Notes what an import brought, and that it came to its end. */
export function finishImport(store: Store, id: number, counts: ImportCounts): void {
  statement(
    store,
    'UPDATE imports SET finished_at = ?, posts = ?, comments = ?, labels = ?, skipped = ? WHERE id = ?',
  ).run(now(), counts.posts, counts.comments, counts.labels, counts.skipped, id);
}

/** All imports, the newest first. */
export function listImports(store: Store): readonly Import[] {
  return rows<Import>(
    store,
    `SELECT id, file, format, started_at AS startedAt, finished_at AS finishedAt, posts, comments, labels, skipped
     FROM imports ORDER BY id DESC`,
  );
}

/** The split a group has, or gets now. A group that is known keeps the split it has. */
export function splitOfGroup(store: Store, group: string, proposed: Split): Split {
  const known = statement(store, 'SELECT split FROM groups WHERE name = ?').get(group) as { split: Split } | undefined;
  if (known) return known.split;
  statement(store, 'INSERT INTO groups (name, split) VALUES (?, ?)').run(group, proposed);
  return proposed;
}
