import { expect, test } from 'vitest';
import { durationOf, namesBeside, statusWord } from '../../src-main/common/run-words.ts';

test('a run that was paused is not just interrupted', () => {
  expect(statusWord({ status: 'interrupted', paused: true })).toBe('Paused');
  expect(statusWord({ status: 'interrupted', paused: false })).toBe('Interrupted');
});

test('how long a run took is what the engine counted, else from its start to its end', () => {
  const startedAt = '2026-05-03T09:00:00.000Z';
  expect(durationOf({ report: null, startedAt, endedAt: '2026-05-03T09:20:00.000Z' })).toBe('20 min');
  expect(durationOf({ report: null, startedAt, endedAt: null })).toBe('–');
});

test('two runs of one name are told apart', () => {
  const runs = ['a', 'b', 'a'].map((name, index) => ({ id: index + 1, name }));
  expect(namesBeside(runs)).toEqual(['a (run 1)', 'b', 'a (run 3)']);
});
