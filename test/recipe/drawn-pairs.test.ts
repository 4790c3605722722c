import { expect, test } from 'vitest';
import { rankedList } from '../../src-main/common/ranked-lists.ts';
import type { Comment, PostWithComments } from '../../src-main/contract/records.ts';
import { type PairBound, pairsAmong, pairsNextToEachOther, usualBound } from '../../src-main/recipe/drawn-pairs.ts';
import { pairsOfPost } from '../../src-main/recipe/pairs.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const names = (pairs: readonly { first: number; second: number }[]): string[] =>
  pairs.map(({ first, second }) => `${first} ${second}`);
const timesOf = (pairs: readonly { first: number; second: number }[]): Map<number, number> => {
  const times = new Map<number, number>();
  for (const at of pairs.flatMap(({ first, second }) => [first, second])) times.set(at, (times.get(at) ?? 0) + 1);
  return times;
};
const better = (): number => 1;

test('all pairs are there where they are not too many, however they would be drawn', () => {
  const all = range(9).flatMap((first) => range(9).flatMap((second) => (second > first ? [`${first} ${second}`] : [])));
  for (const spread of [true, false]) {
    const { pairs, drawn } = pairsAmong(range(9), better, { pairs: 36, spread }, 7);
    expect(names(pairs)).toEqual(all);
    expect(drawn).toBe(false);
    // Half of all are no preference: those that are one are found to the last.
    const even = (first: number, second: number): number | null => ((first + second) % 2 === 0 ? 1 : null);
    const found = pairsAmong(range(9), even, { pairs: 20, spread }, 7);
    expect(names(found.pairs)).toEqual(
      all.filter((name) => {
        const [first, second] = name.split(' ').map(Number);
        return (first! + second!) % 2 === 0;
      }),
    );
    expect(found.drawn).toBe(false);
  }
});

test('of more pairs so many are drawn, none twice and always the same: spread over the comments, or by chance', () => {
  const drawnAs = (spread: boolean, seed = 7) => pairsAmong(range(1000), better, { pairs: 3000, spread }, seed);
  for (const spread of [true, false]) {
    const { pairs, drawn } = drawnAs(spread);
    expect(new Set(names(pairs)).size).toBe(3000);
    expect(drawn).toBe(true);
    expect(pairs.every(({ first, second }) => first < second)).toBe(true);
    expect(drawnAs(spread)).toEqual({ pairs, drawn });
  }
  expect(new Set(timesOf(drawnAs(true).pairs).values())).toEqual(new Set([6]));
  expect(new Set(timesOf(drawnAs(false).pairs).values()).size).toBeGreaterThan(5);
  expect(drawnAs(false, 8)).not.toEqual(drawnAs(false));
});

test('of places next to each other too many are drawn evenly from the first to the last', () => {
  const places = range(600).map((i) => Math.floor(i / 100));
  const bound: PairBound = { pairs: 500, spread: true };
  const { pairs, drawn } = pairsNextToEachOther(places, better, bound);
  expect([pairs.length, drawn]).toEqual([500, true]);
  expect(pairs.every(({ first, second }) => Math.abs(places[first]! - places[second]!) === 1)).toBe(true);
  expect([...Map.groupBy(pairs, ({ first }) => places[first]).values()].map(({ length }) => length)).toEqual(
    Array.from({ length: 5 }, () => 100),
  );
});

test('a thread of 12,000 comments is as many pairs as are wanted, in every way, and not 72 million', () => {
  const comments = range(12_000).map(
    (i): Comment => ({
      ...{ id: i + 1, postId: 7, text: `comment ${i}`, rank: null, votes: (i * 7919) % 5003 },
      ...{ author: null, createdAt: null, link: null },
    }),
  );
  const lists = [rankedList(comments.map(({ id: commentId, votes }) => ({ commentId, rank: null, votes })))];
  const post: PostWithComments = {
    ...{ id: 7, key: 'k', title: null, text: 'Text', context: null, group: 'g', split: 'train' },
    ...{ author: null, createdAt: null, link: null, comments, lists },
  };
  for (const source of ['votes', 'both', 'adjacent'] as const) {
    const made = pairsOfPost(post, [], source);
    expect(made.drawn).toBe(source !== 'adjacent' || made.pairs.length >= usualBound.pairs);
    expect(made.pairs.length).toBeLessThanOrEqual(usualBound.pairs + 1);
    expect(timesOf(made.pairs).size).toBeGreaterThan(11_900);
    const votes = made.comments.map((comment) => comment.votes!);
    expect(made.pairs.every(({ first, second, target }) => target === 1 && votes[first]! > votes[second]!)).toBe(true);
  }
});
