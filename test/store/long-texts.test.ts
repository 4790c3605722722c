import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { addPost } from '../../src-main/store/add-post.ts';
import { countUnread, readSomeWords } from '../../src-main/store/comment-words.ts';
import { migrations } from '../../src-main/store/migrations.ts';
import { searchedCharacters } from '../../src-main/store/search.ts';
import { temporaryStore } from '../support/temporary.ts';

const long = (first: string, last: string): string => `${first} ${'word '.repeat(searchedCharacters / 5)} ${last}`;
const whole = (table: string): string => `INSERT INTO ${table} (${table}, rank) VALUES ('integrity-check', 1)`;

test('of a text of megabytes the words of its beginning are found, of as many texts at once as are short', () => {
  const store = temporaryStore();
  const found = (table: string, word: string): number[] =>
    store.db.prepare(`SELECT rowid FROM ${table} WHERE ${table} MATCH ? ORDER BY rowid`).pluck().all(word) as number[];
  const texts = [1, 2, 3, 4, 5].map((n) => long(`apple${n}`, `pear${n}`));
  const post = { key: 'k', title: null, text: long('fig', 'date'), context: null, group: 'g', split: 'train' as const };
  const comments = [...texts, 'short', 'shorter'].map((text) => ({ text, rank: null, votes: null }));
  addPost(store, { ...post, comments }, { importId: null, line: null });
  expect([found('posts_search', 'fig'), found('posts_search', 'date')]).toEqual([[1], []]);
  // Three of them are as much as is read at once.
  expect(readSomeWords(store, 250)).toBe(3);
  expect(readSomeWords(store, 250)).toBe(4);
  expect([readSomeWords(store, 250), countUnread(store)]).toEqual([0, 0]);
  expect([found('comments_search', 'apple4'), found('comments_search', 'pear4')]).toEqual([[4], []]);
  // What is corrected or goes leaves nothing behind.
  store.db.exec(`UPDATE posts SET text = 'another'; UPDATE comments SET text = 'another' WHERE id = 4`);
  readSomeWords(store, 250);
  expect([found('posts_search', 'fig'), found('comments_search', 'apple4')]).toEqual([[], []]);
  expect(found('comments_search', 'another')).toEqual([4]);
  store.db.exec('DELETE FROM posts');
  for (const table of ['posts_search', 'comments_search']) expect(() => store.db.exec(whole(table))).not.toThrow();
});

test('an index with all words of a long text is brought to those of its beginning', () => {
  const at = migrations.findIndex((step) => step.includes('first 100,000 characters'));
  const db = new Database(':memory:');
  for (const step of migrations.slice(0, at)) db.exec(step);
  const add = db.prepare(`INSERT INTO posts (id, key, text, "group", split) VALUES (?, ?, ?, 'g', 'train')`);
  db.exec("INSERT INTO groups VALUES ('g', 'train')");
  add.run(1, 'k1', long('fig', 'date'));
  add.run(2, 'k2', 'fig and date');
  const comment = db.prepare('INSERT INTO comments (id, post_id, text, text_hash) VALUES (?, 1, ?, CAST(? AS BLOB))');
  comment.run(1, long('apple', 'pear'), 'a');
  comment.run(2, 'apple and pear', 'b');
  db.exec('INSERT INTO comments_search (rowid, text) SELECT id, text FROM comments; DELETE FROM unread_comments');
  db.exec(migrations[at]!);
  const found = (table: string, word: string) =>
    db.prepare(`SELECT rowid FROM ${table} WHERE ${table} MATCH ? ORDER BY rowid`).pluck().all(word);
  expect([found('posts_search', 'fig'), found('posts_search', 'date')]).toEqual([[1, 2], [2]]);
  expect([found('comments_search', 'apple'), found('comments_search', 'pear')]).toEqual([[1, 2], [2]]);
  db.exec('DELETE FROM comments WHERE id = 1; DELETE FROM posts WHERE id = 1');
  // The other comment went with its post.
  expect([found('posts_search', 'fig'), found('comments_search', 'apple')]).toEqual([[2], []]);
  for (const table of ['posts_search', 'comments_search']) expect(() => db.exec(whole(table))).not.toThrow();
  db.close();
});
