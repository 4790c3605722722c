import { expect, test } from 'vitest';
import { type Batches, batchesOf } from '../../../src-main/engine/batch/batches.ts';
import { sampleOf, sumOver } from '../../../src-main/engine/forecast/sample.ts';

/** Batches of so many tokens, of which half are shared, and how many of them were read. */
function batchesWith(tokens: readonly number[]): { readonly batches: Batches; readonly read: () => number } {
  let read = 0;
  const batches = batchesOf(tokens.length, (place) => ({
    sequences: 1,
    share: 1,
    size() {
      read++;
      return { rows: 1, length: tokens[place]! / 2 };
    },
    atMost: () => ({ tokens: tokens[place]!, length: 8 }),
    feeds: () => ({}),
  }));
  return { batches, read: () => read };
}
const lengthOf = ({ length }: { readonly length: number }) => length;

test('few batches are all looked at', () => {
  const { batches } = batchesWith([10, 40, 20]);
  const sample = sampleOf(batches, { evenly: 3, large: 1 });
  expect(sample.sizes.map(lengthOf)).toEqual([5, 20, 10]);
  expect(sumOver(sample, lengthOf)).toBe(35);
  expect(new Set(sample.largest.map(lengthOf))).toEqual(new Set([20]));
  const none = sampleOf(batchesWith([]).batches);
  expect([none.largest, sumOver(none, lengthOf)]).toEqual([[], 0]);
});

test('of many some are, evenly, and the largest wherever it is', () => {
  const tokens = Array.from({ length: 5000 }, (_, i) => 100 + 2 * (i % 10));
  tokens[1234] = 900;
  tokens[4999] = 800;
  const { batches, read } = batchesWith(tokens);
  const sample = sampleOf(batches, { evenly: 999, large: 4 });
  expect(sample.places).toHaveLength(999);
  expect(sample.places).not.toContain(1234);
  expect(sample.largest.map(lengthOf)).toEqual([450, 450]);
  const all = tokens.reduce((sum, one) => sum + one / 2, 0);
  expect(Math.abs(sumOver(sample, lengthOf) / all - 1)).toBeLessThan(0.01);
  expect(read()).toBeLessThan(1020);
});
