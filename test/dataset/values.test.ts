import { expect, test } from 'vitest';
import { figureOf, placeOf } from '../../src-main/dataset/values.ts';

test('digits without end are no figure and no place', () => {
  const digits = '9'.repeat(400);
  for (const text of [digits, `-${digits}`, `${digits} points`, `1,${'000,'.repeat(120)}000`, `9e300k`]) {
    expect(figureOf(text), text).toBeUndefined();
  }
  expect(placeOf(digits)).toBeNull();
  expect([figureOf('1,024'), placeOf('#2')]).toEqual([1024, 2]);
});
