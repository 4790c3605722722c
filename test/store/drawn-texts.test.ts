import { expect, test } from 'vitest';
import { randomFrom } from '../../src-main/common/random.ts';
import { addPost } from '../../src-main/store/add-post.ts';
import { drawComments, drawPosts } from '../../src-main/store/drawn-texts.ts';
import { temporaryStore } from '../support/temporary.ts';

const noPause = async (): Promise<void> => {};

function filled(posts: number) {
  const store = temporaryStore();
  for (let i = 0; i < posts; i++) {
    const comments = ['same everywhere', `own ${i}`].map((text, rank) => ({ text, rank, votes: null }));
    const key = String(i);
    addPost(
      store,
      { key, group: key, split: 'train', title: null, text: `post ${i % 50}`, context: null, comments },
      { importId: null, line: null },
    );
  }
  return store;
}

test('all different texts where no more are there than wanted', async () => {
  const store = filled(60);
  const posts = await drawPosts(store, 100, randomFrom(1), noPause);
  expect(posts.texts.map(({ text }) => text)).toHaveLength(50);
  expect(posts.whole).toBe(true);
  expect(await drawPosts(store, 49, randomFrom(1), noPause)).toMatchObject({ texts: { length: 49 }, whole: false });
  expect((await drawComments(store, 100, randomFrom(1), noPause)).texts).toHaveLength(61);
  expect((await drawComments(store, 61, randomFrom(1), noPause)).texts).toHaveLength(61);
  expect(await drawPosts(temporaryStore(), 10, randomFrom(1), noPause)).toEqual({ texts: [], whole: true });
});

test('some by chance where there are more: different ones, from all over, the same for the same seed', async () => {
  const store = filled(1000);
  const { texts: drawn, whole } = await drawComments(store, 100, randomFrom(1), noPause);
  expect(whole).toBe(false);
  expect(drawn.length).toBeGreaterThan(60);
  expect(drawn.length).toBeLessThanOrEqual(100);
  expect(new Set(drawn.map(({ text }) => text)).size).toBe(drawn.length);
  const ids = drawn.map(({ id }) => id);
  expect(ids.some((id) => id < 400) && ids.some((id) => id > 1600)).toBe(true);
  expect((await drawComments(store, 100, randomFrom(1), noPause)).texts.map(({ id }) => id)).toEqual(ids);
  expect((await drawComments(store, 100, randomFrom(2), noPause)).texts.map(({ id }) => id)).not.toEqual(ids);
  // Nearly all: 1,001 different texts, of which 900 are wanted.
  expect((await drawComments(store, 1000, randomFrom(1), noPause)).texts.length).toBe(1000);
});
