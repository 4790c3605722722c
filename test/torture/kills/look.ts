import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import Database from 'better-sqlite3';

/** All rows of a question to the database of a folder. */
export function rowsIn(home: string, sql: string): unknown[] {
  const db = new Database(join(home, 'tiebreak.sqlite'), { readonly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

/** Posts and comments by what stands in them, whatever their numbers are. */
export function postsIn(home: string): unknown {
  return [
    rowsIn(home, 'SELECT key, title, text, "group", split FROM posts ORDER BY key'),
    rowsIn(
      home,
      'SELECT posts.key, comments.text, rank, votes FROM comments JOIN posts ON posts.id = post_id ORDER BY 1, 2',
    ),
    rowsIn(home, 'SELECT count(*) FROM labels'),
  ];
}

/** Every file below a folder, from there. */
export function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)) + (entry.isDirectory() ? '/' : ''))
    .toSorted();
}

export const sumOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
