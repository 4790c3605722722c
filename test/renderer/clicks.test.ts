import { expect, test } from 'vitest';
import { isChoice, type PressPoint } from '../../src-renderer/views/compare/clicks.ts';

const at = (point: Partial<PressPoint> = {}): PressPoint => ({
  ...{ x: 100, y: 100, at: 10_000, selected: false, scrolled: 0 },
  ...point,
});
const quiet = { shownAt: 0, scrolledAt: Number.NEGATIVE_INFINITY };
const up = at({ at: 10_080 });

test('a short press that stays in its place chooses', () => {
  expect(isChoice(at(), up, quiet)).toBe(true);
  expect(isChoice(at(), at({ at: 10_080, x: 103, y: 98 }), quiet)).toBe(true);
});

test.each([
  ['that began on a control, or elsewhere', null, up, quiet],
  ['that drew over words', at(), at({ at: 10_080, selected: true }), quiet],
  ['that only lets go of selected words', at({ selected: true }), up, quiet],
  ['that moved', at(), at({ at: 10_080, x: 120 }), quiet],
  ['of a finger that rested', at(), at({ at: 10_600 }), quiet],
  ['that scrolled', at(), at({ at: 10_080, scrolled: 30 }), quiet],
  ['that stopped what was scrolling', at(), up, { ...quiet, scrolledAt: 9_990 }],
  ['that was meant for the pair before', at(), up, { ...quiet, shownAt: 9_700 }],
] as const)('a press %s chooses nothing', (_, down, end, page) => {
  expect(isChoice(down, end, page)).toBe(false);
});
