import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** Every file below a folder, from there. What goes while it is looked for is not there. */
export function filesBelow(folder: string): readonly string[] {
  return below(folder)
    .map((path) => path.slice(folder.length + 1))
    .toSorted();
}

function below(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? [`${path}/`, ...below(path)] : [path];
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

export const sumOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
