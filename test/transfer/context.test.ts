import { describe, expect, test } from 'vitest';
import { lookAt } from '../../src-main/dataset/look.ts';
import { toEnd } from '../../src-main/evaluation/steps.ts';
import { listImports } from '../../src-main/store/imports.ts';
import { addModel } from '../../src-main/store/models.ts';
import type { WritingStore } from '../../src-main/store/open.ts';
import { findPost } from '../../src-main/store/posts.ts';
import { commentsWithoutReward, setRewards } from '../../src-main/store/rewards.ts';
import { undoImport } from '../../src-main/store/undo-import.ts';
import { importFile } from '../../src-main/transfer/import-file.ts';
import { temporaryFile, temporaryStore } from '../support/temporary.ts';

const post = (id: string | number, more: object = {}): string =>
  JSON.stringify({
    id,
    text: `post ${id}`,
    comments: [
      { text: 'a', score: 0 },
      { text: 'b', score: 1 },
    ],
    ...more,
  });

const shapeOf = async (path: string) => (await lookAt(path)).found.shape;

/** A store with the posts 1, 2 and three; the last has a context of its own. */
async function storeWithPosts(): Promise<WritingStore> {
  const store = temporaryStore();
  await importFile(store, temporaryFile([post(1), post(2), post('three', { context: 'its own' })].join('\n')));
  return store;
}
const contextOf = (store: WritingStore, key: string): string | null => findPost(store, key).context;

describe('a file of contexts', () => {
  const files = {
    JSONL: '{"id": 1, "text": "article one"}\n{"id": "2", "context": "article, two", "text": "not this"}',
    CSV: 'article,post_id\narticle one,1\n"article, two",2\n',
    'CSV with semicolons': 'id;title;context\n1;x;article one\n2;y;article, two\n',
  };

  test.each(Object.entries(files))('%s is told by its content and joined by id', async (_, content) => {
    const store = await storeWithPosts();
    const file = temporaryFile(content);
    expect(await shapeOf(file)).toBe('context');
    const report = await importFile(store, file);
    expect(report).toMatchObject({
      found: { shape: 'context' },
      contexts: 2,
      posts: 0,
      comments: 0,
      unmatched: 0,
      skipped: [],
    });
    expect([contextOf(store, '1'), contextOf(store, '2')]).toEqual(['article one', 'article, two']);
  });

  test('rows of posts are never taken for contexts, wherever the first of them stands', async () => {
    expect(await shapeOf(temporaryFile(`{"id": 1, "text": "no comments"}\n${post(2)}`))).toBe('posts');
    expect(await shapeOf(temporaryFile('id,text,comment\n1,p,c'))).toBe('posts');
    expect(await shapeOf(temporaryFile('id,prompt,chosen,rejected\n1,p,c,r'))).toBe('pairs');
  });

  test('ids that no post has are counted and reported, and bad rows as well', async () => {
    const store = await storeWithPosts();
    const rows = ['{"id": 1, "text": "one"}', '{"id": 9, "text": "nobody"}', '{"id": 2}', '{"text": "x"}', 'broken'];
    const report = await importFile(store, temporaryFile(rows.join('\n')), { as: 'context' });
    expect(report).toMatchObject({ contexts: 1, unmatched: 1, contextsKept: 0, skippedCount: 4 });
    expect(report.skipped).toMatchObject([
      { line: 2, of: 'context', reason: 'there is no post with the id 9', text: 'nobody' },
      { line: 3, of: 'context', reason: 'no text' },
      { line: 4, of: 'context' },
      { line: 5, of: 'row', reason: expect.stringContaining('not valid JSON') },
    ]);
  });

  test('a second time adds nothing, and another text replaces nothing', async () => {
    const store = await storeWithPosts();
    const file = temporaryFile('{"id": 1, "text": "one"}\n{"id": "three", "text": "its own"}');
    expect(await importFile(store, file)).toMatchObject({ contexts: 1, skipped: [] });
    expect(await importFile(store, file)).toMatchObject({ contexts: 0, contextsKept: 0, skipped: [] });
    const others = temporaryFile('{"id": 1, "text": "other"}\n{"id": "three", "text": "x"}\n{"id": 2, "text": "two"}');
    const other = await importFile(store, others);
    expect(other).toMatchObject({ contexts: 1, contextsKept: 2, unmatched: 0 });
    expect(other.skipped[0]).toMatchObject({
      line: 1,
      reason: 'the post 1 has another context already, which stays',
    });
    expect([contextOf(store, '1'), contextOf(store, 'three')]).toEqual(['one', 'its own']);
  });

  test('undoing it takes its contexts away and no others', async () => {
    const store = await storeWithPosts();
    const { importId } = await importFile(store, temporaryFile('{"id": 1, "text": "one"}\n{"id": 8, "text": "x"}'));
    expect(listImports(store)[0]).toMatchObject({ format: 'context', contexts: 1, skipped: 1 });
    expect(toEnd(undoImport(store, importId))).toEqual({
      posts: 0,
      comments: 0,
      answers: 0,
      contexts: 1,
      rewards: 0,
      postsKept: 0,
    });
    expect([contextOf(store, '1'), contextOf(store, 'three')]).toEqual([null, 'its own']);
    // What was taken away can come again.
    expect(await importFile(store, temporaryFile('{"id": 1, "text": "two"}'))).toMatchObject({ contexts: 1 });
    expect(contextOf(store, '1')).toBe('two');
  });

  test('tags are turned to plain text where that is asked for, and reported where not', async () => {
    const store = await storeWithPosts();
    const file = temporaryFile('{"id": 1, "text": "<p>Tea &amp; cake</p><p>Milk</p>"}');
    const { looksLikeHtml, importId } = await importFile(store, file);
    expect(looksLikeHtml).toBe(1);
    toEnd(undoImport(store, importId));
    await importFile(store, file, { html: true });
    expect(contextOf(store, '1')).toBe('Tea & cake\n\nMilk');
  });
});

