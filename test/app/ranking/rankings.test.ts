import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { extensionOf, formatOrder, isRanking } from '../../../src-main/common/file-kinds.ts';
import { addAnswer } from '../../../src-main/store/answers.ts';
import { addModel } from '../../../src-main/store/models.ts';
import type { WritingStore } from '../../../src-main/store/open.ts';
import { findPost } from '../../../src-main/store/posts.ts';
import { countWithoutReward, setRewards } from '../../../src-main/store/rewards.ts';
import { importPosts, type OpenHouse, openHouse, plainPosts } from '../../support/house-with-posts.ts';
import { temporaryFolder } from '../../support/temporary.ts';

// The engine of these tests gives the length of a comment as its reward.
const posts = [
  { id: 'a', comments: ['bb', 'a', 'four', 'ccc'] },
  { id: 'b', comments: ['=1+1', 'two\nlines, "quoted"', 'three'] },
  { id: 'c', comments: ['one', 'two2'] },
  { id: 'd', comments: ['x', 'yy'] },
  { id: 'e', comments: ['x', 'yy'] },
  { id: 'f', comments: ['x', 'yy'] },
  { id: 'g', comments: ['x', 'yy'] },
];

function addReward(store: WritingStore, name: string): number {
  return addModel(store, { name, kind: 'reward', folder: `models/${name}`, base: null, runId: null, metrics: {} }).id;
}

async function resultOf({ app }: OpenHouse, task: number): Promise<{ readonly path: string; readonly name: string }> {
  await app.tasks.settled();
  const found = app.tasks.find(task);
  if (found.kind !== 'export' || !found.result) throw new Error(`${found.state}: ${found.error?.message}`);
  return app.files.find(found.result.file.handle);
}

test('without a model the comments come in the order of the data', async () => {
  const { app, api } = openHouse();
  await importPosts(app, posts);
  const { models, comments, post } = await api.rankings.post({ post: 1 });
  expect(models).toEqual([]);
  expect(post).toMatchObject({ id: 1, key: 'a' });
  expect(comments.map(({ text }) => text)).toEqual(['bb', 'a', 'four', 'ccc']);
  expect(comments[0]).toMatchObject({ rewards: [], positions: [], beatsNext: null });
  // Of a long thread the first ones come, and how many there are.
  for (const view of [await api.rankings.post({ post: 1, limit: 2 }), await api.posts.get({ post: 1, limit: 2 })])
    expect([view.total, view.comments.length]).toEqual([4, 2]);
  await expect(api.rankings.score({})).rejects.toMatchObject({ code: 'not-found' });
});

test('a cancelled scoring keeps the rewards so far, says so, and the next one goes on from there', async () => {
  const { app, store } = openHouse();
  await importPosts(app, plainPosts(500, 5));
  const id = addReward(store, 'reward-1');
  const stop = new AbortController();
  const ranking = app.rank(
    { model: 'reward-1' },
    {
      signal: stop.signal,
      onProgress: ({ done, total }) => {
        expect(total).toBe(2_500);
        if (done > 2_048) stop.abort();
      },
    },
  );
  await expect(ranking).rejects.toMatchObject({
    code: 'cancelled',
    message:
      'The scoring was cancelled. 2,048 of 2,500 comments have their rewards and keep them; the next scoring goes on from there.',
  });
  expect(countWithoutReward(store, id)).toBe(452);
  expect((await app.rank({ model: 'reward-1' }, {})).scored).toBe(452);
});

test('the ranking of all posts is made as it is asked for: none is held before or after', async () => {
  const { app, store } = openHouse();
  await importPosts(app, plainPosts(3, 2));
  const id = addReward(store, 'reward-1');
  const { count, posts } = await app.rankAll({ model: 'reward-1' });
  expect(count).toBe(3);
  const bestOf = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { comments } of posts) found.push(comments[0]!.text);
    return found;
  };
  const before = await bestOf();
  // Each post now has its other comment first.
  const rewards = [1, 2, 3, 4, 5, 6].map((comment) => ({ commentId: comment, reward: comment % 2 }));
  setRewards(store, id, rewards);
  expect(await bestOf()).not.toEqual(before);
  setRewards(
    store,
    id,
    rewards.map(({ commentId, reward }) => ({ commentId, reward: 1 - reward })),
  );
  expect(await bestOf()).toEqual(['Comment 1 of 0', 'Comment 1 of 1', 'Comment 1 of 2']);
});

