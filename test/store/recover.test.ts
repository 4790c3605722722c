import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { addPost } from '../../src-main/store/add-post.ts';
import { addAnswer } from '../../src-main/store/answers.ts';
import { problemsOf } from '../../src-main/store/health.ts';
import { closeStore, inTransaction, openForReading, openStore } from '../../src-main/store/open.ts';
import { recoverInto } from '../../src-main/store/recover.ts';
import { temporaryFolder } from '../support/temporary.ts';

const posts = 300;
const pageSize = 4096;

/** A database with posts of four comments, and an answer on each. */
function made(): { readonly folder: string; readonly path: string; readonly pages: number } {
  const folder = temporaryFolder();
  const path = join(folder, 'tiebreak.sqlite');
  const store = openStore(path);
  inTransaction(store, () => {
    for (let n = 0; n < posts; n++) {
      const texts = ['a', 'b', 'c', 'd'].map((text) => `Comment ${text} of ${n}, ${'with some words '.repeat(4)}`);
      const comments = texts.map((text) => ({ text, rank: null, votes: null }));
      const head = {
        key: `p${n}`,
        title: `Post ${n}`,
        text: 'What?',
        context: null,
        group: `p${n}`,
        split: 'train' as const,
      };
      addPost(store, { ...head, comments }, { importId: null, line: null });
      const pair = { postId: n + 1, leftId: 4 * n + 1, rightId: 4 * n + 2 };
      addAnswer(store, {
        ...pair,
        choice: 'left',
        annotator: 'ann',
        origin: 'compare',
        createdAt: new Date(n).toISOString(),
      });
    }
  });
  closeStore(store);
  return { folder, path, pages: readFileSync(path).length / pageSize };
}

/** A copy with a page, counted from 0, that holds something else. */
function damagedCopy(path: string, to: string, page: number, byte: number): string {
  const bytes = readFileSync(path);
  for (let at = page * pageSize; at < (page + 1) * pageSize; at++) bytes[at] = byte === 0 ? 0 : (at * 31 + byte) & 0xff;
  writeFileSync(to, bytes);
  return to;
}

function problemsIn(path: string): readonly string[] {
  let store: ReturnType<typeof openForReading>;
  try {
    store = openForReading(path);
  } catch (error) {
    return [String(error)];
  }
  try {
    return problemsOf(store);
  } finally {
    closeStore(store);
  }
}

/** Pages that belong to a table itself, its leaves. */
function leavesOf(path: string, table: string): number[] {
  const db = new Database(path, { readonly: true });
  const found = db
    .prepare(`SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno`)
    .pluck()
    .all(table);
  db.close();
  return found.map((page) => (page as number) - 1);
}

const numbers = (path: string, sql: string): number => {
  const db = new Database(path, { readonly: true });
  const found = db.prepare(sql).pluck().get() as number;
  db.close();
  return found;
};

test('whichever page is damaged, it is noticed', () => {
  const { folder, path, pages } = made();
  expect(problemsIn(path)).toEqual([]);
  const copy = join(folder, 'copy.sqlite');
  const unnoticed: string[] = [];
  // Every fourth, empty and full of something else by turns.
  for (let page = 0; page < pages; page += 4) {
    const byte = page % 8 === 0 ? 0 : 7;
    if (problemsIn(damagedCopy(path, copy, page, byte)).length === 0) unnoticed.push(`${page}: ${byte}`);
  }
  expect(unnoticed).toEqual([]);
});

test('what can still be read is saved and counted, and the rest comes from a backup', () => {
  const { folder, path } = made();
  const to = (name: string): string => join(folder, name);
  const leaves = leavesOf(path, 'comments');
  expect(leaves.length).toBeGreaterThan(10);
  const harmed = damagedCopy(path, to('harmed.sqlite'), leaves[3]!, 7);
  copyFileSync(harmed, to('again.sqlite'));
  const saved = recoverInto(to('new.sqlite'), harmed, null);
  const of = (found: typeof saved, table: string) => found.find((one) => one.table === table)!;
  const lost = posts * 4 - of(saved, 'comments').read;
  // One leaf's worth, and no more.
  expect(lost).toBeGreaterThan(5);
  expect(lost).toBeLessThan(60);
  expect(of(saved, 'comments')).toMatchObject({ broken: true, fromBackup: 0, kept: posts * 4 - lost });
  expect(of(saved, 'posts')).toMatchObject({ broken: false, read: posts, kept: posts });
  // Answers on comments that are lost say nothing any more.
  const { read, kept } = of(saved, 'labels');
  expect([read, kept < posts, kept > posts - lost]).toEqual([posts, true, true]);
  expect(problemsIn(to('new.sqlite'))).toEqual([]);

  const filled = recoverInto(to('filled.sqlite'), to('again.sqlite'), path);
  expect(of(filled, 'comments')).toMatchObject({
    broken: true,
    read: posts * 4 - lost,
    fromBackup: lost,
    kept: posts * 4,
  });
  expect(of(filled, 'labels')).toMatchObject({ kept: posts });
  expect(problemsIn(to('filled.sqlite'))).toEqual([]);
});

test('what was deleted since a backup does not come back with it', () => {
  const { folder, path } = made();
  const to = (name: string): string => join(folder, name);
  copyFileSync(path, to('backup.sqlite'));
  const store = openStore(path);
  store.db.prepare('DELETE FROM comments WHERE id = 4').run();
  closeStore(store);
  const harmed = damagedCopy(path, to('harmed.sqlite'), leavesOf(path, 'comments').at(-2)!, 0);
  recoverInto(to('new.sqlite'), harmed, to('backup.sqlite'));
  expect(numbers(to('new.sqlite'), 'SELECT count(*) FROM comments')).toBe(posts * 4 - 1);
  expect(numbers(to('new.sqlite'), 'SELECT count(*) FROM comments WHERE id = 4')).toBe(0);
});

test('posts whose text is lost stay for their comments and answers', () => {
  const { folder, path } = made();
  const to = (name: string): string => join(folder, name);
  const saved = recoverInto(
    to('new.sqlite'),
    damagedCopy(path, to('harmed.sqlite'), leavesOf(path, 'posts')[1]!, 0),
    null,
  );
  const posted = saved.find(({ table }) => table === 'posts')!;
  expect([posted.read < posts, posted.kept]).toEqual([true, posts]);
  expect(saved.find(({ table }) => table === 'labels')).toMatchObject({ kept: posts });
  expect(numbers(to('new.sqlite'), `SELECT count(*) FROM posts WHERE text = ''`)).toBe(posts - posted.read);
});

test('a database of which nothing can be read is said to be so, or comes whole from the backup', () => {
  const { folder, path } = made();
  const to = (name: string): string => join(folder, name);
  const harmed = damagedCopy(path, to('harmed.sqlite'), 0, 7);
  expect(() => recoverInto(to('new.sqlite'), harmed, null)).toThrow('Nothing of the database can be read');
  const saved = recoverInto(to('other.sqlite'), harmed, path);
  expect(saved.find(({ table }) => table === 'comments')).toMatchObject({
    read: 0,
    fromBackup: posts * 4,
    kept: posts * 4,
  });
});
