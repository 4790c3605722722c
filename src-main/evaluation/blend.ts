/**
 * A blend of reward models: a weighted sum of their rewards, with weights learned from pairs. The weights are those of a logistic
 * regression on the differences of the rewards, none below 0, and held near half the first model and half the mean of the others:
 * held near the first alone they did worse in cross-validation (docs/quality.md).
 */

import { createRandom, shuffled } from '../common/random.ts';
import { sureEnough } from '../contract/best.ts';
import { countRight, type JudgedPair, pairLoss } from './accuracy.ts';
import { type Share, shareAbove } from './bootstrap.ts';

/** A pair of a post: by how much each model gives its first comment more, and the probability that this one is better. */
type BlendPair = { readonly differences: readonly number[]; readonly target: number };

/** The pairs of a post, which say something of each other. */
export type BlendGroup = readonly BlendPair[];

/** How strongly weights are held, beside the summed loss of the pairs. Rewards are brought to one size before, so that it means the same for every model. */
const strength = 20;
const folds = 10;

/**
 * Weights by which rewards are multiplied before they are added up, one for each model.
 * @param groups with one pair with a better side at least
 */
export function blendWeights(groups: readonly BlendGroup[]): number[] {
  const pairs = groups.flat();
  const sizes = spreadOf(pairs);
  const scaled = pairs.map(({ differences, target }) => ({
    target,
    differences: differences.map((difference, k) => (sizes[k]! > 0 ? difference / sizes[k]! : 0)),
  }));
  const shares = sizes.map((_, k) => (sizes.length === 1 ? 1 : k === 0 ? 0.5 : 0.5 / (sizes.length - 1)));
  // These shares, at the size at which the sum is a probability.
  const [size] = fit(
    scaled.map(({ differences, target }) => ({ differences: [dot(shares, differences)], target })),
    [0],
    0,
  );
  const towards = shares.map((share) => share * size!);
  return fit(scaled, towards, strength).map((weight, k) => (sizes[k]! > 0 ? weight / sizes[k]! : 0));
}

/** Each model's share in a blend, all together 1: by how much it decides between two comments. All 0 where no model has a weight. */
export function blendShares(groups: readonly BlendGroup[], weights: readonly number[]): number[] {
  const parts = spreadOf(groups.flat()).map((spread, k) => spread * weights[k]!);
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => (total > 0 ? part / total : 0));
}

/** Root mean square of each model's differences. */
function spreadOf(pairs: readonly BlendPair[]): number[] {
  return pairs[0]!.differences.map((_, k) =>
    Math.sqrt(pairs.reduce((sum, { differences }) => sum + differences[k]! ** 2, 0) / pairs.length),
  );
}

/** What a blend gives each pair that it did not learn from: learned on the other groups, `folds` times. */
export function heldOutDifferences(groups: readonly BlendGroup[], seed: number): readonly (readonly number[])[] {
  const order = shuffled(
    groups.map((_, i) => i),
    createRandom(seed),
  );
  const found: number[][] = groups.map(() => []);
  const parts = Math.min(folds, groups.length);
  for (let fold = 0; fold < parts; fold++) {
    const out = new Set(order.filter((_, place) => place % parts === fold));
    const rest = groups.filter((_, i) => !out.has(i));
    if (!rest.some((group) => group.length > 0)) continue;
    const weights = blendWeights(rest);
    for (const i of out) found[i] = groups[i]!.map(({ differences }) => dot(weights, differences));
  }
  return found;
}

/** How a blend does against its first model, on pairs that it did not learn from. */
export type BlendFigures = {
  /** Mean cross-entropy of a pair. */
  readonly loss: number;
  readonly lossOfFirst: number;
  /** Share of the pairs with a better side that are in order; equal rewards count half. */
  readonly accuracy: number;
  readonly accuracyOfFirst: number;
  /** Share of drawn samples of the groups in which the blend's loss is lower, and in which its accuracy is higher. */
  readonly surenessByLoss: number;
  readonly surenessByAccuracy: number;
};

/**
 * Whether a blend is better than its first model by more than chance: by its loss or by its accuracy in four of five samples, and by
 * neither worse in as many. The loss sees what the accuracy of a few hundred pairs can't.
 */
export function isBetter({
  surenessByLoss,
  surenessByAccuracy,
}: Pick<BlendFigures, 'surenessByLoss' | 'surenessByAccuracy'>): boolean {
  const [least, most] = [Math.min(surenessByLoss, surenessByAccuracy), Math.max(surenessByLoss, surenessByAccuracy)];
  return most >= sureEnough && least > 1 - sureEnough;
}

/** Judges a blend by ten-fold cross-validation over groups, both models at the size at which rewards are probabilities. */
export function judgeBlend(groups: readonly BlendGroup[], seed: number): BlendFigures {
  const first = heldOutDifferences(
    groups.map((group) => group.map((pair) => ({ ...pair, differences: pair.differences.slice(0, 1) }))),
    seed,
  );
  const blended = heldOutDifferences(groups, seed);
  const judged = (of: readonly (readonly number[])[]): JudgedPair[][] =>
    groups.map((group, i) => group.map(({ target }, j) => ({ difference: of[i]![j]!, target })));
  const [one, other] = [judged(first), judged(blended)];
  const gains = groups.map(
    ({ length }, i): Share => ({
      sum: length === 0 ? 0 : length * (pairLoss(one[i]!) - pairLoss(other[i]!)),
      count: length,
    }),
  );
  const rights = groups.map((_, i): Share => {
    const { right, of } = countRight(other[i]!);
    return { sum: right - countRight(one[i]!).right, count: of };
  });
  const accuracy = (pairs: readonly JudgedPair[]): number => {
    const { right, of } = countRight(pairs);
    return right / of;
  };
  return {
    loss: pairLoss(other.flat()),
    lossOfFirst: pairLoss(one.flat()),
    accuracy: accuracy(other.flat()),
    accuracyOfFirst: accuracy(one.flat()),
    surenessByLoss: shareAbove(gains, 0, seed),
    surenessByAccuracy: shareAbove(rights, 0, seed),
  };
}

/** Newton's method on the penalised loss, one coordinate after the other, each weight kept at 0 or above. */
function fit(pairs: readonly BlendPair[], towards: readonly number[], held: number): number[] {
  const weights = [...towards];
  const rewards = pairs.map(({ differences }) => dot(weights, differences));
  for (let round = 0; round < 200; round++) {
    let moved = 0;
    for (const k of weights.keys()) {
      let slope = held * (weights[k]! - towards[k]!);
      // Keeps a step finite where all pairs are in order already.
      let curvature = held + 1e-3;
      for (const [i, { differences, target }] of pairs.entries()) {
        const p = 1 / (1 + Math.exp(-rewards[i]!));
        slope += (p - target) * differences[k]!;
        curvature += p * (1 - p) * differences[k]! ** 2;
      }
      const next = Math.max(0, weights[k]! - Math.max(-1, Math.min(1, slope / curvature)));
      const step = next - weights[k]!;
      if (step === 0) continue;
      weights[k] = next;
      for (const [i, { differences }] of pairs.entries()) rewards[i]! += step * differences[k]!;
      moved = Math.max(moved, Math.abs(step));
    }
    if (moved < 1e-6) break;
  }
  return weights;
}

function dot(weights: readonly number[], values: readonly number[]): number {
  return weights.reduce((sum, weight, k) => sum + weight * values[k]!, 0);
}
