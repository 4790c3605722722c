import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isWhole,
  move,
  type Ordering,
  placeOf,
  press,
  takeLast,
} from '../../src-renderer/views/compare/lists/ordering.ts';

const order = { kind: 'order', shown: [1, 2, 3, 4] } as const;
const four = { kind: 'best-worst', shown: [1, 2, 3, 4] } as const;
const pressAll = (ids: readonly number[], from: Ordering = []): Ordering =>
  ids.reduce((ordering, id) => press(ordering, order, id, false), from);

test('numbers pressed one after another give places from the best on; the last one left comes last by itself', () => {
  expect(pressAll([3, 1])).toEqual([[3], [1]]);
  expect(pressAll([3, 1, 4])).toEqual([[3], [1], [4], [2]]);
  expect(isWhole(pressAll([3, 1]), order)).toBe(false);
  expect(isWhole(pressAll([3, 1, 4]), order)).toBe(true);
});

test('one may share the last place; the first one has none to share', () => {
  expect(press([[3]], order, 1, true)).toEqual([[3, 1]]);
  expect(press([], order, 1, true)).toEqual([[1]]);
  expect(press(press([[3]], order, 1, true), order, 2, true)).toEqual([[3, 1, 2], [4]]);
});

test('one that has a place loses it when it is pressed again', () => {
  expect(press([[3], [1]], order, 3, false)).toEqual([[1]]);
  expect(press([[3, 1], [2]], order, 1, false)).toEqual([[3], [2]]);
});

test('of the best and the worst two presses say all there is to say', () => {
  const one = press([], four, 2, false);
  expect(isWhole(one, four)).toBe(false);
  expect(isWhole(press(one, four, 4, true), four)).toBe(true);
  expect(press(one, four, 4, true)).toEqual([[2], [4]]);
});

test('what was pressed last is taken back, with what came last by itself', () => {
  expect(takeLast(pressAll([3, 1, 4]), order.shown)).toEqual([[3], [1]]);
  expect(takeLast([[3, 1]], order.shown)).toEqual([[3]]);
  expect(takeLast([], order.shown)).toEqual([]);
});

test('arrows move one past its neighbour, or out of a place that it shares, and all get a place', () => {
  expect(move([], order.shown, 3, -1)).toEqual([[1], [3], [2], [4]]);
  expect(move([[3], [1], [2], [4]], order.shown, 1, 1)).toEqual([[3], [2], [1], [4]]);
  expect(move([[3, 1], [2], [4]], order.shown, 1, -1)).toEqual([[1], [3], [2], [4]]);
  expect(move([[3, 1], [2], [4]], order.shown, 3, 1)).toEqual([[1], [3], [2], [4]]);
  // There is nothing beyond the ends.
  expect(move([[3], [1], [2], [4]], order.shown, 3, -1)).toEqual([[3], [1], [2], [4]]);
  expect(move([[3], [1], [2], [4]], order.shown, 4, 1)).toEqual([[3], [1], [2], [4]]);
});

test('whatever is pressed and moved, no comment is lost or in two places', () => {
  const step = fc.record({
    id: fc.constantFrom(...order.shown),
    what: fc.constantFrom('press', 'same', 'up', 'down', 'back'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let ordering: Ordering = [];
      for (const { id, what } of steps) {
        if (what === 'back') ordering = takeLast(ordering, order.shown);
        else if (what === 'up' || what === 'down') ordering = move(ordering, order.shown, id, what === 'up' ? -1 : 1);
        else ordering = press(ordering, order, id, what === 'same');
        const ids = ordering.flat();
        expect(new Set(ids).size).toBe(ids.length);
        expect(ordering.every((place) => place.length > 0)).toBe(true);
        if (what === 'up' || what === 'down') expect(isWhole(ordering, order)).toBe(true);
        for (const each of order.shown) expect(placeOf(ordering, each)).toBeLessThan(ordering.length);
      }
    }),
  );
});
