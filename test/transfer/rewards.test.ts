import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import type { ShownOfPost } from '../../src-main/contract/engine.ts';
import { lookAt } from '../../src-main/dataset/look.ts';
import { toEnd } from '../../src-main/evaluation/steps.ts';
import { inputKeyOf, postInput } from '../../src-main/recipe/pairs.ts';
import { joinContext } from '../../src-main/store/contexts.ts';
import { findImport, listImports, startImport } from '../../src-main/store/imports.ts';
import { addModel } from '../../src-main/store/models.ts';
import { integrityCheck, type WritingStore } from '../../src-main/store/open.ts';
import { findPost, hashOf } from '../../src-main/store/posts.ts';
import { countRewards, setRewards } from '../../src-main/store/rewards.ts';
import { undoImport } from '../../src-main/store/undo-import.ts';
import { type ImportReport, importFile } from '../../src-main/transfer/import-file.ts';
import { temporaryFile, temporaryStore } from '../support/temporary.ts';

const post = (id: string, comments: readonly string[], more: object = {}): string =>
  JSON.stringify({
    id,
    title: `Title ${id}`,
    text: `post ${id}`,
    comments: comments.map((text, score) => ({ text, score })),
    ...more,
  });

function modelIn(
  store: WritingStore,
  name: string,
  context: ShownOfPost = 'post',
): { id: number; context: ShownOfPost } {
  const { id } = addModel(store, { name, kind: 'reward', folder: name, base: null, runId: null, metrics: {}, context });
  return { id, context };
}

/** Two posts of three comments each, and a model. */
async function filled() {
  const store = temporaryStore();
  await importFile(store, temporaryFile([post('a', ['one', 'two', 'three']), post('b', ['one', 'x', 'y'])].join('\n')));
  return { store, model: modelIn(store, 'm') };
}

const keyOf = (text: string): string => hashOf(text).toString('hex');

/** A row as a scoring elsewhere gives it back. */
function rowOf(store: WritingStore, id: string, comment: string, reward: unknown, context: ShownOfPost = 'post') {
  const input_key = inputKeyOf({ post: postInput(findPost(store, id), context), comment });
  return { id, comment_key: keyOf(comment), input_key, reward };
}

const jsonl = (rows: readonly unknown[]): string => temporaryFile(rows.map((row) => JSON.stringify(row)).join('\n'));

/** All rewards of a model by post and text. */
function rewardsIn({ db }: WritingStore, model: number): Record<string, number> {
  const sql = `SELECT posts.key || '/' || comments.text AS name, reward FROM rewards JOIN comments ON comments.id = comment_id
    JOIN posts ON posts.id = post_id WHERE model_id = ? ORDER BY 1`;
  const found = db.prepare(sql).all(model) as { name: string; reward: number }[];
  return Object.fromEntries(found.map(({ name, reward }) => [name, reward]));
}

const reasonsOf = ({ reported }: ImportReport) =>
  Object.fromEntries(reported.filter(({ of }) => of === 'reward').map(({ kind, count }) => [kind, count]));

