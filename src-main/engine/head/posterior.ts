import { createNormal } from '../../common/random.ts';
import type { Scored } from './loss.ts';
import { rewardsOf } from './loss.ts';
import type { Start } from './start.ts';

/** Heads that are drawn beside the one that was learned. */
export const drawnHeads = 16;
/** Pairs that the drawing looks at; more of them are stood for by these. */
const mostPairs = 600;
const mostSteps = 30;
const tolerance = 1e-2;

/**
 * How far heads that answers leave possible lie from the one that was learned: draws from Laplace's approximation of the posterior,
 * normal around the mode with the inverse of the loss's second derivative H as its covariance. A draw is the solution of
 * H x = D' W^(1/2) e + L^(1/2) f with standard normal e, f, whose covariance is that inverse (Papandreou and Yuille, Gaussian Sampling by
 * Local Perturbations, 2010), found by conjugate gradients. The weights of words are left as they are.
 * @param strength of what the weights were held with, finite
 * @returns `drawnHeads` rows of `blocks.words` numbers
 */
export function drawDeviations(
  data: Scored,
  weights: Float64Array,
  strength: number,
  { freedom }: Start,
  random: () => number,
): Float32Array {
  const width = data.rows.blocks.words;
  const normal = createNormal(random);
  const { differences, slopes } = curvature(data, weights);
  const held = Float64Array.from({ length: width }, (_, i) => strength / freedom[i]!);
  const drawn = new Float32Array(drawnHeads * width);
  for (let draw = 0; draw < drawnHeads; draw++) {
    const wanted = held.map((value) => Math.sqrt(value) * normal());
    for (const [pair, slope] of slopes.entries()) addRow(differences, pair, width, Math.sqrt(slope) * normal(), wanted);
    drawn.set(solve(differences, slopes, held, wanted), draw * width);
  }
  return drawn;
}

/** What pairs add to the second derivative: their differences of features, and p (1 - p), each as often as it stands for others. */
function curvature(
  { rows, prior, pairs }: Scored,
  weights: Float64Array,
): { readonly differences: Float32Array; readonly slopes: Float64Array } {
  const width = rows.blocks.words;
  const step = Math.max(1, pairs.length / mostPairs);
  const looked = Array.from({ length: Math.floor(pairs.length / step) }, (_, i) => pairs[Math.floor(i * step)]!);
  const rewards = rewardsOf({ rows, prior }, weights);
  const differences = new Float32Array(looked.length * width);
  const slopes = new Float64Array(looked.length);
  for (const [pair, { first, second }] of looked.entries()) {
    for (let i = 0; i < width; i++) {
      differences[pair * width + i] = rows.values[first * width + i]! - rows.values[second * width + i]!;
    }
    const chance = 1 / (1 + Math.exp(rewards[second]! - rewards[first]!));
    slopes[pair] = step * chance * (1 - chance);
  }
  return { differences, slopes };
}

/** (diag(held) + D' diag(slopes) D)^-1 wanted, by conjugate gradients preconditioned with the diagonal that is held. */
function solve(
  differences: Float32Array,
  slopes: Float64Array,
  held: Float64Array,
  wanted: Float64Array,
): Float64Array {
  const width = held.length;
  const x = new Float64Array(width);
  const rest = wanted.slice();
  let scaled = rest.map((value, i) => value / held[i]!);
  const way = scaled.slice();
  let size = dot(rest, scaled);
  const enough = size * tolerance ** 2;
  for (let step = 0; step < mostSteps && size > enough; step++) {
    const bent = way.map((value, i) => value * held[i]!);
    for (const [pair, slope] of slopes.entries()) {
      addRow(differences, pair, width, slope * rowDot(differences, pair, width, way), bent);
    }
    const by = size / dot(way, bent);
    for (let i = 0; i < width; i++) {
      x[i]! += by * way[i]!;
      rest[i]! -= by * bent[i]!;
    }
    scaled = rest.map((value, i) => value / held[i]!);
    const next = dot(rest, scaled);
    for (let i = 0; i < width; i++) way[i] = scaled[i]! + (next / size) * way[i]!;
    size = next;
  }
  return x;
}

function addRow(rows: Float32Array, row: number, width: number, factor: number, to: Float64Array): void {
  const from = row * width;
  for (let i = 0; i < width; i++) to[i]! += factor * rows[from + i]!;
}

function rowDot(rows: Float32Array, row: number, width: number, with_: Float64Array): number {
  const from = row * width;
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < width; i += 4) {
    a += rows[from + i]! * with_[i]!;
    b += rows[from + i + 1]! * with_[i + 1]!;
    c += rows[from + i + 2]! * with_[i + 2]!;
    d += rows[from + i + 3]! * with_[i + 3]!;
  }
  for (; i < width; i++) a += rows[from + i]! * with_[i]!;
  return a + b + c + d;
}

function dot(one: Float64Array, other: Float64Array): number {
  return one.reduce((sum, value, i) => sum + value * other[i]!, 0);
}
