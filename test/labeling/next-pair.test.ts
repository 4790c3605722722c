import { expect, test } from 'vitest';
import { randomFrom } from '../../src-main/common/random.ts';
import { choosePair } from '../../src-main/labeling/next-pair.ts';

const comments = [11, 12, 13, 14, 15];
const none = new Map<number, number>();
const pairs = comments.flatMap((a, i) => comments.slice(i + 1).map((b) => [a, b] as const));

function nameOf({ leftId, rightId }: { leftId: number; rightId: number }): string {
  return leftId < rightId ? `${leftId} ${rightId}` : `${rightId} ${leftId}`;
}

test('every open pair comes equally often, and each way round equally often', () => {
  const random = randomFrom(1);
  const rounds = 20_000;
  const counts = new Map<string, number>();
  let lowerLeft = 0;
  for (let round = 0; round < rounds; round++) {
    const pair = choosePair({ comments, taken: [], answers: none }, 4, random)!;
    counts.set(nameOf(pair), (counts.get(nameOf(pair)) ?? 0) + 1);
    if (pair.leftId < pair.rightId) lowerLeft += 1;
  }
  const expected = rounds / pairs.length;
  expect(counts.size).toBe(pairs.length);
  for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
  expect(Math.abs(lowerLeft - rounds / 2)).toBeLessThan(3 * Math.sqrt(rounds));
});

test('pairs that are taken never come, in either order, and in the end there is none', () => {
  const random = randomFrom(2);
  const taken: (readonly [number, number])[] = [];
  for (let left = pairs.length; left > 0; left--) {
    const pair = choosePair({ comments, taken, answers: none }, 4, random)!;
    expect(taken.map(([leftId, rightId]) => nameOf({ leftId, rightId }))).not.toContain(nameOf(pair));
    taken.push(left % 2 ? [pair.leftId, pair.rightId] : [pair.rightId, pair.leftId]);
  }
  expect(choosePair({ comments, taken, answers: none }, 4, random)).toBeNull();
  expect(choosePair({ comments: [11], taken: [], answers: none }, 4, random)).toBeNull();
  expect(choosePair({ comments: [], taken: [], answers: none }, 4, random)).toBeNull();
});

test('comments with fewer answers are preferred', () => {
  const random = randomFrom(3);
  const answers = new Map([[11, 5]]);
  const seen = Array.from({ length: 1000 }, () => choosePair({ comments, taken: [], answers }, 4, random)!);
  const withLabels = seen.filter(({ leftId, rightId }) => leftId === 11 || rightId === 11).length;
  // Four of ten pairs have it, so that without preference it would be in 400.
  expect(withLabels).toBeGreaterThan(0);
  expect(withLabels).toBeLessThan(200);
});

test.each([1, 4])('with %i draws each pair comes as often as its chance says, and the chances add up to 1', (draws) => {
  const random = randomFrom(4);
  const answers = new Map([
    [11, 5],
    [12, 1],
  ]);
  const taken = [
    [11, 12],
    [14, 13],
    [99, 13],
  ] as const;
  const rounds = 20_000;
  const counts = new Map<string, number>();
  const chances = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    const pair = choosePair({ comments, taken, answers }, draws, random)!;
    counts.set(nameOf(pair), (counts.get(nameOf(pair)) ?? 0) + 1);
    chances.set(nameOf(pair), pair.chance);
  }
  expect(counts.size).toBe(8);
  expect([...chances.values()].reduce((a, b) => a + b)).toBeCloseTo(1, 9);
  for (const [name, chance] of chances) {
    const spread = Math.sqrt(rounds * chance * (1 - chance));
    expect(Math.abs(counts.get(name)! - rounds * chance), name).toBeLessThan(4 * spread + rounds * 0.003);
  }
});
