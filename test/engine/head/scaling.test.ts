import { expect, test } from 'vitest';
import { headData } from '../../../src-main/engine/head/data.ts';
import { plainNames, scalingOf } from '../../../src-main/engine/head/features.ts';
import { typical } from '../../../src-main/engine/head/typical.ts';
import { samplePosts } from '../../support/head-samples.ts';

const scalingFor = (posts: number) => {
  const { rows, post } = headData(samplePosts(posts));
  return { count: rows.count, ...scalingOf(rows, post) };
};

test('with nothing compared the scaling is that of typical comments', () => {
  const { mean, deviation } = scalingFor(0);
  for (const [i, name] of plainNames.entries()) {
    expect(mean[i]).toBeCloseTo(typical[name][0], 5);
    expect(deviation[i]).toBeCloseTo(typical[name][1], 5);
  }
});

test('one post changes it a little, and makes nothing large that hardly varies', () => {
  const none = scalingFor(0);
  const one = scalingFor(1);
  expect(one.count).toBe(3);
  for (const [i] of plainNames.entries()) expect(one.deviation[i]).toBeGreaterThan(0.85 * none.deviation[i]!);
  expect(one.comment).toBeLessThan(1.1 * none.comment);
});

test('many comments scale by themselves', () => {
  const { mean, deviation, count } = scalingFor(400);
  const { rows } = headData(samplePosts(400));
  const width = rows.values.length / count;
  const lengths = Array.from({ length: count }, (_, row) => rows.values[row * width + 1024]!);
  const own = lengths.reduce((sum, value) => sum + value, 0) / count;
  const spread = Math.sqrt(lengths.reduce((sum, value) => sum + (value - own) ** 2, 0) / count);
  expect(mean[0]).toBeCloseTo(own, 1);
  expect(deviation[0]! / spread).toBeGreaterThan(0.98);
  expect(deviation[0]! / spread).toBeLessThan(1.1);
});
