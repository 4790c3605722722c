import { once } from 'node:events';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { recordLimit } from '../../src-main/dataset/records/record.ts';
import { splitOf } from '../../src-main/dataset/split.ts';
import { totals } from '../../src-main/store/counts.ts';
import { listImports } from '../../src-main/store/imports.ts';
import { allAnswers } from '../../src-main/store/labels.ts';
import { integrityCheck } from '../../src-main/store/open.ts';
import { findPost, postsWithComments } from '../../src-main/store/posts.ts';
import { importFile } from '../../src-main/transfer/import-file.ts';
import { temporaryFile, temporaryFolder, temporaryStore } from '../support/temporary.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that something still refers to, in buffers and on the heap: what waits to be collected does not count. */
function heldBytes(): number {
  collect();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
}

const good = (text: string): string =>
  JSON.stringify({
    text,
    comments: [
      { text: 'better', score: 0 },
      { text: 'worse', score: 1 },
    ],
  });

describe('bad rows', () => {
  const newline = Buffer.from('\n');
  const between = (row: string | Buffer): string =>
    temporaryFile(
      Buffer.concat([Buffer.from(good('one')), newline, Buffer.from(row), newline, Buffer.from(good('two'))]),
    );

  const whole: readonly (readonly [row: string | Buffer, reason: string])[] = [
    ['{"text": "broken', 'not valid JSON'],
    ['"only a text"', 'no row with named fields'],
    ['null', 'no row with named fields'],
    ['{"comments":[{"text":"a"},{"text":"b"}]}', 'no post: neither an id nor a text or title'],
    ['{"text":"  ","comments":[{"text":"a"},{"text":"b"}]}', 'no post: neither an id nor a text or title'],
    ['{"text":"p","comments":[]}', 'no comment, left out'],
    ['{"text":"p","comments":[{"text":"a"}]}', 'a post with only one comment'],
    ['{"text":"p","comments":{"text":"a"}}', 'a post with only one comment'],
    ['{"text":"p","comments":[{"text":"a"},{"text":"a"}]}', 'a post with only one comment'],
    [Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 'not valid JSON'],
    [`${'['.repeat(200_000)}`, 'nested deeper than'],
  ];

  test.each(whole.map(([row, reason]) => ({ row, reason, name: String(row).slice(0, 60) })))(
    'left out: $name',
    async ({ row, reason }) => {
      const store = temporaryStore();
      const report = await importFile(store, between(row));
      expect(report.skipped).toContainEqual(
        expect.objectContaining({ line: 2, of: 'row', reason: expect.stringContaining(reason) }),
      );
      expect(report.read.row - report.imported.row).toBe(1);
      expect(report).toMatchObject({ posts: 2, comments: 4 });
      expect(totals(store)).toMatchObject({ posts: 2, comments: 4 });
    },
  );

  const parts: readonly (readonly [row: string, kind: string, of: string, left: boolean, comments: number])[] = [
    ['{"text":"p","comments":[{"text":"a"},{"text":""},{"text":"b"}]}', 'empty', 'comment', true, 2],
    ['{"text":"p","comments":[{"text":"a"},{},{"text":"b"}]}', 'empty', 'comment', true, 2],
    ['{"text":"p","comments":[{"text":"a"},null,{"text":"b"}]}', 'empty', 'comment', true, 2],
    ['{"text":"p","comments":[{"text":"a"},{"text":["x"]},{"text":"b"}]}', 'not-text', 'comment', true, 2],
    ['{"text":"p","comments":[{"text":"a"},{"text":"a"},{"text":"b"}]}', 'same-text', 'comment', true, 2],
    ['{"text":"p","comments":[{"text":"a","score":0.5},{"text":"b"}]}', 'no-place', 'vote', true, 2],
    ['{"text":"p","comments":[{"text":"a","score":-1},{"text":"b"}]}', 'no-place', 'vote', true, 2],
    ['{"text":"p","comments":[{"text":"a","votes":"many"},{"text":"b"}]}', 'no-figure', 'vote', true, 2],
    ['{"text":"a\\u0000b","comments":[{"text":"a"},{"text":"b"}]}', 'nul', 'row', false, 2],
    ['{"text":"\\ud800","comments":[{"text":"a"},{"text":"b"}]}', 'half-character', 'row', false, 2],
  ];

  test.each(parts.map(([row, kind, of, left, comments]) => ({ row, kind, of, left, comments })))(
    'one bad part costs itself alone: $row',
    async ({ row, kind, of, left, comments }) => {
      const store = temporaryStore();
      const report = await importFile(store, between(row));
      expect(report.reported).toContainEqual(expect.objectContaining({ kind, of, left, count: 1 }));
      expect(report).toMatchObject({ posts: 3, comments: 4 + comments });
    },
  );

  test('a name with a NUL comes in without it, and is reported', async () => {
    const store = temporaryStore();
    const row = { prompt: 'p', chosen: 'a', rejected: 'b', annotator: 'an\0na' };
    const report = await importFile(store, temporaryFile(JSON.stringify(row)));
    expect(report.reported).toContainEqual(
      expect.objectContaining({ kind: 'nul', of: 'answer', left: false, count: 1 }),
    );
    expect(store.db.prepare('SELECT annotator FROM labels').pluck().all()).toEqual(['an\uFFFDna']);
  });

  test('a line of 100 MB is left out, of which never more is held than a line may have, and the rest arrives', async () => {
    const store = temporaryStore();
    const path = join(temporaryFolder(), 'long.jsonl');
    const file = createWriteStream(path);
    const put = async (text: string): Promise<void> => {
      if (!file.write(text)) await once(file, 'drain');
    };
    await put(`${good('one')}\n{"text":"`);
    for (let n = 0; n < 100; n += 1) await put('x'.repeat(1_000_000));
    await put(`"}\n${good('two')}\n`);
    file.end();
    await finished(file);
    const before = heldBytes();
    const held: number[] = [];
    let pieces = 0;
    const onProgress = () => {
      if (pieces++ % 16 === 0) held.push(heldBytes() - before);
    };
    const report = await importFile(store, path, {}, { onProgress });
    expect(report).toMatchObject({
      posts: 2,
      skipped: [{ line: 2, reason: expect.stringContaining('longer than 16 MB') }],
    });
    expect(held.length).toBeGreaterThan(20);
    // The line as far as it may go, and some pieces of the file on their way.
    expect(Math.max(...held)).toBeLessThan(1.5 * recordLimit);
    expect(held.at(-1)).toBeLessThan(recordLimit / 2);
  });
});

