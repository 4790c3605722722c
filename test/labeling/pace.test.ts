import { expect, test } from 'vitest';
import { paceOf } from '../../src-main/labeling/pace.ts';

/** Times of answers, the newest first, from the seconds between them. */
function times(...gaps: readonly number[]): readonly string[] {
  let at = Date.UTC(2026, 0, 31, 12);
  return [at, ...gaps.map((gap) => (at -= gap * 1000))].map((time) => new Date(time).toISOString());
}

test('answers an hour over the last stretch of work', () => {
  expect(paceOf(times(30, 30, 30, 30))).toBeCloseTo(120);
  expect(paceOf(times(10, 20, 30, 60))).toBeCloseTo(120);
  // A break of five minutes still belongs to it, a longer one does not, and what lies before it counts no more.
  expect(paceOf(times(20, 20, 20, 300))).toBeCloseTo(40);
  expect(paceOf(times(30, 30, 30, 30, 301, 1, 1, 1, 1, 1))).toBeCloseTo(120);
});

test('there is none before five answers, nor in less than a minute', () => {
  expect(paceOf([])).toBeNull();
  expect(paceOf(times(30, 30, 30))).toBeNull();
  expect(paceOf(times(30, 30, 30, 301, 1, 1, 1, 1))).toBeNull();
  expect(paceOf(times(0, 0, 0, 0, 0))).toBeNull();
  expect(paceOf(times(14, 15, 15, 15))).toBeNull();
  expect(paceOf(times(15, 15, 15, 15))).toBeCloseTo(240);
});