describe('rewards that were computed elsewhere', () => {
  test('come in from each format, to their comments and no others, by key or by text', async () => {
    const { store } = await filled();
    const rows = [rowOf(store, 'a', 'one', 1.25), rowOf(store, 'b', 'one', -0.5), rowOf(store, 'b', 'y', 1e-7)];
    const columns = ['id', 'comment_key', 'input_key', 'reward'] as const;
    const files = {
      JSONL: jsonl(rows),
      CSV: temporaryFile(
        [columns.join(','), ...rows.map((row) => columns.map((name) => row[name]).join(','))].join('\n'),
        'r.csv',
      ),
      'CSV with semicolons': temporaryFile(
        [
          columns.join(';'),
          ...rows.map((row) => columns.map((name) => String(row[name]).replace('.', ',')).join(';')),
        ].join('\r\n'),
        'r.csv',
      ),
      Parquet: temporaryFile(
        new Uint8Array(
          parquetWriteBuffer({
            columnData: columns.map((name) => ({
              name,
              data: rows.map((row) => row[name]),
              type: name === 'reward' ? 'DOUBLE' : 'STRING',
            })),
          }),
        ),
        'part.parquet',
      ),
      'texts in place of keys': jsonl([
        { id: 'a', comment: 'one', reward: 1.25 },
        { id: 'b', comment: 'one', reward: '-0.5' },
        { id: 'b', comment: 'y', reward: '1e-7' },
      ]),
    };
    for (const [name, file] of Object.entries(files)) {
      const model = modelIn(store, name);
      if (name !== 'texts in place of keys') expect((await lookAt(file)).found.shape, name).toBe('rewards');
      const report = await importFile(store, file, { as: 'rewards', rewardsOf: model });
      expect(report, name).toMatchObject({ rewards: 3, posts: 0, comments: 0, labels: 0, skippedCount: 0 });
      expect([report.read.reward, report.imported.reward], name).toEqual([3, 3]);
      expect(rewardsIn(store, model.id), name).toEqual({ 'a/one': 1.25, 'b/one': -0.5, 'b/y': 1e-7 });
    }
  });

  test('a table of comments and rewards is a ranking, unless it is said to be rewards', async () => {
    const file = temporaryFile('id,text,comment,reward,votes\na,post a,one,1,2\n', 'r.csv');
    expect((await lookAt(file)).found.shape).toBe('posts');
    const { store, model } = await filled();
    expect(await importFile(store, file, { as: 'rewards', rewardsOf: model })).toMatchObject({ rewards: 1, posts: 0 });
  });

  test('what is not one of the comments, or is no number, is left out and reported by kind', async () => {
    const { store, model } = await filled();
    const good = rowOf(store, 'a', 'one', 2);
    const file = jsonl([
      good,
      { ...good, reward: 3 },
      { ...good, id: 'nobody' },
      { ...good, comment_key: keyOf('another') },
      { ...good, comment_key: 'not hexadecimal' },
      { ...good, id: null },
      ...['', null, 'NaN', 'Infinity', '1.2K', '12 points', '0x10', true, [1], {}, '1e999'].map((reward) => ({
        ...rowOf(store, 'a', 'two', reward),
      })),
      [1, 2],
      { ...rowOf(store, 'b', 'x', 1), input_key: inputKeyOf({ post: 'other', comment: 'x' }) },
    ]);
    const report = await importFile(store, file, { rewardsOf: model });
    expect(rewardsIn(store, model.id)).toEqual({ 'a/one': 2 });
    expect(report).toMatchObject({ rewards: 1, posts: 0, comments: 0 });
    expect(reasonsOf(report)).toEqual({
      'no-reward': 11,
      twice: 1,
      'no-such-post': 1,
      'no-such-comment': 1,
      'no-comment': 1,
      'no-post-id': 1,
      'read-otherwise': 1,
    });
    expect(report.read.reward - report.imported.reward).toBe(17);
    expect(report.skipped.find(({ line }) => line === 3)).toMatchObject({
      of: 'reward',
      reason: 'there is no post nobody',
    });
  });

  test('what is there already stays: the same is the same, another is reported', async () => {
    const { store, model } = await filled();
    const [first, second] = findPost(store, 'a').comments;
    setRewards(store, model.id, [
      { commentId: first!.id, reward: 1 },
      { commentId: second!.id, reward: 2 },
    ]);
    const file = jsonl([
      rowOf(store, 'a', 'one', 1.00001),
      rowOf(store, 'a', 'two', 2.1),
      rowOf(store, 'a', 'three', 3),
    ]);
    const report = await importFile(store, file, { rewardsOf: model });
    expect(report).toMatchObject({ rewards: 1, imported: { reward: 2 } });
    expect(reasonsOf(report)).toEqual({ 'reward-kept': 1 });
    const kept = { 'a/one': 1, 'a/three': 3, 'a/two': 2 };
    expect(rewardsIn(store, model.id)).toEqual(kept);
    // The file once more brings nothing, and takes nothing away.
    expect(await importFile(store, file, { rewardsOf: model })).toMatchObject({ rewards: 0, imported: { reward: 2 } });
    expect(rewardsIn(store, model.id)).toEqual(kept);
    // The rewards of other models are their own.
    const other = modelIn(store, 'other');
    expect(await importFile(store, file, { rewardsOf: other })).toMatchObject({ rewards: 3 });
    expect(rewardsIn(store, model.id)).toEqual(kept);
  });

  test('a post that has changed since, and a model that reads otherwise, are noticed', async () => {
    const { store, model } = await filled();
    const rows = [rowOf(store, 'a', 'one', 1), rowOf(store, 'b', 'one', 2)];
    joinContext(store, 'a', 'an article', startImport(store, 'contexts', 'context'));
    const report = await importFile(store, jsonl(rows), { rewardsOf: model });
    expect(reasonsOf(report)).toEqual({ 'read-otherwise': 1 });
    expect(rewardsIn(store, model.id)).toEqual({ 'b/one': 2 });
    const titles = modelIn(store, 'titles', 'none');
    await expect(importFile(store, jsonl(rows), { rewardsOf: titles })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/Nothing came in of .*another model was given it/),
    });
    expect(countRewards(store, titles.id)).toBe(0);
    const own = [rowOf(store, 'a', 'one', 1, 'none')];
    expect(await importFile(store, jsonl(own), { rewardsOf: titles })).toMatchObject({ rewards: 1 });
  });

  test('it has to be said whose they are, and of nothing else', async () => {
    const { store, model } = await filled();
    const rewards = jsonl([rowOf(store, 'a', 'one', 1)]);
    await expect(importFile(store, rewards)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/say of which, with --model\. Nothing came in\.$/),
    });
    const posts = temporaryFile(post('c', ['p', 'q']));
    await expect(importFile(store, posts, { rewardsOf: model })).rejects.toMatchObject({ code: 'bad-input' });
    expect(() => findPost(store, 'c')).toThrow('There is no post c.');
    expect(listImports(store)).toHaveLength(1);
  });

  test('undoing takes away those that the import brought, and no others', async () => {
    const { store, model } = await filled();
    const [first] = findPost(store, 'a').comments;
    setRewards(store, model.id, [{ commentId: first!.id, reward: 1 }]);
    const file = jsonl([rowOf(store, 'a', 'one', 1), rowOf(store, 'a', 'two', 2), rowOf(store, 'b', 'y', 3)]);
    const { importId } = await importFile(store, file, { rewardsOf: model });
    expect(findImport(store, importId)).toMatchObject({ format: 'rewards', rewards: 2, posts: 0, comments: 0 });
    expect(toEnd(undoImport(store, importId))).toMatchObject({ rewards: 2, posts: 0, comments: 0, postsKept: 0 });
    expect(rewardsIn(store, model.id)).toEqual({ 'a/one': 1 });
    expect(integrityCheck(store)).toEqual([]);
    expect(await importFile(store, file, { rewardsOf: model })).toMatchObject({ rewards: 2 });
  });

  test('damaged files bring what can be read of them, or nothing', async () => {
    const { store, model } = await filled();
    const row = rowOf(store, 'a', 'one', 1);
    const rows = parquetWriteBuffer({
      columnData: Object.entries(row).map(([name, value]) => ({ name, data: [value] })),
    });
    const cut = temporaryFile(new Uint8Array(rows).subarray(0, rows.byteLength - 9), 'cut.parquet');
    await expect(importFile(store, cut, { as: 'rewards', rewardsOf: model })).rejects.toMatchObject({
      code: 'bad-input',
    });
    expect(countRewards(store, model.id)).toBe(0);
    const broken = temporaryFile(`{"id": "a"\n${JSON.stringify(row)}\n\0\n`);
    expect(await importFile(store, broken, { as: 'rewards', rewardsOf: model })).toMatchObject({ rewards: 1 });
    const others = temporaryFile('a,b\n1,2\n', 'others.csv');
    await expect(importFile(store, others, { as: 'rewards', rewardsOf: model })).rejects.toMatchObject({
      message: expect.stringContaining('which needs id (of the post), comment_key or comment (its text), and reward'),
    });
  });
});

