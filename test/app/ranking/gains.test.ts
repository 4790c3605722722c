import { expect, test, vi } from 'vitest';
import { postOrders } from '../../../src-main/contract/records.ts';
import type { SortedPage } from '../../../src-main/contract/views.ts';
import { addAnswer, revokeAnswer } from '../../../src-main/store/answers.ts';
import { addModel, setCalibration } from '../../../src-main/store/models.ts';
import { findPost } from '../../../src-main/store/posts.ts';
import { setRewards } from '../../../src-main/store/rewards.ts';
import { sortedPosts } from '../../../src-main/store/sorted-posts.ts';
import { importPosts, type OpenHouse, openHouse, plainPosts } from '../../support/house-with-posts.ts';

const idsOf = ({ posts }: SortedPage): readonly number[] => posts.map(({ id }) => id);

/** A house with posts whose comments have these rewards from a model, weighed. */
async function weighed(rewards: readonly (readonly number[])[]): Promise<OpenHouse & { readonly model: number }> {
  const house = openHouse();
  await importPosts(
    house.app,
    rewards.map((values, post) => ({ id: `p${post}`, comments: values.map((_, i) => `Comment ${i} of ${post}`) })),
  );
  const { id } = addModel(house.store, {
    name: 'reward-1',
    kind: 'reward',
    folder: 'x',
    base: null,
    runId: null,
    metrics: {},
  });
  for (const [post, values] of rewards.entries()) {
    const { comments } = findPost(house.store, post + 1);
    setRewards(
      house.store,
      id,
      values.map((reward, i) => ({ commentId: comments[i]!.id, reward })),
    );
  }
  await weigh(house);
  return { ...house, model: id };
}

async function weigh({ app, api }: Pick<OpenHouse, 'app' | 'api'>): Promise<unknown> {
  const { task } = await api.rankings.score({ model: 'reward-1' });
  await app.tasks.settled();
  return app.tasks.find(task).result;
}

/** Says that the first of two comments of a post is better; gives the key. */
function answer({ store }: OpenHouse, post: number, places: readonly [number, number], annotator = 'me'): string {
  const { comments } = findPost(store, post);
  return addAnswer(store, {
    postId: post,
    leftId: comments[places[0]]!.id,
    rightId: comments[places[1]]!.id,
    choice: 'left',
    annotator,
    origin: 'compare',
  }).answer.key;
}

test('the post whose closest pair is the least certain comes first', async () => {
  const { api } = await weighed([
    [3, 0],
    [0.5, 0],
    [9, 0],
    [1, 1],
  ]);
  const page = await api.posts.sorted({});
  expect(idsOf(page)).toEqual([4, 2, 1, 3]);
  expect(page).toMatchObject({ after: null, before: null, total: 4, waiting: 0 });
  const sure = page.posts.map((post) => post.sure!);
  expect(sure[0]).toBeCloseTo(0.5, 6);
  expect(sure.toSorted((a, b) => a - b)).toEqual(sure);
});

test('its page says the same pair, and how sure, as the list went by', async () => {
  const house = await weighed([
    [2, 1.9, 0],
    [5, 0, -5],
  ]);
  const { posts } = await house.api.posts.sorted({});
  const { joined } = await house.api.rankings.post({ post: 1, models: ['reward-1'] });
  expect(posts[0]).toMatchObject({ id: 1, sure: joined!.right });
  const { questions } = await house.app.rank({ ask: 1 });
  expect(questions).toHaveLength(1);
  expect([questions![0]!.one, questions![0]!.other]).toEqual(joined!.question);
});

test('an answer moves a post, and taking it back restores its place', async () => {
  const house = await weighed([
    [1, 1],
    [0.3, 0],
    [0.6, 0],
  ]);
  const order = async (): Promise<readonly number[]> => idsOf(await house.api.posts.sorted({}));
  expect(await order()).toEqual([1, 2, 3]);
  const key = answer(house, 1, [0, 1]);
  // The only pair is asked.
  expect(await order()).toEqual([2, 3, 1]);
  revokeAnswer(house.store, key);
  expect(await order()).toEqual([1, 2, 3]);
  // What another one says makes it surer, and does not take the question away.
  answer(house, 1, [0, 1], 'Anna');
  answer(house, 1, [0, 1], 'Ben');
  expect(await order()).toEqual([2, 3, 1]);
  await house.api.answers.add({
    tab: 't',
    key: crypto.randomUUID(),
    postId: 2,
    leftId: findPost(house.store, 2).comments[0]!.id,
    rightId: findPost(house.store, 2).comments[1]!.id,
    choice: 'skip',
  });
  expect(await order()).toEqual([3, 1, 2]);
  expect((await house.app.rank({ ask: 9 })).posts.map(({ id }) => id)).toEqual([3, 1]);
});

