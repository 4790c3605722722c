import { expect, test } from 'vitest';
import { vectorWidth } from '../../../src-main/contract/engine.ts';
import { type HeadData, subsetOf } from '../../../src-main/engine/head/data.ts';
import { blocksOf } from '../../../src-main/engine/head/features.ts';
import { drawPairs, heldOutCurve } from '../../../src-main/engine/head/held-out-curve.ts';
import { rewardsOf } from '../../../src-main/engine/head/loss.ts';
import { usualStart } from '../../../src-main/engine/head/start.ts';
import { prepared, samplePosts, withPairs } from '../../support/head-samples.ts';

const start = usualStart(blocksOf(vectorWidth));
const fitting = { strength: 10, signal: new AbortController().signal };
const drawn = (data: HeadData) => drawPairs(data, start, 1);

test('some pairs with their rows alone get the rewards they had among all', () => {
  const data = prepared(samplePosts(6));
  const weights = start.centre.map((value, i) => value + ((i * 7919) % 13) / 100);
  const rewards = rewardsOf(data, weights);
  const pairs = [data.pairs[12]!, data.pairs[4]!];
  const part = subsetOf(data, pairs);
  const found = rewardsOf(part, weights);
  expect(part.rows.count).toBe(4);
  for (const [i, { first, second, target }] of part.pairs.entries()) {
    expect(found[first]).toBe(rewards[pairs[i]!.first]);
    expect(found[second]).toBe(rewards[pairs[i]!.second]);
    expect(target).toBe(pairs[i]!.target);
    expect(part.texts[first]).toBe(data.texts[pairs[i]!.first]);
  }
});

test('each pair with a better side is judged once at each size, by heads that learned from other posts, and more teach more', async () => {
  const tied = withPairs(samplePosts(120), ({ pairs }) =>
    pairs.map((pair, i) => (i === 2 ? { ...pair, target: 0.5 } : pair)),
  );
  const { pairs, sizes, posts } = await heldOutCurve(drawn(prepared(tied)), fitting);
  expect(pairs).toBe(360);
  expect(posts).toHaveLength(120);
  expect(sizes.map(Math.round)).toEqual([36, 72, 144, 288]);
  for (const { of, right } of posts) {
    expect(of).toBe(2);
    expect(right).toHaveLength(4);
    for (const count of right) expect(count).toBeLessThanOrEqual(of);
  }
  const rightAt = (at: number): number => posts.reduce((sum, { right }) => sum + right[at]!, 0) / 240;
  expect(rightAt(3)).toBeGreaterThan(rightAt(0) + 0.05);
});

test('heads see nothing of the posts they are judged by', async () => {
  // Each post's better comment is a coin's: whoever learned from the post itself would be right far more often than half.
  const coins = withPairs(samplePosts(200, 5), ({ pairs }) =>
    pairs.slice(0, 1).map((pair) => ({ ...pair, target: pair.first === 0 ? 1 : 0 })),
  ).map((post, i) => (i % 2 ? post : withPairs([post], ({ pairs }) => pairs.map((p) => ({ ...p, target: 0 })))[0]!));
  const { posts } = await heldOutCurve(drawn(prepared(coins)), { ...fitting, strength: 0.1 });
  const right = posts.reduce((sum, { right }) => sum + right[3]!, 0) / posts.length;
  expect(Math.abs(right - 0.5)).toBeLessThan(0.15);
});

test('many pairs are looked at in part, the same ones each time, and without any there is nothing', async () => {
  const data = prepared(samplePosts(300));
  const [one, other] = [await heldOutCurve(drawn(data), fitting), await heldOutCurve(drawn(data), fitting)];
  expect(one).toEqual(other);
  expect(one.pairs).toBe(900);
  expect(one.posts.reduce((sum, { of }) => sum + of, 0)).toBe(600);
  const none = await heldOutCurve(drawn(prepared([])), fitting);
  expect(none).toEqual({ pairs: 0, sizes: [0, 0, 0, 0], posts: [] });
});

test('it ends when it is cancelled', async () => {
  const given = heldOutCurve(drawn(prepared(samplePosts(20))), { ...fitting, signal: AbortSignal.abort() });
  await expect(given).rejects.toMatchObject({ code: 'cancelled' });
});