describe('contexts for posts that are named by their text', () => {
  const long = `Was ist ${'schön'.repeat(50)}`;
  /** Posts without an id of their own; two of them have the same text, and differ in their titles. */
  async function storeWithTexts(): Promise<WritingStore> {
    const store = temporaryStore();
    const posts = [
      { text: ' What to cook? ' },
      { text: 'Which is better?', title: 'Tea' },
      { text: 'Which is better?', title: 'Coffee' },
      { text: long, title: 'Länge' },
      { text: '=1+1, or "two"?' },
    ].map((head) => JSON.stringify({ ...head, comments: [{ text: 'a' }, { text: 'b' }] }));
    await importFile(store, temporaryFile(posts.join('\n')));
    return store;
  }
  const contextsOf = ({ db }: WritingStore): unknown =>
    Object.fromEntries(
      db.prepare('SELECT coalesce(title, text), context FROM posts WHERE context IS NOT NULL').raw().all() as [][],
    );

  const files = {
    JSONL: [
      '{"text": " What to cook? ", "context": "fridge"}',
      '{"post": "Which is better?", "title": "Tea", "article": "leaves"}',
      `{"text": ${JSON.stringify(long)}, "context": "long"}`,
      '{"text": "=1+1, or \\"two\\"?", "context": "sums"}',
    ].join('\n'),
    CSV: [
      'post,title,context',
      ' What to cook? ,,fridge',
      'Which is better?,Tea,leaves',
      `${long},,long`,
      `"=1+1, or ""two""?",,sums`,
    ].join('\n'),
  };

  test.each(Object.entries(files))('%s is told by its content and joined by exact texts', async (_, content) => {
    const store = await storeWithTexts();
    const file = temporaryFile(content);
    expect(await shapeOf(file)).toBe('context');
    const report = await importFile(store, file);
    expect(report).toMatchObject({ contexts: 4, unmatched: 0, ambiguous: 0, contextsKept: 0, skipped: [] });
    expect(contextsOf(store)).toEqual({
      ' What to cook? ': 'fridge',
      Tea: 'leaves',
      Länge: 'long',
      '=1+1, or "two"?': 'sums',
    });
    expect(await importFile(store, file)).toMatchObject({ contexts: 0, contextsKept: 0, skipped: [] });
    expect(toEnd(undoImport(store, report.importId))).toMatchObject({ contexts: 4, posts: 0 });
    expect(contextsOf(store)).toEqual({});
  });

  test('where no post or several have the text, nothing is guessed, and the row is reported', async () => {
    const store = await storeWithTexts();
    const rows = [
      { text: 'Which is better?', context: 'x' },
      { text: 'What to cook?', context: 'not the same to a character' },
      { text: 'Which is better?', title: 'Milk', context: 'x' },
      { text: 'Which is better?', title: 'Tea', context: 'leaves' },
      { text: 'Which is better?', title: 'Tea', context: 'others' },
      { text: '', context: 'x' },
      { text: 'Which is better?', context: '' },
      { text: 'a'.repeat(100), context: 'x' },
    ];
    const file = temporaryFile(rows.map((row) => JSON.stringify(row)).join('\n'));
    const report = await importFile(store, file, { as: 'context' });
    expect(report).toMatchObject({ contexts: 1, unmatched: 3, ambiguous: 1, contextsKept: 1, skippedCount: 7 });
    expect(report.skipped).toMatchObject([
      { line: 1, reason: 'there is more than one post with the text "Which is better?"' },
      { line: 2, reason: 'there is no post with the text "What to cook?"' },
      { line: 3, reason: 'there is no post with the title "Milk" and the text "Which is better?"' },
      {
        line: 5,
        reason:
          'the post with the title "Tea" and the text "Which is better?" has another context already, which stays',
      },
      { line: 6, reason: 'no post: neither an id nor a text or title' },
      { line: 7, reason: 'no text' },
      { line: 8, reason: `there is no post with the text "${'a'.repeat(100)}"` },
    ]);
    expect(contextsOf(store)).toEqual({ Tea: 'leaves' });
  });

  test('with an id the text is the context only where there is no other; a row with an id goes by it alone', async () => {
    const store = await storeWithPosts();
    const rows = [
      '{"id": 1, "text": "post 2", "context": "for one"}',
      '{"id": 2, "text": "for two"}',
      '{"id": "nobody", "text": "post 2", "context": "x"}',
      '{"id": null, "text": "post 2", "context": "x"}',
    ];
    const report = await importFile(store, temporaryFile(rows.join('\n')));
    expect(report.skipped).toMatchObject([
      { line: 3, reason: 'there is no post with the id nobody' },
      { line: 4, reason: 'the post with the text "post 2" has another context already, which stays' },
    ]);
    expect([contextOf(store, '1'), contextOf(store, '2')]).toEqual(['for one', 'for two']);
  });

  test('tags are turned to plain text in the text of the post as well, where that is asked for', async () => {
    const store = temporaryStore();
    const html = { text: 'Tea &amp; cake?', comments: [{ text: 'a' }, { text: 'b' }] };
    await importFile(store, temporaryFile(JSON.stringify(html)), { html: true });
    const file = temporaryFile('{"text": "Tea &amp; cake?", "context": "<p>Milk</p>"}');
    await expect(importFile(store, file)).rejects.toThrow(/Nothing came in of .*there is no post with the text/i);
    expect(await importFile(store, file, { html: true })).toMatchObject({ contexts: 1, unmatched: 0 });
    expect(contextsOf(store)).toEqual({ 'Tea & cake?': 'Milk' });
  });
});

