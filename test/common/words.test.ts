import fc from 'fast-check';
import { expect, test } from 'vitest';
import { counted, duration, figure, listed, parametersInWords, percent, size } from '../../src-main/common/words.ts';

test('numbers agree with their nouns and verbs', () => {
  expect([0, 1, 1204].map((count) => counted(count, 'post'))).toEqual(['0 posts', '1 post', '1,204 posts']);
  expect([1, 2].map((count) => counted(count, 'row was', 'rows were'))).toEqual(['1 row was', '2 rows were']);
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed)).toEqual(['', 'a', 'a and b', 'a, b and c']);
});

test('what was not measured is a dash', () => {
  expect([0.514, null, undefined, Number.NaN].map((share) => percent(share))).toEqual(['51.4%', '–', '–', '–']);
  expect(percent(null, '-')).toBe('-');
  expect([figure(0.7124), figure(7, 1), figure(null)]).toEqual(['0.712', '7.0', '–']);
});

test('durations are as exact as people need them', () => {
  const seconds = [0.2, 7.6, 59.6, 200, 540, 599.6, 745, 3599, 3600, 7500, 90_000];
  expect(seconds.map(duration)).toEqual([
    'under 1 s',
    '8 s',
    '1 min',
    '3 min 20 s',
    '9 min',
    '10 min',
    '12 min',
    '1 h',
    '1 h',
    '2 h 5 min',
    '25 h',
  ]);
});

test('sizes never have four digits before the point', () => {
  expect([312, 4200, 999_960, 12_430_000, 124_000_000, 3.1e9].map(size)).toEqual([
    '312 B',
    '4.2 kB',
    '1.0 MB',
    '12.4 MB',
    '124 MB',
    '3.1 GB',
  ]);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9e11 }), (bytes) => {
      expect(size(bytes)).toMatch(/^\d{1,3}(\.\d)? (B|kB|MB|GB)$/);
    }),
  );
});

test('parameters are counted in millions from one on', () => {
  expect([8130, 124_439_808].map(parametersInWords)).toEqual(['8,130', '124.4 M']);
});
