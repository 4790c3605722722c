import { expect, test } from 'vitest';
import { createStopwatch } from '../../src-renderer/views/compare/stopwatch.ts';

test('the time a page is hidden does not count', () => {
  let now = 1000;
  const watch = createStopwatch(() => now);
  watch.resume();
  now += 300;
  watch.pause();
  now += 10_000;
  watch.pause();
  expect(watch.read()).toBe(300);
  watch.resume();
  watch.resume();
  now += 200;
  expect(watch.read()).toBe(500);
});

test('beginning anew keeps running, or keeps standing still', () => {
  let now = 0;
  const watch = createStopwatch(() => now);
  watch.restart();
  now += 100;
  expect(watch.read()).toBe(0);
  watch.resume();
  now += 50;
  watch.restart();
  now += 7.6;
  expect(watch.read()).toBe(8);
});
