import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowFeeds } from '../../../src-main/engine/batch/row-feeds.ts';
import { type Block, blocksOf, rowsOf } from '../../../src-main/engine/batch/rows.ts';

/** Inputs of a few posts, some of them the same, some without anything that others have. */
const inputs = fc
  .array(
    fc.record({
      post: fc.constantFrom([], [1], [1, 2, 3, 4, 5], [1, 2, 9, 9, 9, 9], [7, 7]),
      comment: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 6 }),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((all) => all.map(({ post, comment }) => Int32Array.from([...post, ...comment, 10])));

const tokensOf = (blocks: readonly Block[]): number => blocks.reduce((sum, { tokens }) => sum + tokens, 0);
const post = (tokens: number, of = 1) => new Int32Array(tokens).fill(of);
const comment = (tokens: number, of: number) => new Int32Array(tokens).fill(of);
const joined = (a: Int32Array, b: Int32Array) => Int32Array.from([...a, ...b]);

describe('blocks', () => {
  test('have every input once, with a beginning that all of their members have and an end of its own', () => {
    fc.assert(
      fc.property(inputs, (all) => {
        const blocks = blocksOf(all);
        expect(blocks.flatMap(({ members }) => members).toSorted((a, b) => a - b)).toEqual([...all.keys()]);
        for (const { members, shared, tokens } of blocks) {
          const beginnings = new Set(members.map((i) => String(all[i]!.subarray(0, shared))));
          expect(beginnings.size).toBe(1);
          const own = members.map((i) => all[i]!.length - shared);
          expect(Math.min(...own)).toBeGreaterThan(0);
          expect(tokens).toBe(shared + own.reduce((a, b) => a + b, 0));
        }
      }),
    );
  });

  test('never have more tokens than the inputs by themselves', () => {
    fc.assert(
      fc.property(inputs, (all) => {
        expect(tokensOf(blocksOf(all))).toBeLessThanOrEqual(all.reduce((sum, { length }) => sum + length, 0));
      }),
    );
  });

  test('of posts with comments are the posts, each read once', () => {
    const all = [1, 2, 3].flatMap((of) => [10, 11, 12, 13].map((own) => joined(post(50, of), comment(own, own))));
    const blocks = blocksOf(all);
    expect(blocks.map(({ members }) => members)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
    ]);
    expect(blocks.map(({ shared, tokens }) => [shared, tokens])).toEqual(Array(3).fill([50, 50 + 10 + 11 + 12 + 13]));
  });

  test('leave apart what was cut elsewhere, and keep whole posts together', () => {
    const whole = joined(Int32Array.of(0), post(40));
    const cut = joined(Int32Array.of(0), post(30, 2));
    const all = [joined(whole, comment(5, 5)), joined(cut, comment(20, 6)), joined(whole, comment(8, 7))];
    expect(blocksOf(all).map(({ members, shared }) => [members, shared])).toEqual([
      [[0, 2], 41],
      [[1], 0],
    ]);
  });

  test('fall apart where a row would look at too much', () => {
    const all = Array.from({ length: 200 }, (_, i) => joined(post(20), comment(50, 100 + i)));
    const blocks = blocksOf(all);
    expect(blocks.length).toBeGreaterThan(3);
    expect(Math.max(...blocks.map(({ tokens }) => tokens))).toBeLessThan(2000);
    // Of 200 times 20 tokens of the post only some are left.
    expect(tokensOf(blocks)).toBeLessThan(1.15 * (20 + 200 * 50));
  });
});

test('rows have every block once, and none is longer than the longest block', () => {
  fc.assert(
    fc.property(inputs, (all) => {
      const blocks = blocksOf(all);
      const rows = rowsOf(blocks);
      expect(new Set(rows.flatMap((row) => row.blocks))).toEqual(new Set(blocks));
      expect(rows.reduce((sum, row) => sum + row.blocks.length, 0)).toBe(blocks.length);
      const longest = Math.max(...blocks.map(({ tokens }) => tokens));
      for (const { blocks: within, tokens } of rows) {
        expect(tokens).toBe(tokensOf(within));
        expect(tokens).toBeLessThanOrEqual(longest);
      }
    }),
  );
});

test('a token looks at all of its own input up to itself, and at nothing else', () => {
  fc.assert(
    fc.property(inputs, (all) => {
      const { ids, positions, end, mask, endMask } = rowFeeds(all, 1);
      const [batch, , length] = mask!.shape as [number, number, number];
      const ends = endMask!.shape[2]!;
      const tokenAt = tokensAt(all);
      const seen = (of: Float32Array, query: number, row: number): number[] =>
        Array.from({ length }, (_, i) => i)
          .filter((i) => of[query * length + i] === 0)
          .map((i) => tokenAt[row * length + i]!);
      const found: string[] = [];
      for (let row = 0; row < batch; row++) {
        for (let e = 0; e < ends; e++) {
          const tokens = seen(endMask!.data as Float32Array, row * ends + e, row);
          if (tokens.length === 0) continue;
          expect(tokens.map((token) => positions!.data[token])).toEqual([...tokens.keys()]);
          found.push(`${tokens.at(-1)}:${tokens.map((token) => ids!.data[token])}`);
          // What the end token sees is what each token of the input sees, up to itself.
          for (const [i, token] of tokens.entries()) {
            const place = tokenAt.indexOf(token);
            expect(seen(mask!.data as Float32Array, place, row)).toEqual(tokens.slice(0, i + 1));
          }
        }
      }
      expect(found.toSorted()).toEqual(all.map((ids, i) => `${end!.data[i]}:${[...ids]}`).toSorted());
    }),
  );
});

/** The token at each place, read off the feed of one head's places. */
function tokensAt(all: readonly Int32Array[]): number[] {
  const feeds = rowFeeds(all, 1);
  const filled = feeds['mixed.filled']!.data;
  return [...feeds['mixed.tokenAt']!.data].map((token, place) => (filled[place] === 1 ? token : -1));
}
