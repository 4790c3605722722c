import { expect, test } from 'vitest';
import { mostShown } from '../../../src-main/common/long-texts.ts';
import type { Choice } from '../../../src-main/contract/records.ts';
import type { PostPage } from '../../../src-main/contract/views.ts';
import { addAnswer, revokeAnswer } from '../../../src-main/store/answers.ts';
import { firstComments } from '../../../src-main/store/first-comments.ts';
import { addModel } from '../../../src-main/store/models.ts';
import type { WritingStore } from '../../../src-main/store/open.ts';
import { findPost } from '../../../src-main/store/posts.ts';
import { setRewards } from '../../../src-main/store/rewards.ts';
import { type Client, importPosts, openHouse, plainPosts } from '../../support/house-with-posts.ts';

type Filter = Partial<Parameters<Client['posts']['list']>[0]>;

/** An answer on two comments of a post by their places, without them the first two; gives its key. */
function answer(
  store: WritingStore,
  post: number,
  choice: Choice,
  places: [number, number] = [0, 1],
  annotator = 'me',
): string {
  const [left, right] = places.map((place) => findPost(store, post).comments[place]!.id);
  const sides = { postId: post, leftId: left!, rightId: right! };
  return addAnswer(store, { ...sides, choice, annotator, origin: 'compare' }).answer.key;
}

/** A model that gives the comments of each post these rewards, in their order. */
function model(store: WritingStore, name: string, rewards: Readonly<Record<number, readonly number[]>>): void {
  const { id } = addModel(store, { name, kind: 'reward', folder: 'x', base: null, runId: null, metrics: {} });
  for (const [post, values] of Object.entries(rewards)) {
    const { comments } = findPost(store, Number(post));
    setRewards(
      store,
      id,
      values.map((reward, i) => ({ commentId: comments[i]!.id, reward })),
    );
  }
}

const idsOf = ({ posts }: PostPage): readonly number[] => posts.map(({ id }) => id);

test('pages lead through all that match, both ways, without gaps or repeats', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, plainPosts(23, 2));
  await importPosts(app, plainPosts(37, 2).slice(23), 'test');
  for (const post of [2, 3, 11, 24, 25, 30, 37]) answer(store, post, 'left');
  store.db.exec('DELETE FROM posts WHERE id IN (5, 12, 29)');
  const all = Array.from({ length: 37 }, (_, i) => i + 1).filter((id) => ![5, 12, 29].includes(id));
  const answered = (id: number): boolean => [2, 3, 11, 24, 25, 30, 37].includes(id);
  const inTest = (id: number): boolean => id > 23;
  const cases: readonly [Filter, (id: number) => boolean][] = [
    [{}, () => true],
    [{ split: 'test' }, inTest],
    [{ split: 'validation' }, () => false],
    [{ answered: true }, answered],
    [{ answered: false }, (id) => !answered(id)],
    [{ answered: true, split: 'test' }, (id) => answered(id) && inTest(id)],
    [{ answered: false, split: 'train' }, (id) => !answered(id) && !inTest(id)],
    [{ search: 'post' }, () => true],
    [{ search: 'p1' }, (id) => id === 2 || (id > 10 && id < 21)],
    [{ search: 'post', split: 'train' }, (id) => !inTest(id)],
    [{ search: 'p', answered: true }, answered],
    [{ search: 'post', answered: false, split: 'test' }, (id) => !answered(id) && inTest(id)],
    [{ search: 'nothing' }, () => false],
  ];
  for (const [filter, matches] of cases) {
    const expected = all.filter(matches);
    for (const limit of [1, 4, 7, 200]) {
      const forth: number[] = [];
      let page = await api.posts.list({ ...filter, limit });
      expect(page.before).toBeNull();
      for (;;) {
        expect(page.total).toBe(expected.length);
        expect(page.posts.length).toBe(Math.min(limit, expected.length - forth.length));
        forth.push(...idsOf(page));
        if (page.after === null) break;
        page = await api.posts.list({ ...filter, limit, after: page.after });
      }
      expect(forth, JSON.stringify({ filter, limit })).toEqual(expected);
      const back = [...idsOf(page)];
      while (page.before !== null) {
        page = await api.posts.list({ ...filter, limit, before: page.before });
        expect(page.after).toBe(page.posts.at(-1)?.id);
        back.unshift(...idsOf(page));
      }
      expect(back, JSON.stringify({ filter, limit })).toEqual(expected);
    }
  }
});

test('a page at the edge leads back, even where it is empty', async () => {
  const { app, api } = openHouse();
  await importPosts(app, plainPosts(5, 2));
  expect(await api.posts.list({ after: 5 })).toMatchObject({ posts: [], after: null, before: 6, total: 5 });
  expect(idsOf(await api.posts.list({ before: 6, limit: 2 }))).toEqual([4, 5]);
  expect(await api.posts.list({ before: 1 })).toMatchObject({ posts: [], after: 0, before: null });
  expect(await api.posts.list({ after: 9_000_000_000_000 })).toMatchObject({ posts: [], after: null });
  expect(await api.posts.list({ after: 9_000_000_000_000, search: 'post' })).toMatchObject({ posts: [], after: null });
});

test('a line shows the beginning of the text, in whole characters, and what was counted', async () => {
  const { app, api, store } = openHouse();
  const long = '👍🏽 é 長い '.repeat(60);
  await importPosts(app, [{ id: 'a', title: 'T', text: long, comments: ['x', 'y', 'z'] }, ...plainPosts(1, 2)]);
  answer(store, 1, 'left');
  revokeAnswer(store, answer(store, 1, 'right'));
  answer(store, 1, 'tie', [1, 2]);
  const { posts } = await api.posts.list({});
  const excerpt = [...long].slice(0, 200).join('');
  const first = { id: 1, key: 'a', title: 'T', excerpt, split: 'train', comments: 3, answers: 2, disagreements: null };
  expect(posts).toEqual([
    first,
    { ...first, id: 2, key: 'p0', title: null, excerpt: 'Post p0', comments: 2, answers: 0 },
  ]);
});

