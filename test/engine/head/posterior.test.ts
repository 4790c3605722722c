import { expect, test } from 'vitest';
import { createNormal, createRandom } from '../../../src-main/common/random.ts';
import { blocksOf } from '../../../src-main/engine/head/features.ts';
import { drawDeviations, drawnHeads } from '../../../src-main/engine/head/posterior.ts';

const random = createRandom(7);
const normal = createNormal(random);
const blocks = blocksOf(2);
const width = blocks.words;
const count = 60;
const rows = {
  blocks,
  values: Float32Array.from({ length: count * width }, () => normal()),
  count,
  words: Array.from({ length: count }, () => ({ buckets: new Int32Array(0), values: new Float32Array(0) })),
};
const pairs = Array.from({ length: 203 }, () => {
  const first = Math.floor(random() * count);
  return { first, second: (first + 1 + Math.floor(random() * (count - 1))) % count, target: 1 };
});
const data = { rows, prior: new Float64Array(count), pairs };
const weights = new Float64Array(blocks.end).map((_, i) => (i < width ? 0.1 * normal() : 0));
const freedom = new Float64Array(blocks.end).fill(1);
freedom[width - 1] = 2;
const strength = 10;

/** The second derivative of the loss by the weights, written down plainly. */
function curvature(): number[][] {
  const h = Array.from({ length: width }, (_, i) =>
    Array.from({ length: width }, (_, j) => (i === j ? strength / freedom[i]! : 0)),
  );
  const value = (row: number, i: number): number => rows.values[row * width + i]!;
  for (const { first, second } of pairs) {
    const difference = Array.from({ length: width }, (_, i) => value(first, i) - value(second, i));
    const chance = 1 / (1 + Math.exp(-difference.reduce((sum, x, i) => sum + x * weights[i]!, 0)));
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) h[i]![j]! += chance * (1 - chance) * difference[i]! * difference[j]!;
    }
  }
  return h;
}

/** x of h x = b, by elimination. */
function solved(h: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = h.map((row, i) => [...row, b[i]!]);
  for (let i = 0; i < rows.length; i++) {
    for (let k = 0; k < rows.length; k++) {
      if (k === i) continue;
      const factor = rows[k]![i]! / rows[i]![i]!;
      for (let j = i; j <= rows.length; j++) rows[k]![j]! -= factor * rows[i]![j]!;
    }
  }
  return rows.map((row, i) => row[rows.length]! / row[i]!);
}

test('drawn heads spread around the learned one as the inverse of the curvature says', () => {
  const draws = Array.from({ length: 150 }, (_, seed) =>
    drawDeviations(data, weights, strength, { centre: new Float64Array(blocks.end), freedom }, createRandom(seed)),
  );
  const h = curvature();
  const ways = Array.from({ length: 5 }, (_, way) =>
    Array.from({ length: width }, (_, i) => (way === 0 ? Number(i === width - 1) : normal())),
  );
  for (const way of ways) {
    const expected = solved(h, way).reduce((sum, x, i) => sum + x * way[i]!, 0);
    const seen = draws.flatMap((heads) =>
      Array.from({ length: drawnHeads }, (_, head) => way.reduce((sum, x, i) => sum + x * heads[head * width + i]!, 0)),
    );
    const mean = seen.reduce((a, b) => a + b) / seen.length;
    const variance = seen.reduce((sum, x) => sum + (x - mean) ** 2, 0) / seen.length;
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(expected / seen.length));
    // 2,400 draws: the deviation of such a ratio is .029.
    expect(variance / expected).toBeGreaterThan(0.87);
    expect(variance / expected).toBeLessThan(1.13);
  }
});

test('without pairs they spread as was believed before', () => {
  const draws = Array.from({ length: 100 }, (_, seed) =>
    drawDeviations({ ...data, pairs: [] }, weights, strength, { centre: weights, freedom }, createRandom(seed)),
  );
  const last = draws.flatMap((heads) =>
    Array.from({ length: drawnHeads }, (_, head) => heads[head * width + width - 1]!),
  );
  const variance = last.reduce((sum, x) => sum + x * x, 0) / last.length;
  expect((variance * strength) / freedom[width - 1]!).toBeGreaterThan(0.85);
  expect((variance * strength) / freedom[width - 1]!).toBeLessThan(1.15);
});
