import { expect, test } from 'vitest';
import { splitOf } from '../../src-main/dataset/split.ts';
import { isHeldOut } from '../../src-main/recipe/held-out.ts';

const groups = Array.from({ length: 5_000 }, (_, i) => `thread ${i}`);

test('about the share that was asked for is held out, always the same groups, and more of them for a larger share', () => {
  const held = groups.filter((group) => isHeldOut(group, 0.2));
  expect(held.length / groups.length).toBeCloseTo(0.2, 1);
  expect(held.every((group) => isHeldOut(group, 0.3))).toBe(true);
  expect(groups.filter((group) => isHeldOut(group, 0))).toEqual([]);
});

test('what is held out has nothing to do with the split that a group is of', () => {
  const train = groups.filter((group) => splitOf(group) === 'train');
  const share = train.filter((group) => isHeldOut(group, 0.2)).length / train.length;
  expect(share).toBeGreaterThan(0.17);
  expect(share).toBeLessThan(0.23);
});