test('the model in use ranks: what lacks a reward is scored, and only in this post', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, posts);
  const id = addReward(store, 'reward-1');
  const [first, second] = findPost(store, 1).comments;
  addAnswer(store, {
    postId: 1,
    leftId: first!.id,
    rightId: second!.id,
    choice: 'left',
    annotator: 'me',
    origin: 'compare',
  });
  const before = countWithoutReward(store, id);
  const { models, comments } = await api.rankings.post({ post: 1 });
  expect(countWithoutReward(store, id)).toBe(before - 4);
  expect(models).toEqual(['reward-1']);
  expect(comments.map(({ text, rewards, positions }) => [text, ...rewards, ...positions])).toEqual([
    ['four', 4, 0],
    ['ccc', 3, 1],
    ['bb', 2, 2],
    ['a', 1, 3],
  ]);
  const chances = comments.map(({ beatsNext }) => beatsNext);
  expect(chances[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 2);
  expect(chances[1]).toBeLessThan(chances[0]!);
  expect(chances[3]).toBeNull();
  // Somebody has answered that.
  expect(chances[2]).toBeGreaterThan(0.8);
  expect(comments[2]).toMatchObject({ text: 'bb', rank: 0, people: { wins: 1, losses: 0, ties: 0 } });
  expect(comments[3]).toMatchObject({ text: 'a', people: { wins: 0, losses: 1, ties: 0 } });
});

test('two models side by side: the first gives the order', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, posts);
  addReward(store, 'lengths');
  const other = addReward(store, 'other');
  const ids = findPost(store, 1).comments.map((comment) => comment.id);
  setRewards(
    store,
    other,
    ids.map((commentId, i) => ({ commentId, reward: 0 - i })),
  );
  const { models, comments } = await api.rankings.post({ post: 1, models: ['lengths', 'other'] });
  expect(models).toEqual(['lengths', 'other']);
  expect(comments.map(({ text, rewards, positions }) => [text, rewards, positions])).toEqual([
    ['four', [4, -2], [0, 2]],
    ['ccc', [3, -3], [1, 3]],
    ['bb', [2, 0], [2, 0]],
    ['a', [1, -1], [3, 1]],
  ]);
  const turned = await api.rankings.post({ post: 1, models: ['other', 'lengths'] });
  expect(turned.comments.map(({ text }) => text)).toEqual(['bb', 'a', 'four', 'ccc']);
  await expect(api.rankings.post({ post: 1, models: ['nobody'] })).rejects.toMatchObject({ code: 'not-found' });
  await expect(api.rankings.post({ post: 99 })).rejects.toMatchObject({ code: 'not-found' });
});

test('the model that was chosen ranks everywhere, as long as it is there', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, posts);
  addReward(store, 'first');
  addReward(store, 'second');
  const used = async (): Promise<readonly string[]> => (await api.rankings.post({ post: 1 })).models;
  expect(await used()).toEqual(['second']);
  await api.settings.set({ modelInUse: 'first' });
  expect(await used()).toEqual(['first']);
  expect((await app.rank({})).model).toBe('first');
  await api.settings.set({ modelInUse: 'nobody' });
  expect(await used()).toEqual(['second']);
  await api.settings.set({ modelInUse: 'first' });
  store.db.exec("UPDATE models SET deleted_at = 'now' WHERE name = 'first'");
  expect(await used()).toEqual(['second']);
});

