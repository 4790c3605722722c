import { expect, test } from 'vitest';
import { randomFrom } from '../../src-main/common/random.ts';
import { addPost } from '../../src-main/store/add-post.ts';
import { drawComments, drawPosts } from '../../src-main/store/drawn-texts.ts';
import { temporaryStore } from '../support/temporary.ts';

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

test('all different texts where no more are there than wanted', () => {
  const store = filled(60);
  const posts = drawPosts(store, 100, randomFrom(1));
  expect(posts.texts.map(({ text }) => text)).toHaveLength(50);
  expect(posts.whole).toBe(true);
  expect(drawPosts(store, 49, randomFrom(1))).toMatchObject({ texts: { length: 49 }, whole: false });
  expect(drawComments(store, 100, randomFrom(1)).texts).toHaveLength(61);
  expect(drawComments(store, 61, randomFrom(1)).texts).toHaveLength(61);
  expect(drawPosts(temporaryStore(), 10, randomFrom(1))).toEqual({ texts: [], whole: true });
});

test('some by chance where there are more: different ones, from all over, the same for the same seed', () => {
  const store = filled(1000);
  const { texts: drawn, whole } = drawComments(store, 100, randomFrom(1));
  expect(whole).toBe(false);
  expect(drawn.length).toBeGreaterThan(60);
  expect(drawn.length).toBeLessThanOrEqual(100);
  expect(new Set(drawn.map(({ text }) => text)).size).toBe(drawn.length);
  const ids = drawn.map(({ id }) => id);
  expect(ids.some((id) => id < 400) && ids.some((id) => id > 1600)).toBe(true);
  expect(drawComments(store, 100, randomFrom(1)).texts.map(({ id }) => id)).toEqual(ids);
  expect(drawComments(store, 100, randomFrom(2)).texts.map(({ id }) => id)).not.toEqual(ids);
  // Nearly all: 1,001 different texts, of which 900 are wanted.
  expect(drawComments(store, 1000, randomFrom(1)).texts.length).toBe(1000);
});
