import { expect, test } from 'vitest';
import type { Batch } from '../../../src-main/engine/batch/batches.ts';
import { stepsOf } from '../../../src-main/engine/train/steps.ts';

const batch = (sequences: number): Batch => ({
  sequences,
  size: () => ({ rows: 1, length: 1 }),
  atMost: () => ({ tokens: 1, length: 1 }),
  share: 1,
  feeds: () => ({}),
});

test('every step has its batches, and an epoch is made when its steps come', () => {
  const epochs = [[1, 2, 3], [4, 5, 6, 7], [], [8]].map((sizes) => sizes.map(batch));
  const made: number[] = [];
  const steps = stepsOf(
    epochs.length,
    (epoch) => {
      made.push(epoch);
      return epochs[epoch]!;
    },
    2,
  );
  const expected = [[1, 2], [3], [4, 5], [6, 7], [8]];
  expect(steps.count).toBe(5);
  made.length = 0;
  expect(expected.map((_, i) => steps.at(i + 1).map(({ sequences }) => sequences))).toEqual(expected);
  // The first was held since the steps were counted.
  expect(made).toEqual([1, 3]);
  expect(expected.map((_, i) => steps.sequencesOf(i + 1))).toEqual([3, 3, 9, 13, 8]);
  // A run that goes on begins anywhere.
  expect(steps.at(2).map(({ sequences }) => sequences)).toEqual([3]);
  expect(made).toEqual([1, 3, 0]);
  expect(stepsOf(3, () => [], 1).count).toBe(0);
});
