import { expect, test } from 'vitest';
import type { RunLine } from '../../src-main/contract/views.ts';
import { conditionsOf, filterRuns, noFilter, type RunFilter } from '../../src-renderer/views/train/runs/run-filter.ts';

const run = (id: number, more: Partial<RunLine>): RunLine =>
  ({
    id,
    name: `reward-${id}`,
    notes: '',
    modelName: null,
    kind: 'reward',
    status: 'done',
    paused: false,
    base: null,
    config: {},
    report: null,
    step: 0,
    ...more,
  }) as RunLine;
const runs = [
  run(1, { config: { method: 'gpt', seed: 42, learningRate: 1e-3, pairs: 'both' }, notes: 'Slow rate' }),
  run(2, {
    config: { method: 'quick' },
    report: { validation: { accuracy: 0.7, loss: 0.5 } } as unknown as NonNullable<RunLine['report']>,
  }),
  run(3, { kind: 'sft', config: { seed: 43, learningRate: 1e-5 }, status: 'interrupted', paused: true }),
  run(4, { config: { method: 'deep', seed: 42, learningRate: 1e-5 }, status: 'failed', modelName: 'other' }),
  run(5, { config: { method: 'together', readsPost: 1 } }),
  run(6, { config: { method: 'together', readsPost: 0 } }),
];
const found = (filter: Partial<RunFilter>): number[] =>
  filterRuns(runs, { ...noFilter, ...filter }).map(({ id }) => id);

test('runs are found by words, by what they train and by how they stand', () => {
  expect(found({})).toEqual([1, 2, 3, 4, 5, 6]);
  expect(found({ words: 'RATE slow' })).toEqual([1]);
  expect(found({ words: 'other' })).toEqual([4]);
  expect(found({ what: 'gpt' })).toEqual([1]);
  expect(found({ what: 'sft' })).toEqual([3]);
  expect(found({ what: 'together' })).toEqual([5]);
  expect(found({ what: 'alone' })).toEqual([6]);
  expect(found({ status: 'paused' })).toEqual([3]);
  expect(found({ status: 'interrupted' })).toEqual([]);
  expect(found({ status: 'failed', what: 'deep' })).toEqual([4]);
});

test('runs are found by settings and figures', () => {
  expect(found({ conditions: 'seed=42' })).toEqual([1, 4]);
  expect(found({ conditions: 'seed = 42 learningrate < 0.0001' })).toEqual([4]);
  expect(found({ conditions: 'accuracy>=70%' })).toEqual([2]);
  expect(found({ conditions: 'accuracy>0.7' })).toEqual([]);
  expect(found({ conditions: 'loss<=0.5' })).toEqual([2]);
  expect(found({ conditions: 'pairs=both' })).toEqual([1]);
  expect(found({ conditions: 'seed!=42' })).toEqual([2, 3, 5, 6]);
  // Who has no such figure has none below or above anything.
  expect(found({ conditions: 'nothing<1' })).toEqual([]);
});

test('a condition that can not be read yet hides nothing, and is told apart', () => {
  expect(conditionsOf('')).toEqual([]);
  expect(conditionsOf('seed')).toBeNull();
  expect(conditionsOf('seed=')).toBeNull();
  expect(found({ conditions: 'seed=' })).toEqual([1, 2, 3, 4, 5, 6]);
});