describe('text files as they come', () => {
  test('CRLF, a byte order mark, empty lines and no last line feed', async () => {
    const store = temporaryStore();
    const report = await importFile(store, temporaryFile(`\uFEFF${good('one')}\r\n\r\n  \n${good('two')}`));
    expect(report).toMatchObject({ found: { shape: 'posts', format: 'jsonl' }, posts: 2, skippedCount: 0 });
    expect([...postsWithComments(store)].map((post) => post.text)).toEqual(['one', 'two']);
  });

  test('characters that stand across two pieces of the file stay whole', async () => {
    const store = temporaryStore();
    const texts = Array.from({ length: 40 }, (_, n) => 'ä€😀'.repeat(3000 + n));
    await importFile(store, temporaryFile(texts.map(good).join('\n')));
    expect([...postsWithComments(store)].map((post) => post.text)).toEqual(texts);
  });

  test('what can not be read at all is said in one sentence', async () => {
    const store = temporaryStore();
    const from = (content: string | Buffer) => importFile(store, temporaryFile(content));
    await expect(importFile(store, join(temporaryFolder(), 'none'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(importFile(store, temporaryFolder())).rejects.toThrow('is not a file');
    await expect(from('')).rejects.toThrow('is empty');
    await expect(from('a,b\n1,2')).rejects.toThrow(/can't be told/);
    await expect(from('[{"text":"a"}]')).rejects.toThrow(/can't be told/);
    await expect(from('one,two\na,b\nc,d\n')).rejects.toThrow(/--map/);
    expect(totals(store)).toMatchObject({ posts: 0 });
  });

  test('text is data: SQL, paths and field names of objects are kept as they are', async () => {
    const store = temporaryStore();
    const odd = `'); DROP TABLE posts; -- ../../etc/passwd <script>alert(1)</script>`;
    const row = `{"id":"__proto__","__proto__":{"text":"x"},"text":${JSON.stringify(odd)},"comments":[{"text":"\${1}"},{"text":"%s"}]}`;
    await importFile(store, temporaryFile(row, "na'me; $(rm).jsonl"));
    expect(findPost(store, '__proto__').text).toBe(odd);
    expect(listImports(store)[0]).toMatchObject({ file: "na'me; $(rm).jsonl", posts: 1, comments: 2, skipped: 0 });
  });
});

describe('CUP IT', () => {
  test('all fields arrive, and a second import adds nothing', async () => {
    const store = temporaryStore();
    const row = {
      id: 17,
      group: 'g',
      title: 'T',
      context: 'C',
      text: ' verbatim ',
      comments: [
        { text: 'b', score: 1, votes: 2.5 },
        { text: 'a', score: 0, votes: 3, more: true },
      ],
    };
    const path = temporaryFile(`${JSON.stringify(row)}\n${good('no id')}`);
    expect(await importFile(store, path)).toMatchObject({ posts: 2, comments: 4 });
    const { comments, ...post } = findPost(store, '17');
    expect(post).toMatchObject({
      key: '17',
      group: 'g',
      title: 'T',
      context: 'C',
      text: ' verbatim ',
      split: splitOf('g'),
    });
    expect(comments.map(({ text, rank, votes }) => [text, rank, votes])).toEqual([
      ['b', 1, 2.5],
      ['a', 0, 3],
    ]);
    expect(await importFile(store, path)).toMatchObject({ posts: 0, comments: 0, labels: 0, skippedCount: 0 });
    expect(totals(store)).toMatchObject({ posts: 2, comments: 4 });
  });

  test('votes make the order where the file gives none', async () => {
    const store = temporaryStore();
    const comments = [1, 7, 7, 3].map((votes, n) => ({ text: `c${n}`, votes }));
    await importFile(store, temporaryFile(JSON.stringify({ id: 'a', text: 'p', comments })));
    expect(findPost(store, 'a').comments.map((comment) => comment.rank)).toEqual([3, 0, 0, 2]);
  });

  test('one id for two different posts is reported, not mixed', async () => {
    const store = temporaryStore();
    const row = (text: string) => JSON.stringify({ id: 'a', text, comments: [{ text: 'x' }, { text: `y${text}` }] });
    const report = await importFile(store, temporaryFile(`${row('one')}\n${row('two')}`));
    expect(report.skipped).toMatchObject([{ line: 2, reason: 'another post with the id a has a different text' }]);
    expect(totals(store)).toMatchObject({ posts: 1, comments: 2 });
  });

  test('groups are never divided, whatever the files and options say', async () => {
    const store = temporaryStore();
    const rows = (from: number) =>
      Array.from({ length: 300 }, (_, n) =>
        JSON.stringify({
          id: `p${from + n}`,
          group: `g${n % 40}`,
          text: 'p',
          comments: [{ text: 'a' }, { text: 'b' }],
        }),
      ).join('\n');
    await importFile(store, temporaryFile(rows(0)));
    const second = await importFile(store, temporaryFile(rows(1000)), { split: 'test' });
    expect(second.posts).toBe(300);
    expect(second.keptWithGroup).toBeGreaterThan(200);
    const splits = new Map<string, Set<string>>();
    for (const post of postsWithComments(store)) {
      splits.set(post.group, (splits.get(post.group) ?? new Set()).add(post.split));
    }
    expect([...splits.values()].every((found) => found.size === 1)).toBe(true);
  });

  test('the hash shares groups out 85 to 5 to 10', () => {
    const counts = { train: 0, validation: 0, test: 0 };
    for (let n = 0; n < 20_000; n += 1) counts[splitOf(`group ${n}`)] += 1;
    expect(counts.train / 20_000).toBeCloseTo(0.85, 1.7);
    expect(counts.validation / 20_000).toBeCloseTo(0.05, 1.9);
    expect(counts.test / 20_000).toBeCloseTo(0.1, 1.9);
    // These must never change: models were trained on what they say.
    expect(['g1', 'g47', 'g0'].map(splitOf)).toEqual(['train', 'validation', 'test']);
  });

  test('HTML is noticed, and becomes plain text on request', async () => {
    const text = 'Use &lt;b&gt; &amp; don&#x27;t<p>See <a href="http:&#x2F;&#x2F;a.b">this</a> <i>now</i>';
    const row = JSON.stringify({ id: 'a', text, comments: [{ text: 'x &gt;  y' }, { text: 'a < b > c & d' }] });
    const raw = temporaryStore();
    expect(await importFile(raw, temporaryFile(`${row}\n${good('1 < 2 & x<y>')}`))).toMatchObject({ looksLikeHtml: 1 });
    expect(findPost(raw, 'a').text).toBe(text);
    const plain = temporaryStore();
    expect(await importFile(plain, temporaryFile(row), { html: true })).toMatchObject({ looksLikeHtml: 0 });
    const post = findPost(plain, 'a');
    expect(post.text).toBe("Use <b> & don't\n\nSee this now");
    expect(post.comments.map((comment) => comment.text)).toEqual(['x >  y', 'a < b > c & d']);
    const empty = JSON.stringify({ text: '<p></p>', comments: [{ text: 'x' }, { text: 'y' }] });
    await expect(importFile(plain, temporaryFile(empty), { html: true })).rejects.toThrow(/Nothing came in of/);
    const deep = JSON.stringify({ text: `${'<b>'.repeat(50_000)}x`, comments: [{ text: 'x' }, { text: 'y' }] });
    expect(await importFile(plain, temporaryFile(deep), { html: true })).toMatchObject({
      skippedCount: expect.any(Number),
    });
  });
});

describe('pairs', () => {
  test('rows with one prompt are one post, and each is a label', async () => {
    const store = temporaryStore();
    const rows = [
      { id: 'x1', group: 'g', prompt: 'p', chosen: 'a', rejected: 'b' },
      { id: 'x2', group: 'g', prompt: 'p', chosen: 'c', rejected: 'a' },
      { prompt: 'p', chosen: 'a', rejected: 'b' },
      { prompt: 'p', chosen: 'a', rejected: 'a' },
      { prompt: 'p', chosen: 'a' },
    ];
    const path = temporaryFile(rows.map((row) => JSON.stringify(row)).join('\n'));
    const report = await importFile(store, path);
    expect(report).toMatchObject({ found: { shape: 'pairs' }, posts: 2, comments: 5, labels: 3 });
    expect(report.skipped).toMatchObject([
      { line: 4, of: 'answer', reason: 'the same text on both sides' },
      { line: 5, of: 'answer', text: expect.stringContaining('"chosen":"a"') },
    ]);
    expect(await importFile(store, path)).toMatchObject({ posts: 0, comments: 0, labels: 0 });
    const labels = [...allAnswers(store)];
    expect(labels).toHaveLength(3);
    expect(labels[0]).toMatchObject({ choice: 'left', origin: 'import', annotator: 'import', durationMs: null });
  });
});

test('an import can be stopped; what came in stays sound, and importing again brings the rest', async () => {
  const store = temporaryStore();
  const path = temporaryFile(Array.from({ length: 20_000 }, (_, n) => good(`post ${n}`)).join('\n'));
  const stop = new AbortController();
  const onProgress = ({ bytes }: { bytes: number }) => bytes > 600_000 && stop.abort();
  await expect(importFile(store, path, {}, { onProgress, signal: stop.signal })).rejects.toMatchObject({
    code: 'cancelled',
  });
  const kept = totals(store).posts;
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(20_000);
  expect(listImports(store)[0]?.finishedAt).toBeNull();
  expect(integrityCheck(store)).toEqual([]);
  expect(await importFile(store, path)).toMatchObject({ posts: 20_000 - kept, skippedCount: 0 });
});

describe('what came in of a row in part', () => {
  test('answers to the only comment of a post are a post of their own', async () => {
    const store = temporaryStore();
    const replies = ['An answer', 'Another'].map((text, votes) => ({ text, votes }));
    const row = { text: 'A question', comments: [{ text: 'The only comment', votes: 1, replies }] };
    const found = await importFile(store, temporaryFile(JSON.stringify(row)), { as: 'posts', replies: 'under' });
    expect(found).toMatchObject({ posts: 1, comments: 2, imported: { row: 1, comment: 0, reply: 2 } });
    expect(listImports(store)).toMatchObject([{ posts: 1, comments: 2, finishedAt: expect.any(String) }]);
  });

  const submission = (id: string, more: object) => JSON.stringify({ name: `t3_${id}`, id, ...more });
  const post = (id: string) => submission(id, { title: `Title ${id}`, selftext: 'Text', is_self: true, score: 1 });
  const comment = (id: string, body: string) =>
    JSON.stringify({ name: `t1_${id}`, id, link_id: 't3_a', parent_id: 't3_a', body, score: 2, author: 'x' });

  test('a file of comments that were all deleted leaves nothing behind, not even its line', async () => {
    const store = temporaryStore();
    const lines = [post('a'), comment('b', 'one'), comment('c', 'two')];
    await importFile(store, temporaryFile(lines.join('\n')), { as: 'reddit' });
    const deleted = temporaryFile([comment('d', '[deleted]'), comment('e', '[removed]')].join('\n'));
    await expect(importFile(store, deleted, { as: 'reddit' })).rejects.toMatchObject({ code: 'bad-input' });
    expect(listImports(store)).toHaveLength(1);
    expect(integrityCheck(store)).toEqual([]);
  });

  test('posts that wait for their comments are kept where the import is cancelled', async () => {
    const store = temporaryStore();
    const stop = new AbortController();
    const many = temporaryFile(Array.from({ length: 20_000 }, (_, at) => post(String(at))).join('\n'));
    const hooks = { signal: stop.signal, onWritten: () => stop.abort() };
    await expect(importFile(store, many, { as: 'reddit' }, hooks)).rejects.toMatchObject({
      code: 'cancelled',
      message: expect.stringMatching(/\d posts waiting for their comments\) was kept/),
    });
    expect(listImports(store)).toMatchObject([{ finishedAt: null }]);
  });
});

test('texts of megabytes are written one by one, out of a compressed file too', async () => {
  const store = temporaryStore();
  const rows = Array.from({ length: 5 }, (_, n) => {
    const comments = [0, 1].map((rank) => ({ text: `${n} ${rank} ${'word '.repeat(150_000)}`, score: rank }));
    return JSON.stringify({ id: `p${n}`, text: `Post ${n}`, comments });
  });
  const path = join(temporaryFolder(), 'long.jsonl.gz');
  writeFileSync(path, gzipSync(rows.join('\n')));
  const seen: number[] = [];
  await importFile(store, path, {}, { onWritten: () => seen.push(totals(store).comments) });
  expect(seen).toEqual([2, 4, 6, 8, 10, 10]);
});

test('100,000 comments', async () => {
  const store = temporaryStore();
  const rows = Array.from({ length: 20_000 }, (_, n) => {
    const comments = Array.from({ length: 5 }, (_, rank) => ({
      text: `Comment ${rank} on ${n}. ${'It depends. '.repeat(15)}`,
      score: rank,
    }));
    return JSON.stringify({ id: `p${n}`, group: `g${n % 5000}`, text: `Post ${n}. ${'Why? '.repeat(40)}`, comments });
  });
  const report = await importFile(store, temporaryFile(rows.join('\n')));
  expect(report).toMatchObject({ posts: 20_000, comments: 100_000, skippedCount: 0 });
  console.log(
    `imported 100,000 comments in ${report.seconds.toFixed(2)} s: ${Math.round(100_000 / report.seconds)} per second`,
  );
});
