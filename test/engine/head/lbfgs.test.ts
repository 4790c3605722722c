import { expect, test } from 'vitest';
import { createRandom } from '../../../src-main/common/random.ts';
import { lbfgs, type Minimum, type Objective } from '../../../src-main/engine/head/lbfgs.ts';

function toEnd(steps: Generator<Minimum, Minimum, void>): Minimum & { readonly iterations: number } {
  for (let iterations = 0; ; iterations++) {
    const { done, value } = steps.next();
    if (done) return { ...value, iterations };
  }
}

/** Half of x A x - b x with a diagonal A whose entries spread over four orders of magnitude, turned by reflections. */
function quadratic(size: number): { readonly objective: Objective; readonly optimum: Float64Array } {
  const random = createRandom(7);
  const normal = Float64Array.from({ length: size }, () => random() - 0.5);
  const squared = normal.reduce((sum, x) => sum + x * x, 0);
  const diagonal = Float64Array.from({ length: size }, (_, i) => 10 ** (-2 + (4 * i) / (size - 1)));
  const reflect = (x: Float64Array): Float64Array => {
    const along = (2 * x.reduce((sum, value, i) => sum + value * normal[i]!, 0)) / squared;
    return x.map((value, i) => value - along * normal[i]!);
  };
  const optimum = Float64Array.from({ length: size }, () => random() - 0.5);
  const objective: Objective = (x, gradient) => {
    const turned = reflect(x.map((value, i) => value - optimum[i]!));
    gradient.set(reflect(turned.map((value, i) => value * diagonal[i]!)));
    return 0.5 * turned.reduce((sum, value, i) => sum + diagonal[i]! * value * value, 0) + 3;
  };
  return { objective, optimum };
}

test('the optimum of a badly scaled quadratic is found, and the start stays as it was', () => {
  const { objective, optimum } = quadratic(20);
  const start = new Float64Array(20);
  const found = toEnd(lbfgs(objective, start, { maxIterations: 1000, tolerance: 0, gradientTolerance: 1e-9 }));
  expect(found.value).toBeCloseTo(3, 8);
  for (const [i, x] of found.x.entries()) expect(x).toBeCloseTo(optimum[i]!, 3);
  expect(start).toEqual(new Float64Array(20));
});

test('every iteration brings the value down, and it stops where nothing more is to be had', () => {
  const { objective } = quadratic(20);
  const values: number[] = [];
  for (const { value } of lbfgs(objective, new Float64Array(20))) values.push(value);
  expect(values).toEqual(values.toSorted((a, b) => b - a));
  expect(values.length).toBeLessThan(200);
  const flat = toEnd(lbfgs(() => 5, new Float64Array(3)));
  expect(flat).toMatchObject({ value: 5, iterations: 0 });
});

test('a function that is not finite beyond some point is minimised on this side of it', () => {
  const objective: Objective = (x, gradient) => {
    gradient[0] = 1 - 1 / (1 - x[0]!);
    return x[0]! >= 1 ? Number.NaN : x[0]! + Math.log(1 / (1 - x[0]!)) - 2 * x[0]! + x[0]! ** 2;
  };
  const exact: Objective = (x, gradient) => {
    const value = objective(x, gradient);
    gradient[0] = -1 + 1 / (1 - x[0]!) + 2 * x[0]!;
    return value;
  };
  const { x, value } = toEnd(lbfgs(exact, new Float64Array([-50])));
  expect(x[0]).toBeCloseTo(0, 3);
  expect(value).toBeCloseTo(0, 5);
});
