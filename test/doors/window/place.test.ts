import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Area, fitPlace, smallest } from '../../../src-main/doors/window/place.ts';

const areas = fc.array(
  fc.record({
    x: fc.integer({ min: -5000, max: 5000 }),
    y: fc.integer({ min: -5000, max: 5000 }),
    width: fc.integer({ min: 320, max: 5000 }),
    height: fc.integer({ min: 240, max: 3000 }),
  }),
  { minLength: 1, maxLength: 4 },
);
const wanted = fc.record({
  x: fc.integer(),
  y: fc.integer(),
  width: fc.integer({ min: 1, max: 100_000 }),
  height: fc.integer({ min: 1, max: 100_000 }),
  maximised: fc.boolean(),
});

const within = (inner: Area, outer: Area): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

test('wherever a window stood, it opens wholly on a display', () => {
  fc.assert(
    fc.property(fc.option(wanted), areas, (place, displays) => {
      const found = fitPlace(place, displays);
      expect(displays.some((display) => within(found, display))).toBe(true);
    }),
  );
});

test('a place that still fits is kept as it was', () => {
  fc.assert(
    fc.property(areas, fc.nat(), fc.boolean(), (displays, pick, maximised) => {
      const display = displays[pick % displays.length]!;
      fc.pre(display.width > smallest.width && display.height > smallest.height);
      // Displays that overlap leave open which of them is meant.
      fc.pre(displays.length === 1);
      const place = { ...display, width: display.width - 1, height: display.height - 1, maximised };
      expect(fitPlace(place, displays)).toEqual(place);
    }),
  );
});
