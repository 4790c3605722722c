import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  fewPoints,
  groupsOf,
  metricsNamed,
  metricsOf,
  pointsOf,
  smoothed,
  thinned,
  valuesOf,
} from '../../src-main/common/curves.ts';
import type { CurvePoint } from '../../src-main/contract/engine.ts';

const point = (step: number, more: Partial<CurvePoint> = {}): CurvePoint => ({
  step,
  loss: 1 / step,
  learningRate: 0.1,
  gradientNorm: 1,
  ...more,
});
const curve = [
  point(1),
  point(2, { validationLoss: 0.7, metrics: { acc: 0.5, 'grouped/sk_ndcg/k=5': 0.8, loss: 99 } }),
  point(3, { metrics: { 'paired/custom_ndcg/k=2': Number.NaN } }),
];

const series = fc
  .array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 300 })
  .map((ys) => ys.map((y, x) => ({ x, y })));

test('the metrics of curves are all that was measured, by the part of their name before the slash', () => {
  const metrics = metricsOf([curve, [point(1, { validationAccuracy: 0.6 })]]);
  expect(groupsOf(metrics).map(({ name, metrics: inIt }) => [name, inIt.map(({ key }) => key)])).toEqual([
    ['Training', ['loss', 'learningRate', 'gradientNorm']],
    ['Validation', ['validationLoss', 'validationAccuracy', 'acc']],
    ['grouped', ['grouped/sk_ndcg/k=5']],
    ['paired', ['paired/custom_ndcg/k=2']],
  ]);
  expect(metricsOf([])).toEqual([]);
  // A quick training has no learning rate.
  expect(metricsOf([[point(1, { learningRate: 0 })]]).map(({ key }) => key)).toEqual(['loss', 'gradientNorm']);
  expect(metricsNamed(metrics, 'NDCG k=5').map(({ key }) => key)).toEqual(['grouped/sk_ndcg/k=5']);
  expect(metricsNamed(metrics, 'validation acc').map(({ key }) => key)).toEqual(['validationAccuracy']);
  expect(metricsNamed(metrics, ' ')).toHaveLength(metrics.length);
});

test('a metric has a point only where it was measured as a number', () => {
  expect(pointsOf(curve, 'grouped/sk_ndcg/k=5')).toEqual([{ x: 2, y: 0.8 }]);
  expect(pointsOf(curve, 'paired/custom_ndcg/k=2')).toEqual([]);
  // A further metric never takes the place of the curve's own.
  expect(pointsOf(curve, 'loss').map(({ y }) => y)).toEqual([1, 1 / 2, 1 / 3]);
  expect(Object.fromEntries(valuesOf(curve[1]!))).toEqual({
    loss: 0.5,
    learningRate: 0.1,
    gradientNorm: 1,
    validationLoss: 0.7,
    acc: 0.5,
    'grouped/sk_ndcg/k=5': 0.8,
  });
});

test('a thinned series has no more points than asked for and keeps its ends, its highest and its lowest value', () => {
  fc.assert(
    fc.property(series, fc.integer({ min: 4, max: 60 }), (points, most) => {
      const thin = thinned(points, most);
      expect(thin.length).toBeLessThanOrEqual(Math.max(most, 0));
      expect(thin[0]).toBe(points[0]);
      expect(thin.at(-1)).toBe(points.at(-1));
      const ys = (some: readonly { readonly y: number }[]) => some.map(({ y }) => y);
      expect(Math.max(...ys(thin))).toBe(Math.max(...ys(points)));
      expect(Math.min(...ys(thin))).toBe(Math.min(...ys(points)));
      const xs = thin.map(({ x }) => x);
      expect(xs).toEqual([...new Set(xs)].sort((a, b) => a - b));
    }),
  );
  expect(
    thinned(
      [0, 1, 2].map((x) => ({ x, y: x })),
      2,
    ),
  ).toHaveLength(2);
});

test('one peak among ten thousand points is still there', () => {
  const points = Array.from({ length: 10_000 }, (_, x) => ({ x, y: x === 6_543 ? 50 : Math.sin(x) }));
  expect(thinned(points, 800)).toContain(points[6_543]);
});

test('smoothing stays within the values, keeps what is constant, and leaves few points alone', () => {
  fc.assert(
    fc.property(series, fc.double({ min: 0, max: 1, noNaN: true }), (points, smoothing) => {
      const smooth = smoothed(points, smoothing);
      expect(smooth.map(({ x }) => x)).toEqual(points.map(({ x }) => x));
      if (points.length < fewPoints || smoothing === 0) expect(smooth).toEqual(points);
      const ys = points.map(({ y }) => y);
      for (const { y } of smooth) {
        expect(y).toBeGreaterThanOrEqual(Math.min(...ys) - 1e-9);
        expect(y).toBeLessThanOrEqual(Math.max(...ys) + 1e-9);
      }
    }),
  );
  const noisy = Array.from({ length: 1000 }, (_, x) => ({ x, y: 3 + (x % 2 === 0 ? 1 : -1) }));
  const late = smoothed(noisy, 0.9).slice(100);
  expect(Math.max(...late.map(({ y }) => Math.abs(y - 3)))).toBeLessThan(0.1);
});
