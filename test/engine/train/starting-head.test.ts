import { expect, test } from 'vitest';
import type { PairGroup } from '../../../src-main/contract/engine.ts';
import { evenly } from '../../../src-main/engine/train/starting-head.ts';

const group = (post: number, comments: number): PairGroup => ({
  texts: Array.from({ length: comments }, (_, i) => ({ post: `${post}`, comment: `${i}` })),
  pairs: [],
});
const countOf = (groups: readonly PairGroup[]) => groups.reduce((sum, { texts }) => sum + texts.length, 0);

test('of a few posts all are taken, of many whole ones evenly from first to last', () => {
  const posts = Array.from({ length: 1000 }, (_, post) => group(post, 2 + (post % 5)));
  expect(evenly(posts, 4000)).toEqual(posts);
  expect(evenly([], 10)).toEqual([]);
  const some = evenly(posts, 400);
  expect(countOf(some)).toBeGreaterThan(390);
  expect(countOf(some)).toBeLessThan(410);
  // As many of each tenth.
  for (let from = 0; from < 1000; from += 100) {
    const own = some.filter(({ texts }) => Math.floor(Number(texts[0]!.post) / 100) * 100 === from);
    expect(countOf(own)).toBeGreaterThan(30);
    expect(countOf(own)).toBeLessThan(50);
  }
  for (const one of some) expect(one).toBe(posts[Number(one.texts[0]!.post)]);
});

test('a post with more comments than are wanted does not keep the others out', () => {
  const taken = evenly([group(0, 500), ...Array.from({ length: 100 }, (_, post) => group(1 + post, 5))], 100);
  expect(taken.length).toBeGreaterThan(5);
  expect(countOf(taken)).toBeLessThan(120);
});
