import { cholesky, solved } from '../../common/cholesky.ts';
import { createNormal } from '../../common/random.ts';
import type { Scored } from './loss.ts';
import { rewardsOf } from './loss.ts';
import type { Start } from './start.ts';

/** Heads that are drawn beside the one that was learned. */
export const drawnHeads = 16;
/** Pairs that the drawing looks at; more of them are stood for by these. */
const mostPairs = 400;

/**
 * How far heads that answers leave possible lie from the one that was learned: draws from Laplace's approximation of the posterior,
 * normal around the mode with the inverse of the loss's second derivative L + D' W D as its covariance: L is what weights are held with,
 * D the pairs' differences of features, W their p (1 - p). With G = W^(1/2) D L^(-1/2) and standard normal e and f, a draw is
 * L^(-1/2) (f + G' (I + G G')^-1 (e - G f)) (Matheron's rule; Wilson et al., 2020, arXiv 2002.09309): there are fewer pairs than weights.
 * The weights of words are left as they are.
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
  const spread = Float64Array.from({ length: width }, (_, i) => Math.sqrt(freedom[i]! / strength));
  const looked = scaledPairs(data, weights, spread);
  const pairs = looked.length / width;
  const factor = cholesky(withProducts(looked, pairs, width), pairs);
  const normal = createNormal(random);
  const drawn = new Float32Array(drawnHeads * width);
  for (let draw = 0; draw < drawnHeads; draw++) {
    const head = spread.map(normal);
    const wanted = Float64Array.from({ length: pairs }, (_, pair) => normal() - rowDot(looked, pair, width, head));
    for (const [pair, by] of solved(factor, pairs, wanted).entries()) addRow(looked, pair, width, by, head);
    drawn.set(
      head.map((value, i) => value * spread[i]!),
      draw * width,
    );
  }
  return drawn;
}

/** G: a row a pair, the root of p (1 - p) times the difference of features, each times how far its weight may go. */
function scaledPairs({ rows, prior, pairs }: Scored, weights: Float64Array, spread: Float64Array): Float32Array {
  const width = rows.blocks.words;
  const standsFor = Math.max(1, pairs.length / mostPairs);
  const count = Math.floor(pairs.length / standsFor);
  const rewards = rewardsOf({ rows, prior }, weights);
  const scaled = new Float32Array(count * width);
  for (let at = 0; at < count; at++) {
    const { first, second } = pairs[Math.floor(at * standsFor)]!;
    const chance = 1 / (1 + Math.exp(rewards[second]! - rewards[first]!));
    const root = Math.sqrt(standsFor * chance * (1 - chance));
    for (let i = 0; i < width; i++) {
      const difference = rows.values[first * width + i]! - rows.values[second * width + i]!;
      scaled[at * width + i] = root * difference * spread[i]!;
    }
  }
  return scaled;
}

/** I + G G', the lower triangle of it; two rows by four, so that a number that is read is used several times. */
function withProducts(rows: Float32Array, count: number, width: number): Float64Array {
  const products = new Float64Array(count * count);
  // A row that lacks is stood for by the last, whose products are then not kept.
  const placeOf = (row: number): number => Math.min(row, count - 1) * width;
  for (let one = 0; one < count; one += 2) {
    for (let other = 0; other <= one; other += 4) {
      const a = placeOf(one);
      const b = placeOf(one + 1);
      const c = placeOf(other);
      const d = placeOf(other + 1);
      const e = placeOf(other + 2);
      const f = placeOf(other + 3);
      let [ac, ad, ae, af, bc, bd, be, bf] = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let i = 0; i < width; i++) {
        const ofA = rows[a + i]!;
        const ofB = rows[b + i]!;
        const ofC = rows[c + i]!;
        const ofD = rows[d + i]!;
        const ofE = rows[e + i]!;
        const ofF = rows[f + i]!;
        ac += ofA * ofC;
        ad += ofA * ofD;
        ae += ofA * ofE;
        af += ofA * ofF;
        bc += ofB * ofC;
        bd += ofB * ofD;
        be += ofB * ofE;
        bf += ofB * ofF;
      }
      const columns = Math.min(4, count - other);
      products.set([ac, ad, ae, af].slice(0, columns), one * count + other);
      if (one + 1 < count) products.set([bc, bd, be, bf].slice(0, columns), (one + 1) * count + other);
    }
  }
  for (let pair = 0; pair < count; pair++) products[pair * count + pair]! += 1;
  return products;
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
