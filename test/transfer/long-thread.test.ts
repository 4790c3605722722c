import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, onTestFinished, test } from 'vitest';
import { addPost } from '../../src-main/store/add-post.ts';
import { addModel } from '../../src-main/store/models.ts';
import { atOneMoment, closeStore, openForReading, type WritingStore } from '../../src-main/store/open.ts';
import { commentRanges, countAbove, rankingOfPost } from '../../src-main/store/rewards.ts';
import { exportFile, firstLines, writeExport } from '../../src-main/transfer/export-file.ts';
import { temporaryFolder, temporaryStore } from '../support/temporary.ts';

const comments = 3_000;

/** A store with one thread, whose comments have rewards of a model, some of them the same. */
function storeWithThread(count = comments): { readonly store: WritingStore; readonly modelId: number } {
  const store = temporaryStore();
  const two = ['first', 'second'].map((text) => ({ text, rank: null, votes: 0 }));
  const post = { key: 'k', title: 'T', text: 'the post', context: null, group: 'g', split: 'train' as const };
  const { postId } = addPost(store, { ...post, comments: two }, { importId: null, line: null });
  const model = { name: 'm', kind: 'reward' as const, folder: 'm', base: null, runId: null, metrics: {} };
  const modelId = addModel(store, model).id;
  store.db
    .prepare(
      `WITH RECURSIVE n (i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO comments (post_id, text, text_hash, votes) SELECT ?, 'comment ' || i, CAST(printf('%016d', i * 7919 % 100003) AS BLOB), i % 97 FROM n`,
    )
    .run(count, postId);
  store.db
    .prepare('INSERT INTO rewards (model_id, comment_id, reward) SELECT ?, id, (id * 31) % 1009 / 100.0 FROM comments')
    .run(modelId);
  return { store, modelId };
}

/** The same store, and the most rows that one of its statements gave in which comments stand with their texts. */
function watched(store: WritingStore): { readonly spied: WritingStore; readonly most: () => number } {
  let most = 0;
  const prepare = (sql: string) => {
    const prepared = store.db.prepare(sql);
    if (!/\btext\b.* FROM comments/s.test(sql)) return prepared;
    return {
      all: (...values: unknown[]) => {
        const found = prepared.all(...values);
        most = Math.max(most, found.length);
        return found;
      },
    };
  };
  const spied = { ...store, statements: new Map(), db: { prepare } } as unknown as WritingStore;
  return { spied, most: () => most };
}

test('of a long thread some texts are read at a time, in every file in which it is ranked', async () => {
  const { store, modelId } = storeWithThread();
  const ranked = rankingOfPost(store, modelId, 1).map(({ text }) => text);
  const byVotes = [...store.db.prepare('SELECT text FROM comments ORDER BY votes DESC, id').pluck().all()];
  for (const format of ['cupit', 'csv', 'table', 'parquet'] as const) {
    const { spied, most } = watched(store);
    const path = join(temporaryFolder(), 'out');
    const { rows } = await exportFile(spied, path, { format, modelId, joined: true, locale: 'en' });
    expect(rows).toBe(format === 'cupit' ? 1 : comments);
    expect(most()).toBeGreaterThan(0);
    expect(most()).toBeLessThanOrEqual(100);
    if (format === 'parquet') continue;
    const text = readFileSync(path, 'utf8');
    const written =
      format === 'cupit'
        ? (JSON.parse(text) as { comments: { text: string }[] }).comments.map((comment) => comment.text)
        : (parse(text, { columns: true, bom: true }) as { comment: string }[]).map(({ comment }) => comment);
    expect(written).toEqual(ranked);
    // Without a model, in the order of the votes.
    if (format !== 'cupit') continue;
    await exportFile(spied, path, { format });
    const listed = (JSON.parse(readFileSync(path, 'utf8')) as { comments: { text: string }[] }).comments;
    expect(listed.map((comment) => comment.text)).toEqual(byVotes);
    expect(most()).toBeLessThanOrEqual(100);
  }
});

test('of the line that a long thread is, a preview shows the beginning and reads no more', () => {
  const { store, modelId } = storeWithThread();
  const { spied, most } = watched(store);
  const [line, ...more] = firstLines(spied, { format: 'cupit', modelId }, 5);
  expect(line!.length).toBe(2_001);
  expect(more).toEqual([]);
  expect(most()).toBeLessThanOrEqual(100);
});

test('a file has what the store had at one moment, whatever is written meanwhile', async () => {
  // More than is written at once.
  const count = 8_000;
  const { store, modelId } = storeWithThread(count);
  const reading = openForReading(store.path);
  onTestFinished(() => closeStore(reading));
  const path = join(temporaryFolder(), 'out.csv');
  const file = openSync(path, 'w');
  let changed = false;
  const onProgress = (): void => {
    if (changed) return;
    changed = true;
    store.db.exec(
      "DELETE FROM rewards WHERE comment_id > 10; UPDATE comments SET text = 'changed ' || id WHERE id > 2",
    );
  };
  const { rows } = await atOneMoment(reading, () =>
    writeExport(reading, file, { format: 'csv', modelId, joined: true }, { onProgress }),
  );
  closeSync(file);
  expect(changed).toBe(true);
  expect(rows).toBe(count);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(`comment ${count},`);
  expect(text).not.toContain('changed');
});

test('the place of a comment in a long thread is counted piece by piece', () => {
  const { store, modelId } = storeWithThread(5_000);
  const ranked = rankingOfPost(store, modelId, 1);
  const ranges = [...commentRanges(store, { postId: 1 })];
  expect(ranges.length).toBeGreaterThan(2);
  for (const place of [0, 1, 2, 777, 2_500, 4_999]) {
    const { id, reward } = ranked[place]!;
    const above = ranges.map((range) => countAbove(store, modelId, { id, postId: 1, reward: reward! }, range));
    expect(above.reduce((sum, count) => sum + count, 0)).toBe(place);
  }
});