test('a preview is the first lines of the export, and scores no more than it shows', async () => {
  const house = openHouse();
  const { app, api, store } = house;
  await importPosts(app, posts.slice(0, 1));
  await importPosts(app, posts.slice(1), 'test');
  const id = addReward(store, 'reward-1');
  const [first, second] = findPost(store, 2).comments;
  addAnswer(store, {
    postId: 2,
    leftId: first!.id,
    rightId: second!.id,
    choice: 'bad',
    annotator: 'me',
    origin: 'compare',
  });
  const all = countWithoutReward(store, id);
  const previews = [];
  // Five rows: of the first two posts.
  await api.rankings.preview({ format: 'csv' });
  expect(countWithoutReward(store, id)).toBe(all - 7);
  for (const format of formatOrder) {
    for (const split of [undefined, 'test'] as const) {
      const { lines, table } = await api.rankings.preview({ format, split });
      previews.push({ format, split, lines, table });
    }
  }
  expect(countWithoutReward(store, id)).toBe(2);
  expect(all).toBe(17);
  for (const { format, split, lines, table } of previews) {
    const { task } = await api.rankings.export({ format, split });
    const { path, name } = await resultOf(house, task);
    const what = isRanking(format) ? 'ranking-reward-1' : format;
    const part = split ? `-${split}` : '';
    expect(name).toMatch(new RegExp(`^tiebreak-${what}${part}-\\d{4}-\\d\\d-\\d\\d\\${extensionOf(format)}$`));
    if (format === 'xlsx' || format === 'parquet') {
      // No texts: the same table as CSV.
      expect(table).toEqual(previews.find((other) => other.format === 'csv' && other.split === split)!.table);
      continue;
    }
    const content = readFileSync(path, 'utf8');
    if (table) {
      const [columns, ...rows] = parse(content, { bom: true }) as string[][];
      expect([table.columns, table.rows, lines], format).toEqual([columns, rows.slice(0, 5), []]);
      continue;
    }
    const said = lines.map((line) => `${line}\n`).join('');
    expect(content.startsWith(said), name).toBe(true);
    if (lines.length < 5) expect(content).toBe(said);
  }
  const [, plain] = previews.find(({ format }) => format === 'csv')!.table!.rows;
  expect(plain!.slice(6, 9)).toEqual(['ccc', '1', '3']);
  const { columns, rows } = previews.find(({ format }) => format === 'table')!.table!;
  const [best, next] = rows.map((row) => Object.fromEntries(row.map((cell, at) => [columns[at], cell])));
  expect(best).toMatchObject({ 'post id': 'a', place: '1', comment: 'four', score: '4.00', won: '0' });
  expect(next).toMatchObject({ place: '2', comment: 'ccc', score: '3.00' });
  expect(best!['chance against the next']).toMatch(/^0\.7\d$/);
  expect(previews.find(({ format }) => format === 'labels')!.lines[0]).toContain('"bothBad":true');
});

test('a preview of pairs says how many there will be, and which thread makes most of them', async () => {
  const { app, api } = openHouse();
  await importPosts(app, [
    { id: 'a', title: 'Small', comments: ['x', 'yy'] },
    { id: 'b', title: 'Large', comments: Array.from({ length: 101 }, (_, n) => `comment ${n}`) },
  ]);
  const { totals } = await api.rankings.preview({ format: 'pairs' });
  expect(totals).toEqual({
    pairs: 5051,
    posts: 2,
    largest: { post: 'Large', comments: 101, pairs: 5050 },
    whole: true,
  });
  const drawn = await api.rankings.preview({ format: 'conversations', pairsPerPost: 10 });
  expect(drawn.totals).toMatchObject({ pairs: 11 });
  // What a format can't follow is refused, and not passed over.
  for (const [input, said] of [
    [
      { format: 'csv', margin: 1 },
      'A margin is for pairs and conversations, and this file is of the format csv: leave it out.',
    ],
    [{ format: 'labels', pairsPerPost: 1 }, 'A number of pairs of a post is for pairs and conversations'],
    [{ format: 'xlsx', locale: 'de' }, 'A language is for csv and table, and this file is of the format xlsx'],
  ] as const) {
    await expect(api.rankings.preview(input)).rejects.toThrow(said);
  }
});

