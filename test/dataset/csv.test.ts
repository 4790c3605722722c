import { describe, expect, test } from 'vitest';
import { readRows } from '../../src-main/dataset/read.ts';
import type { Row } from '../../src-main/dataset/row.ts';
import { totals } from '../../src-main/store/counts.ts';
import { findPost, postsWithComments } from '../../src-main/store/posts.ts';
import { importFile } from '../../src-main/transfer/import-file.ts';
import { temporaryFile, temporaryStore } from '../support/temporary.ts';

async function rowsOf(content: string | Buffer): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of readRows(temporaryFile(content, 'a.csv'), 'csv')) rows.push(row);
  return rows;
}

const skips = (rows: readonly Row[]) =>
  rows.filter((row) => row.kind === 'skip').map(({ line, reason }) => ({ line, reason }));

const textsOf = (rows: readonly Row[]) => rows.flatMap((row) => (row.kind === 'one' ? [row.comments[0]!.text] : []));

describe('CSV', () => {
  test('columns are found by name; rows of a post may stand anywhere', async () => {
    const store = temporaryStore();
    const path = temporaryFile(
      '\uFEFFVotes;Post ID;Comment;Text;x\r\n'.replace('Post ID', 'post_id') +
        '3;7;"first; ""quoted""\nline two";a post;\r\n9;8;b;other;\r\n5;7;second;a post;\r\n1;8;c;other;\r\n1;9;alone;third;\r\n',
      'a.csv',
    );
    const report = await importFile(store, path);
    expect(report).toMatchObject({ format: 'csv', posts: 2, comments: 4 });
    expect(report.skipped).toEqual([{ line: 7, reason: 'its post has only one comment' }]);
    expect(findPost(store, '7').comments.map(({ text, rank, votes }) => [text, rank, votes])).toEqual([
      ['first; "quoted"\nline two', 1, 3],
      ['second', 0, 5],
    ]);
    expect(await importFile(store, path)).toMatchObject({ posts: 0, comments: 0 });
    expect(totals(store)).toMatchObject({ posts: 2, comments: 4 });
  });

  test('prompt, chosen and rejected are pairs', async () => {
    const store = temporaryStore();
    const path = temporaryFile('prompt,chosen,rejected\np,a,b\np,b,c\n', 'a.csv');
    expect(await importFile(store, path)).toMatchObject({ posts: 1, comments: 3, labels: 2 });
  });

  test('bad records are left out with their line, and the rest arrives', async () => {
    const content = Buffer.concat([
      Buffer.from('id,text,comment,score\n1,p,"two\nlines",0\n1,p,too,many,5\n1,,b,1\n1,p,b,first\n1,p,'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from(',1\n1,p,nul\0,1\n1,p,6" tall,1\n1,p,"a"b,1\n1,p,c,2\n'),
    ]);
    const rows = await rowsOf(content);
    expect(skips(rows)).toEqual([
      { line: 4, reason: 'has 5 columns where the first line has 4' },
      { line: 5, reason: 'text is missing' },
      { line: 6, reason: 'score is not a number' },
      { line: 7, reason: 'is not valid UTF-8' },
      { line: 8, reason: 'holds a NUL byte' },
    ]);
    expect(textsOf(rows)).toEqual(['two\nlines', '6" tall', '"a"b', 'c']);
  });

  test('a quotation mark that is never closed costs its line only', async () => {
    const rows = await rowsOf('text,comment\np,"open\np,b\np,"c, d"\np,e');
    expect(skips(rows)).toEqual([{ line: 2, reason: 'has a quotation mark in a wrong place' }]);
    expect(textsOf(rows)).toEqual(['b', 'c, d', 'e']);
    const odd = await rowsOf('text,comment\np,a\np,"open\np,b\np,c');
    expect(skips(odd)).toEqual([{ line: 3, reason: 'opens a quotation mark that is never closed' }]);
    expect(textsOf(odd)).toEqual(['a', 'b', 'c']);
  });

  test('a field of 40 MB is left out', async () => {
    const rows = await rowsOf(`text,comment\np,a\np,"${'x'.repeat(40_000_000)}"\np,b\n`);
    expect(skips(rows)).toEqual([{ line: 3, reason: 'longer than 16 MB' }]);
    expect(rows).toHaveLength(3);
  });

  test('a first line without the needed names is said', async () => {
    await expect(rowsOf('a,b\n1,2\n')).rejects.toThrow('must name its columns');
  });
});

test('a post with rows far apart is one post', async () => {
  const store = temporaryStore();
  const lines = Array.from({ length: 3000 }, (_, n) => `post ${n % 1000},comment ${n}`);
  await importFile(store, temporaryFile(`text,comment\n${lines.join('\n')}`, 'a.csv'));
  expect([...postsWithComments(store)].every((post) => post.comments.length === 3)).toBe(true);
});