test('whatever comments and rewards there are, each reward comes to its comment, and nothing else does', async () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter((one) => one.trim() !== '');
  const comments = fc.uniqueArray(text, { minLength: 2, maxLength: 5 });
  const reward = fc.oneof(
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: -50, max: 50, noNaN: true }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(comments, { minLength: 1, maxLength: 4 }),
      fc.infiniteStream(reward),
      async (posts, stream) => {
        const store = temporaryStore();
        await importFile(store, temporaryFile(posts.map((own, at) => post(`p${at}`, own)).join('\n')));
        const model = modelIn(store, 'm');
        const asked = posts.flatMap((_, at) => findPost(store, `p${at}`).comments.map((comment) => ({ at, comment })));
        const given = asked.map(({ at, comment }) => ({
          ...rowOf(store, `p${at}`, comment.text, stream.next().value!),
          comment,
        }));
        const file = jsonl(given.map(({ comment: _, ...row }) => row));
        expect(await importFile(store, file, { rewardsOf: model })).toMatchObject({
          rewards: given.length,
          skippedCount: 0,
        });
        const kept = store.db.prepare('SELECT comment_id, reward FROM rewards ORDER BY comment_id').raw().all();
        const expected = given
          .map(({ comment, reward: one }) => [comment.id, (one as number) + 0])
          .sort((a, b) => a[0]! - b[0]!);
        expect(kept).toEqual(expected);
      },
    ),
    { numRuns: 25 },
  );
});