test('scoring all comments is a task', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, posts);
  const id = addReward(store, 'reward-1');
  const { task } = await api.rankings.score({});
  await app.tasks.settled();
  expect(app.tasks.find(task)).toMatchObject({
    kind: 'score',
    state: 'done',
    result: { model: 'reward-1', scored: 17 },
  });
  expect(countWithoutReward(store, id)).toBe(0);
});

test('every format of more than a few comments is written in the second thread, and others are answered meanwhile', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, [...posts.slice(0, 2), ...plainPosts(5, 1_000)]);
  addReward(store, 'lengths');
  await app.rank({ device: 'cpu' });
  for (const format of ['csv', 'cupit', 'labels'] as const) {
    const order: string[] = [];
    process.once('worker', () => void api.settings.get().then(() => order.push('answered')));
    await app.export({ file: join(temporaryFolder(), 'out'), format, device: 'cpu' });
    expect([...order, 'written']).toEqual(['answered', 'written']);
  }
});

test('an export stands in the order of model and answers together, says what each comment is worth, and comes back', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, posts.slice(0, 1));
  addReward(store, 'lengths');
  const { comments } = findPost(store, 1);
  const idOf = (text: string): number => comments.find((comment) => comment.text === text)!.id;
  for (const annotator of ['Anna', 'Ben', 'Cy', 'Di', 'Eli'])
    addAnswer(store, {
      postId: 1,
      leftId: idOf('a'),
      rightId: idOf('four'),
      choice: 'left',
      annotator,
      origin: 'compare',
    });
  const ranked = (await app.rank({ post: '1', device: 'cpu' })).posts[0]!.comments;
  expect(ranked.map(({ text }) => text).indexOf('a')).toBeLessThan(ranked.map(({ text }) => text).indexOf('four'));
  expect(ranked.map(({ position }) => position)).toEqual([0, 1, 2, 3]);
  await app.export({ file: join(temporaryFolder(), 'pairs.jsonl'), format: 'pairs', device: 'cpu' });
  expect((await api.settings.get()).exported).toBe(false);
  for (const format of ['csv', 'cupit'] as const) {
    const file = join(temporaryFolder(), `ranking.${format}`);
    await app.export({ file, format, device: 'cpu' });
    expect((await api.settings.get()).exported).toBe(true);
    const text = readFileSync(file, 'utf8');
    const rows =
      format === 'csv'
        ? (parse(text, { columns: true, cast: true }) as Record<string, unknown>[])
        : (JSON.parse(text) as { comments: Record<string, unknown>[] }).comments;
    expect(rows.map((row) => row.comment ?? row.text)).toEqual(ranked.map((comment) => comment.text));
    expect(rows.map(({ score }) => score)).toEqual([0, 1, 2, 3]);
    for (const [i, row] of rows.entries()) {
      const { worth, interval, answers } = ranked[i]!;
      expect(row).toMatchObject({ worth, worth_low: interval![0], worth_high: interval![1], answers });
      expect(interval![0]).toBeLessThan(worth!);
    }
    const back = openHouse();
    const { imported } = await back.app.import({ files: [file] });
    expect(imported).toMatchObject({ comment: 4 });
    expect(
      findPost(back.store, 1)
        .comments.toSorted((a, b) => a.rank! - b.rank!)
        .map((comment) => comment.text),
    ).toEqual(ranked.map((comment) => comment.text));
  }
});

test('an export of nothing says what to do', async () => {
  const { api } = openHouse();
  const curated = { pinned: 0, excluded: 0 };
  expect(await api.rankings.preview({ format: 'cupit' })).toEqual({ lines: [], table: null, totals: null, curated });
  await expect(api.rankings.export({ format: 'cupit' })).rejects.toMatchObject({
    code: 'nothing-to-do',
    message: 'There is no data yet: import some comments first.',
  });
});