test('pages lead through all by place, both ways, also where posts gain the same', async () => {
  const rewards = Array.from({ length: 23 }, (_, post) => [Math.floor(post / 3) % 4, 0]);
  const { api } = await weighed(rewards);
  const all = idsOf(await api.posts.sorted({ limit: 200 }));
  expect(all).toHaveLength(23);
  const gap = (id: number): number => rewards[id - 1]![0]!;
  expect(all.map(gap)).toEqual(all.map(gap).toSorted((a, b) => a - b));
  for (const limit of [1, 4, 7]) {
    const forth: number[] = [];
    let page = await api.posts.sorted({ limit });
    for (;;) {
      expect(page.total).toBe(23);
      forth.push(...idsOf(page));
      if (page.after === null) break;
      page = await api.posts.sorted({ limit, after: page.after });
    }
    expect(forth).toEqual(all);
    const back = [...idsOf(page)];
    while (page.before !== null) {
      page = await api.posts.sorted({ limit, before: page.before });
      back.unshift(...idsOf(page));
    }
    expect(back).toEqual(all);
  }
});

test('filters and search hold', async () => {
  const house = await weighed([
    [1, 1],
    [2, 0],
    [0.1, 0],
  ]);
  answer(house, 2, [0, 1], 'Anna');
  const found = async (filter: Parameters<OpenHouse['api']['posts']['sorted']>[0]): Promise<readonly number[]> =>
    idsOf(await house.api.posts.sorted(filter));
  expect(await found({ answered: false })).toEqual([1, 3]);
  expect(await found({ answered: true })).toEqual([2]);
  expect(await found({ search: 'p2' })).toEqual([3]);
  expect(await found({ search: 'post', split: 'train' })).toEqual([1, 3, 2]);
  expect(await found({ split: 'test' })).toEqual([]);
  expect(await found({ disagreement: true })).toEqual([]);
});

test('new posts, comments and models wait until they are weighed', async () => {
  const house = await weighed([
    [1, 1],
    [2, 0],
  ]);
  await importPosts(house.app, [{ id: 'late', comments: ['aa', 'bb', 'a longer one'] }]);
  expect(await house.api.posts.sorted({})).toMatchObject({ total: 2, waiting: 1 });
  await importPosts(house.app, [{ id: 'p0', text: 'Post p0', comments: ['One more comment'] }]);
  const page = await house.api.posts.sorted({});
  expect(idsOf(page)).toEqual([2]);
  expect(page.waiting).toBe(2);
  // The engine gives the lengths of comments as their rewards: 'aa' and 'bb' are alike.
  expect(await weigh(house)).toEqual({ model: 'reward-1', scored: 4, weighed: 2 });
  expect(await house.api.posts.sorted({})).toMatchObject({ total: 3, waiting: 0 });
  expect(await weigh(house)).toEqual({ model: 'reward-1', scored: 0, weighed: 0 });
  addModel(house.store, { name: 'reward-2', kind: 'reward', folder: 'x', base: null, runId: null, metrics: {} });
  expect(await house.api.posts.sorted({})).toMatchObject({ posts: [], waiting: 3 });
  expect(await house.api.posts.sorted({ model: 'reward-1' })).toMatchObject({ total: 3, waiting: 0 });
});

test('where a model is calibrated anew, or another person answers, all are weighed anew', async () => {
  const house = await weighed([
    [1, 0.9, -3],
    [4, 3],
  ]);
  const before = await house.api.posts.sorted({});
  setCalibration(house.store, house.model, 5, { width: 0.8, ties: 0.5, side: 0, votes: 0 });
  expect(await house.api.posts.sorted({})).toMatchObject({ posts: [], waiting: 2 });
  await weigh(house);
  const after = await house.api.posts.sorted({});
  expect(after.posts.map(({ sure }) => sure)).not.toEqual(before.posts.map(({ sure }) => sure));
  answer(house, 2, [0, 1], 'me');
  expect(idsOf(await house.api.posts.sorted({}))).toEqual([1, 2]);
  await house.api.settings.set({ annotator: 'Anna' });
  expect(await house.api.posts.sorted({})).toMatchObject({ posts: [], waiting: 2 });
  await weigh(house);
  expect(await house.api.posts.sorted({})).toMatchObject({ total: 2, waiting: 0 });
});

