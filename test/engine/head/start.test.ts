import { expect, test } from 'vitest';
import { type PairInput, vectorWidth } from '../../../src-main/contract/engine.ts';
import { type HeadData, headData } from '../../../src-main/engine/head/data.ts';
import { blocksOf, plainNames } from '../../../src-main/engine/head/features.ts';
import type { Head } from '../../../src-main/engine/head/head-folder.ts';
import { textReward } from '../../../src-main/engine/head/parts.ts';
import { emptyStart, startFrom, usualStart } from '../../../src-main/engine/head/start.ts';
import { learnHead } from '../../../src-main/engine/head/train-head.ts';

const blocks = blocksOf(vectorWidth);
const quiet = { onTried: () => {}, signal: new AbortController().signal };

/** Posts with two comments each, of which the first or the second is better. Their vectors say nothing. */
function posts(comments: readonly (readonly [string, string])[], target: number): HeadData {
  const pairs: PairInput[] = [{ first: 0, second: 1, target }];
  return headData(
    comments.map((of, post) => ({
      group: { texts: of.map((comment) => ({ post: `Post ${post}`, comment })), pairs },
      vectors: new Float32Array(3 * vectorWidth),
    })),
  );
}

async function learned(data: HeadData, start = usualStart(blocks)): Promise<Head> {
  const { head } = await learnHead(data, posts([], 1), quiet, start);
  return head;
}

const careful = 'They should have asked the people who live there.';
const careless = 'they should have asked the people who live THERE!!';

test('before the first answer the longer and the more carefully written comment is believed to be better', async () => {
  const head = await learned(posts([], 1));
  expect(textReward(head, careful)).toBeGreaterThan(textReward(head, careless));
  expect(textReward(head, `${careful} ${careful}`)).toBeGreaterThan(textReward(head, careful));
  const before = await learned(posts([], 1), emptyStart);
  expect(before.weights.every((weight) => weight === 0)).toBe(true);
  const twice = 0.15 * Math.log((1 + careful.length * 2) / (1 + careful.length));
  expect(textReward(before, careful.repeat(2)) - textReward(before, careful)).toBeCloseTo(twice, 6);
});

test('answers that contradict it turn it round, the length first', async () => {
  const shorter = Array.from(
    { length: 20 },
    (_, i) => [`A word ${i}.`, `A word ${i}, and some more, and more.`] as const,
  );
  const head = await learned(posts(shorter, 1));
  expect(textReward(head, 'Short one.')).toBeGreaterThan(textReward(head, 'A longer one, which goes on and on.'));
  const shouted = Array.from({ length: 60 }, (_, i) => [`so FUNNY, number ${i}!`, `So funny, number ${i}.`] as const);
  const loud = await learned(posts(shouted, 1));
  expect(textReward(loud, careless)).toBeGreaterThan(textReward(loud, careful));
});

test('where answers say nothing of a weight it stays where it starts, and what is freer moves further', async () => {
  const pairs = Array.from({ length: 10 }, (_, i) => [`Word ${i} and more of them.`, `Word ${i}.`] as const);
  const data = () => posts(pairs, 1);
  const at = blocks.words - 1;
  const moved = async (freedom: number): Promise<number> => {
    const head = await learned(data(), startFrom({}, { worth: 0.1, freedom }));
    return head.weights[at]! - 0.1;
  };
  const [held, free] = [await moved(1), await moved(4)];
  expect(held).toBeGreaterThan(0);
  expect(free).toBeGreaterThan(2 * held);
  const { weights } = await learned(
    data(),
    startFrom({ 'has code': 0.5, 'log links': -0.25 }, { worth: 0, freedom: 1 }),
  );
  expect(weights[blocks.plain + plainNames.indexOf('has code')]).toBeCloseTo(0.5, 5);
  expect(weights[blocks.plain + plainNames.indexOf('log links')]).toBeCloseTo(-0.25, 5);
});
