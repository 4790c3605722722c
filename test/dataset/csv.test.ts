import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src-main/dataset/facts.ts';
import { lookAt } from '../../src-main/dataset/look.ts';
import { readFacts } from '../../src-main/dataset/read.ts';
import { totals } from '../../src-main/store/counts.ts';
import { findPost, postsWithComments } from '../../src-main/store/posts.ts';
import { importFile } from '../../src-main/transfer/import-file.ts';
import { temporaryFile, temporaryStore } from '../support/temporary.ts';

/** What a table is read as: the comments, and what is left out or noted. */
async function factsOf(content: string | Buffer): Promise<Fact[]> {
  const look = await lookAt(temporaryFile(content, 'a.csv'));
  const facts: Fact[] = [];
  for await (const batch of readFacts(look, { score: 'places', html: false, replies: 'leave' }).batches) {
    facts.push(...batch.flatMap((record) => record.facts));
  }
  return facts;
}

const leftOut = (facts: readonly Fact[]) =>
  facts.flatMap((fact) =>
    fact.kind === 'left' && !fact.why.startsWith('with-') ? [{ line: fact.line, of: fact.of, why: fact.why }] : [],
  );

const textsOf = (facts: readonly Fact[]) =>
  facts.flatMap((fact) => (fact.kind === 'post' ? [fact.comments[0]!.text] : []));

describe('CSV', () => {
  test('columns are found by name; rows of a post may stand anywhere', async () => {
    const store = temporaryStore();
    const path = temporaryFile(
      '\uFEFFVotes;Post ID;Comment;Text;x\r\n'.replace('Post ID', 'post_id') +
        '3;7;"first; ""quoted""\nline two";a post;\r\n9;8;b;other;\r\n5;7;second;a post;\r\n1;8;c;other;\r\n1;9;alone;third;\r\n',
      'a.csv',
    );
    const report = await importFile(store, path);
    expect(report).toMatchObject({ found: { shape: 'posts', format: 'csv', separator: ';' }, posts: 2, comments: 4 });
    expect(report.skipped).toMatchObject([{ line: 7, reason: 'a post with only one comment' }]);
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
    const facts = await factsOf(content);
    expect(leftOut(facts)).toEqual([
      { line: 4, of: 'row', why: 'more-cells' },
      { line: 6, of: 'vote', why: 'no-place' },
    ]);
    expect(facts.filter((fact) => fact.kind === 'noted').map(({ line, why }) => ({ line, why }))).toEqual([
      { line: 8, why: 'nul' },
    ]);
    expect(textsOf(facts)).toEqual(['two\nlines', 'b', 'b', 'Ã(', 'nul\uFFFD', '6" tall', '"a"b', 'c']);
  });

  test('a quotation mark that is never closed costs its line only', async () => {
    const facts = await factsOf('text,comment\np,"open\np,b\np,"c, d"\np,e');
    expect(leftOut(facts)).toMatchObject([{ line: 2, of: 'row' }]);
    expect(textsOf(facts)).toEqual(['b', 'c, d', 'e']);
    const odd = await factsOf('text,comment\np,a\np,"open\np,b\np,c');
    expect(leftOut(odd)).toMatchObject([{ line: 3, of: 'row' }]);
    expect(textsOf(odd)).toEqual(['a', 'b', 'c']);
  });

  test('a field of 40 MB is left out', async () => {
    const facts = await factsOf(`text,comment\np,a\np,"${'x'.repeat(40_000_000)}"\np,b\n`);
    expect(leftOut(facts)).toMatchObject([{ line: 3, why: 'too-long' }]);
    expect(textsOf(facts)).toEqual(['a', 'b']);
  });

  test('columns that nobody knows are said, with the way out', async () => {
    await expect(factsOf('one,two\n1,2\nx,y\n')).rejects.toThrow(/It has these columns: one, two.*--map/);
  });
});

test('a post with rows far apart is one post', async () => {
  const store = temporaryStore();
  const lines = Array.from({ length: 3000 }, (_, n) => `post ${n % 1000},comment ${n}`);
  await importFile(store, temporaryFile(`text,comment\n${lines.join('\n')}`, 'a.csv'));
  expect([...postsWithComments(store)].every((post) => post.comments.length === 3)).toBe(true);
});
