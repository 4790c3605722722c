/** Symmetric positive definite matrices of n rows, row by row, by their lower factor L (the matrix is L L'). */

/** The lower factor, in time n^3 / 3; of the matrix only the lower triangle is read. */
export function cholesky(matrix: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const sum = matrix[i * n + j]! - rowsProduct(factor, i * n, j * n, j);
      // What rounding makes negative was next to nothing.
      factor[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / factor[j * n + j]!;
    }
  }
  return factor;
}

/** x of L x = b. */
export function solvedBelow(factor: Float64Array, n: number, b: ArrayLike<number>): Float64Array<ArrayBuffer> {
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= factor[i * n + k]! * x[k]!;
    x[i]! /= factor[i * n + i]!;
  }
  return x;
}

/** x of L L' x = b. */
export function solved(factor: Float64Array, n: number, b: ArrayLike<number>): Float64Array<ArrayBuffer> {
  const x = solvedBelow(factor, n, b);
  for (let i = n - 1; i >= 0; i--) {
    const found = x[i]! / factor[i * n + i]!;
    x[i] = found;
    // By rows, which stand together in memory.
    for (let k = 0; k < i; k++) x[k]! -= factor[i * n + k]! * found;
  }
  return x;
}

function rowsProduct(rows: Float64Array, one: number, other: number, length: number): number {
  // Several sums, since each addition waits for the one before.
  let [a, b, c, d] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 3 < length; k += 4) {
    a += rows[one + k]! * rows[other + k]!;
    b += rows[one + k + 1]! * rows[other + k + 1]!;
    c += rows[one + k + 2]! * rows[other + k + 2]!;
    d += rows[one + k + 3]! * rows[other + k + 3]!;
  }
  for (; k < length; k++) a += rows[one + k]! * rows[other + k]!;
  return a + b + c + d;
}
