import type { PairInput } from '../../contract/engine.ts';
import type { Rows } from './features.ts';
import type { Objective } from './lbfgs.ts';
import type { Start } from './start.ts';

export type Scored = { readonly rows: Rows; readonly prior: Float64Array; readonly pairs: readonly PairInput[] };

/** The reward of every row: what was believed before, and the weighted features. */
export function rewardsOf(
  { rows: { blocks, values, count, words }, prior }: Omit<Scored, 'pairs'>,
  weights: Float64Array,
): Float64Array {
  const width = blocks.words;
  const rewards = Float64Array.from(prior);
  for (let row = 0; row < count; row++) {
    // Four sums, since each addition waits for the one before.
    let [a, b, c, d] = [0, 0, 0, 0];
    const from = row * width;
    let i = 0;
    for (; i + 3 < width; i += 4) {
      a += values[from + i]! * weights[i]!;
      b += values[from + i + 1]! * weights[i + 1]!;
      c += values[from + i + 2]! * weights[i + 2]!;
      d += values[from + i + 3]! * weights[i + 3]!;
    }
    for (; i < width; i++) a += values[from + i]! * weights[i]!;
    const { buckets, values: shares } = words[row]!;
    for (let w = 0; w < buckets.length; w++) a += shares[w]! * weights[blocks.words + buckets[w]!]!;
    rewards[row]! += a + b + c + d;
  }
  return rewards;
}

/**
 * The sum over pairs of the cross-entropy between the target and sigmoid(difference of the rewards), a tie being a half for
 * each side, and strength / 2 times the squared distance of the weights from where they start, each by its freedom. So many answers
 * count so much against what was believed before: few leave the weights near it.
 */
export function headLoss(data: Scored, strength: number, { centre, freedom }: Start): Objective {
  const { rows, pairs } = data;
  const { blocks, values, words } = rows;
  const width = blocks.words;
  const slopes = new Float64Array(rows.count);
  return (weights, gradient) => {
    const rewards = rewardsOf(data, weights);
    slopes.fill(0);
    let loss = 0;
    for (const { first, second, target } of pairs) {
      const difference = rewards[first]! - rewards[second]!;
      loss += crossEntropy(difference, target);
      const slope = 1 / (1 + Math.exp(-difference)) - target;
      slopes[first]! += slope;
      slopes[second]! -= slope;
    }
    for (let i = 0; i < weights.length; i++) {
      const distance = weights[i]! - centre[i]!;
      gradient[i] = (strength * distance) / freedom[i]!;
      loss += 0.5 * distance * gradient[i]!;
    }
    for (let row = 0; row < rows.count; row++) {
      const slope = slopes[row]!;
      if (slope === 0) continue;
      const from = row * width;
      for (let i = 0; i < width; i++) gradient[i]! += slope * values[from + i]!;
      const { buckets, values: shares } = words[row]!;
      for (let w = 0; w < buckets.length; w++) gradient[blocks.words + buckets[w]!]! += slope * shares[w]!;
    }
    return loss;
  };
}

/** -target log sigmoid(difference) - (1 - target) log sigmoid(-difference), without overflow. */
function crossEntropy(difference: number, target: number): number {
  return Math.max(difference, 0) + Math.log1p(Math.exp(-Math.abs(difference))) - target * difference;
}

/** Mean loss over all pairs, and the share of those with a better side that are right; equal rewards count half. */
export function judge(
  pairs: readonly PairInput[],
  rewards: Float64Array,
): { readonly loss: number; readonly accuracy: number; readonly decided: number } {
  let [loss, right, decided] = [0, 0, 0];
  for (const { first, second, target } of pairs) {
    const difference = rewards[first]! - rewards[second]!;
    loss += crossEntropy(difference, target);
    if (target === 0.5) continue;
    decided += 1;
    right += difference === 0 ? 0.5 : difference > 0 === target > 0.5 ? 1 : 0;
  }
  return { loss: loss / pairs.length, accuracy: right / decided, decided };
}