test('without a model there is no such order, and a post of one comment asks nothing', async () => {
  const { app, api } = openHouse();
  await importPosts(app, plainPosts(3, 2));
  expect(await api.posts.sorted({})).toEqual({ posts: [], after: null, before: null, total: 0, waiting: 0 });
  await expect(api.posts.sorted({ model: 'nobody' })).rejects.toMatchObject({ code: 'not-found' });
  await expect(app.rank({ ask: 2, post: '1' })).rejects.toMatchObject({ code: 'not-found' });
});

test('an undone import takes its gains along', async () => {
  const house = await weighed([
    [1, 1],
    [2, 0],
  ]);
  const { task } = await house.api.data.undoImport({ import: 1 });
  await house.app.tasks.settled();
  expect(house.app.tasks.find(task).state).toBe('done');
  expect(house.store.db.prepare('SELECT count(*) FROM gains').pluck().get()).toBe(0);
});

test('posts are listed by how unsure they are, by answers against the model, by date and by comments, page by page', async () => {
  const house = await weighed([
    [3, 0],
    [0.5, 0, 0.4],
    [9, 0],
    [1, 1, 1, 1],
    [8, 0, 4],
  ]);
  const { api, store } = house;
  for (const [post, date] of [
    [1, '2026-01-01T00:00:00.000Z'],
    [3, '2026-02-01T00:00:00.000Z'],
  ] as const)
    store.db.prepare('UPDATE posts SET created_at = ? WHERE id = ?').run(date, post);
  answer(house, 3, [1, 0]);
  answer(house, 5, [1, 0], 'Anna');
  answer(house, 5, [1, 2], 'Anna');
  const expected = {
    against: [5, 3, 4, 2, 1],
    newest: [3, 1, 5, 4, 2],
    comments: [4, 5, 2, 3, 1],
  } as const;
  for (const [order, ids] of Object.entries(expected) as [keyof typeof expected, readonly number[]][]) {
    let page = await api.posts.sorted({ order, limit: 2 });
    const found = [...idsOf(page)];
    while (page.after) {
      page = await api.posts.sorted({ order, limit: 2, after: page.after });
      found.push(...idsOf(page));
    }
    expect(found, order).toEqual(ids);
    expect(page.total).toBe(5);
    expect(idsOf(await api.posts.sorted({ order, limit: 2, before: page.before! })), order).toEqual(ids.slice(2, 4));
    expect(idsOf(await api.posts.sorted({ order, answered: true })), order).toEqual(
      ids.filter((id) => id === 3 || id === 5),
    );
  }
  const unsure = (await api.posts.sorted({ order: 'unsure' })).posts.map(({ sure }) => sure!);
  expect(unsure).toEqual(unsure.toSorted((a, b) => a - b));
  expect(unsure[0]).toBeLessThan(0.6);
  // Nothing is sorted, whichever page it is: the index has the order.
  for (const order of postOrders) {
    for (const range of [{}, { after: { at: 1, postId: 2 } }, { before: { at: 1, postId: 2 } }]) {
      const plan = plansOf(store, () =>
        sortedPosts(store, order, house.model, { search: '', split: 'train' }, range, 3),
      );
      expect(plan.join(), order).toMatch(/USING (COVERING )?INDEX (gains_by|posts_by_newest|post_counts_by_comments)/);
      expect(plan.join(), order).not.toContain('TEMP B-TREE');
    }
  }
});

/** How SQLite would go about what is asked of a store meanwhile. */
function plansOf({ db }: OpenHouse['store'], work: () => unknown): readonly string[] {
  const plans: string[] = [];
  const prepare = db.prepare.bind(db);
  const spy = vi.spyOn(db, 'prepare').mockImplementation(((sql: string) => {
    const { parameters } = { parameters: sql.match(/\?/g)?.length ?? 0 };
    const rows = prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...Array<number>(parameters).fill(1));
    plans.push(...(rows as readonly { detail: string }[]).map(({ detail }) => detail));
    return prepare(sql);
  }) as typeof db.prepare);
  work();
  spy.mockRestore();
  return plans;
}
