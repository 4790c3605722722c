import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mostKept, thinnedCurve, thinnedWords } from '../../src-main/common/long-curves.ts';
import type { CurvePoint } from '../../src-main/contract/engine.ts';

/** A curve of so many steps that looks at validation at every so many. */
const curveOf = (steps: number, every: number): CurvePoint[] =>
  Array.from({ length: steps }, (_, index) => {
    const step = index + 1;
    const point = { step, loss: 1 + Math.sin(step), learningRate: 0.1 / step, gradientNorm: step % 7 };
    return step % every === 0 ? { ...point, validationLoss: Math.cos(step), metrics: { acc: step / steps } } : point;
  });

test('a short curve is left as it is', () => {
  const curve = curveOf(mostKept, 3);
  expect(thinnedCurve(curve)).toBe(curve);
  expect(thinnedWords(curve)).toBeNull();
});

test('a long curve keeps some 2,000 points at most, its end whole, and all in order', () => {
  for (const [steps, every] of [
    [10_000, 1],
    [10_000, 10],
    [100_000, 7],
    [5_000, 10_000],
  ] as const) {
    const curve = curveOf(steps, every);
    const thinned = thinnedCurve(curve);
    expect(thinned.length).toBeLessThan(2 * mostKept + 50);
    expect(thinned.slice(-400)).toEqual(curve.slice(-400));
    const at = thinned.map(({ step }) => step);
    expect(at).toEqual([...new Set(at)].sort((a, b) => a - b));
    // Every point of the curve is in one of these.
    expect(thinned.reduce((sum, { standsFor = 1 }) => sum + standsFor, 0)).toBe(steps);
    expect(thinnedWords(thinned)).toMatch(/^This run is long.*(means|best) of up to \d+ neighbours\.$/);
  }
});

test('the sum of the losses stays, and the best look at validation is as it was measured', () => {
  const curve = curveOf(20_000, 5);
  const thinned = thinnedCurve(curve);
  const sum = (points: readonly CurvePoint[]) =>
    points
      .filter(({ validationLoss }) => validationLoss === undefined)
      .reduce((total, { loss, standsFor = 1 }) => total + loss * standsFor, 0);
  expect(sum(thinned) / sum(curve)).toBeCloseTo(1, 4);
  const looks = curve.filter(({ validationLoss }) => validationLoss !== undefined);
  const best = looks.reduce((one, other) => (other.validationLoss! < one.validationLoss! ? other : one));
  expect(thinned.find(({ step }) => step === best.step)).toMatchObject(best);
  for (const point of thinned) {
    if (point.validationLoss !== undefined) expect(point).toMatchObject(curve[point.step - 1]!);
  }
});

test('a curve that is thinned while it grows comes to the same as one that is thinned at its end', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_001, max: 9_000 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 50, max: 900 }),
      (steps, every, at) => {
        const curve = curveOf(steps, every);
        let growing: CurvePoint[] = [];
        for (const point of curve) {
          if (point.step % at === 0) growing = [...thinnedCurve(growing)];
          growing.push(point);
        }
        expect(thinnedCurve(growing)).toEqual(thinnedCurve(curve));
      },
    ),
    { numRuns: 10 },
  );
});
