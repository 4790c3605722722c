import { expect, test } from 'vitest';
import { cholesky, solved, solvedBelow } from '../../src-main/common/cholesky.ts';
import { createNormal, createRandom } from '../../src-main/common/random.ts';

test.each([1, 2, 5, 30])('of %i rows: the factor times itself is the matrix, and what is solved fits', (n) => {
  const normal = createNormal(createRandom(n));
  const roots = Array.from({ length: n }, () => Array.from({ length: n }, normal));
  const matrix = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return roots[i]!.reduce((sum, value, k) => sum + value * roots[j]![k]!, i === j ? 1 : 0);
  });
  const upperUnread = matrix.map((value, at) => (at % n > Math.floor(at / n) ? Number.NaN : value));
  const factor = cholesky(upperUnread, n);
  const row = (of: Float64Array, i: number, x: Float64Array): number =>
    x.reduce((sum, value, j) => sum + value * of[i * n + j]!, 0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      expect(row(factor, i, factor.slice(j * n, (j + 1) * n))).toBeCloseTo(matrix[i * n + j]!, 9);
    }
  }
  const b = Array.from({ length: n }, normal);
  const [x, y] = [solved(factor, n, b), solvedBelow(factor, n, b)];
  for (let i = 0; i < n; i++) {
    expect(row(matrix, i, x)).toBeCloseTo(b[i]!, 8);
    expect(row(factor, i, y)).toBeCloseTo(b[i]!, 9);
  }
});
