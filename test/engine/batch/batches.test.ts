import { expect, test } from 'vitest';
import { rewardEpochs } from '../../../src-main/engine/batch/batches.ts';
import { sequenceReader } from '../../../src-main/engine/batch/input-reader.ts';

test('the batches of all epochs hold no copies of pairs: what they are of is read when they are run', () => {
  let read = 0;
  const pair = (first: number, second: number) => ({
    first,
    second,
    get target() {
      read += 1;
      return 1;
    },
  });
  const inputs = [5, 9, 7].map((length) => new Int32Array(length));
  const groups = Array.from({ length: 20 }, () => ({ inputs, pairs: [pair(0, 1), pair(0, 2), pair(1, 2)] }));
  const sizes = { tokensPerBatch: 200, maxTokens: 16 };
  const batches = [0, 1, 2].flatMap((epoch) => [...rewardEpochs(groups, sequenceReader(1), sizes)(1, epoch)]);
  expect(read).toBe(0);
  const fed = batches.flatMap((batch) => [...(batch.feeds(1).second!.data as Int32Array)]);
  expect(fed).toHaveLength(3 * 20 * 3);
  expect(read).toBe(3 * 20 * 3);
  const { first, second, target } = batches[0]!.feeds(1);
  expect([...first!.data].slice(0, 6)).toEqual([0, 0, 1, 3, 3, 4]);
  expect([...second!.data].slice(0, 6)).toEqual([1, 2, 2, 4, 5, 5]);
  expect(target!.data[0]).toBe(1);
});