test('a post that comes again with a context gets it where it has none, and undoing takes it away', async () => {
  const store = await storeWithPosts();
  const again = [post(1, { context: 'late' }), post('three', { context: 'another' }), post(4, { context: 'new' })];
  const report = await importFile(store, temporaryFile(again.join('\n')));
  expect(report).toMatchObject({ posts: 1, contexts: 1, contextsKept: 1, skippedCount: 0 });
  expect(['1', 'three', '4'].map((key) => contextOf(store, key))).toEqual(['late', 'its own', 'new']);
  expect(toEnd(undoImport(store, report.importId))).toMatchObject({ posts: 1, contexts: 1 });
  expect(contextOf(store, '1')).toBe(null);
});

test('rewards of models that read the post are void once it has another context; those of others stay', async () => {
  const store = await storeWithPosts();
  const ids = findPost(store, '1').comments.map(({ id }) => id);
  const model = (name: string, context: 'post' | 'none'): number => {
    const made = {
      name,
      kind: 'reward',
      folder: `models/${name}`,
      base: null,
      runId: null,
      metrics: {},
      context,
    } as const;
    const { id } = addModel(store, made);
    setRewards(
      store,
      id,
      [...ids, ...findPost(store, '2').comments.map((c) => c.id)].map((commentId) => ({ commentId, reward: 1 })),
    );
    return id;
  };
  const [reads, blind] = [model('reads', 'post'), model('blind', 'none')];
  const lacking = (id: number): number => commentsWithoutReward(store, id).length;
  expect([lacking(reads), lacking(blind)]).toEqual([2, 2]);
  const { importId } = await importFile(store, temporaryFile('{"id": 1, "text": "one"}'));
  expect([lacking(reads), lacking(blind)]).toEqual([4, 2]);
  setRewards(
    store,
    reads,
    ids.map((commentId) => ({ commentId, reward: 2 })),
  );
  toEnd(undoImport(store, importId));
  expect([lacking(reads), lacking(blind)]).toEqual([4, 2]);
});