test('disagreement is an answer whose better side has the lower reward', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, plainPosts(8, 3));
  const lower = [1, 2, 3];
  model(store, 'old', Object.fromEntries([1, 2, 3, 4, 5, 6, 8].map((post) => [post, lower])));
  model(store, 'new', Object.fromEntries([1, 2, 3, 4, 5, 6].map((post) => [post, lower.toReversed()])));
  answer(store, 1, 'left');
  answer(store, 1, 'right', [2, 0]);
  answer(store, 1, 'right');
  answer(store, 2, 'right');
  answer(store, 3, 'tie');
  revokeAnswer(store, answer(store, 4, 'left'));
  answer(store, 5, 'left', [1, 0]);
  // Neither model, or only one, has rewards for these.
  answer(store, 7, 'left');
  answer(store, 8, 'left');
  const disagreements = async (filter: Filter): Promise<readonly (number | null)[][]> =>
    (await api.posts.list(filter)).posts.map((post) => [post.id, post.disagreements]);
  expect(await disagreements({ disagreement: true, model: 'old' })).toEqual([
    [1, 2],
    [8, 1],
  ]);
  expect(await disagreements({ disagreement: true, model: 'new' })).toEqual([
    [1, 1],
    [2, 1],
    [5, 1],
  ]);
  // Without a name it is the model in use.
  expect(idsOf(await api.posts.list({ disagreement: true }))).toEqual([1, 2, 5]);
  await api.settings.set({ modelInUse: 'old' });
  expect(await api.posts.list({ disagreement: true })).toMatchObject({ posts: [{ id: 1 }, { id: 8 }], total: 2 });
  expect(await api.posts.list({ disagreement: true, search: 'post', limit: 1 })).toMatchObject({
    posts: [{ id: 1 }],
    after: 1,
    total: 2,
  });
  expect(await disagreements({ model: 'old', answered: true, limit: 3 })).toEqual([
    [1, 2],
    [2, 0],
    [3, 0],
  ]);
  await expect(api.posts.list({ model: 'nobody' })).rejects.toMatchObject({ code: 'not-found' });
});

test('without a model nothing disagrees', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, plainPosts(2, 3));
  answer(store, 1, 'left');
  expect(await api.posts.list({ disagreement: true })).toEqual({ posts: [], after: null, before: null, total: 0 });
});

test('a post shows its comments with what people said, and where it came from', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, plainPosts(2, 3));
  answer(store, 2, 'left');
  answer(store, 2, 'right', [2, 0]);
  answer(store, 2, 'right', [0, 1], 'Anna');
  // Who says the same twice is one person still, and who says both is undecided.
  answer(store, 2, 'right', [0, 1], 'Anna');
  answer(store, 2, 'left', [1, 2]);
  answer(store, 2, 'right', [1, 2]);
  revokeAnswer(store, answer(store, 2, 'left', [2, 1]));
  const { comments, lists: _, ...post } = findPost(store, 2);
  const people = [
    { wins: 2, losses: 1, ties: 0 },
    { wins: 1, losses: 1, ties: 1 },
    { wins: 0, losses: 1, ties: 1 },
  ];
  expect(await api.posts.get({ post: 2 })).toEqual({
    post,
    total: 3,
    comments: comments.map((comment, i) => ({ ...comment, people: people[i] })),
    import: 'file.jsonl',
  });
  await expect(api.posts.get({ post: 99 })).rejects.toMatchObject({ code: 'not-found' });
});

test('of a text of megabytes its beginning comes, wherever it is shown, and the rest part by part', async () => {
  const { app, api } = openHouse();
  const long = '0123456789😀ab '.repeat(150_000);
  await importPosts(app, [{ id: 'a', text: long, comments: [long, `${long}!`, 'short'] }]);
  const view = await api.posts.get({ post: 1 });
  const { pairs } = await api.answers.nextPairs({ tab: 'tab', count: 1 });
  const ranked = await api.rankings.post({ post: 1 });
  const exported = await api.rankings.preview({ format: 'cupit' });
  for (const answer of [view, pairs, ranked, exported]) {
    expect(JSON.stringify(answer).length).toBeLessThan(6 * mostShown);
    expect(JSON.stringify(answer)).toContain('0123456789😀');
  }
  let [read, total] = [view.post.text, Number.POSITIVE_INFINITY];
  while (read.length < total) {
    const part = await api.posts.part({ of: 'text', id: 1, from: read.length });
    read += part.text;
    total = part.total;
  }
  // The file's own spaces at the end are no part of a text.
  expect(read.trim()).toBe(long.trim());
  await expect(api.posts.part({ of: 'comment', id: 99, from: 0 })).rejects.toMatchObject({ code: 'not-found' });
});

test('a long thread is read in the second thread, and only what is shown of it comes', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, plainPosts(1, 5_001));
  const views = [await api.posts.get({ post: 1, limit: 3 }), await api.rankings.post({ post: 1, limit: 3 })];
  const here = firstComments(store, { post: 1, limit: 3, models: [], order: 'data' });
  for (const view of views) {
    expect(view).toMatchObject({ total: 5_001, post: here.post });
    expect(JSON.stringify(view).length).toBeLessThan(2_000);
  }
  expect(views[0]!.comments).toMatchObject(here.comments);
  expect(views[1]!.comments.map(({ rank }) => rank)).toEqual([0, 1, 2]);
});
