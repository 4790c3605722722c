import { setImmediate as turn } from 'node:timers/promises';
import type { PairInput } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { originalMetrics } from '../../evaluation/original-metrics.ts';
import { type HeadData, rewardedPosts } from './data.ts';
import { lbfgs } from './lbfgs.ts';
import { headLoss, judge, rewardsOf } from './loss.ts';
import type { Start } from './start.ts';

/** How strongly weights are held where they start, the strongest first. */
export const strengths: readonly number[] = [300, 100, 30, 10, 3];
/** Where there is too little to choose by: good with many pairs, and few move the weights little. */
export const cautious = 60;
/** Pairs of validation with a better side below which it can't choose. */
const enough = 100;
/** Strengths in a row that did worse than the best before the rest is left out. */
const patience = 2;

type Fit = {
  /** Infinity where nothing did better than what was believed before. */
  readonly strength: number;
  readonly weights: Float64Array;
  /** Mean loss over the training pairs; NaN where there are none. */
  readonly loss: number;
  readonly gradientNorm: number;
};
type Figures = ReturnType<typeof judge>;
export type Tried = Fit & {
  readonly validation: Figures | null;
  /** By the names of the original recipe. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly number: number;
};
export type Choice = Tried & {
  readonly by: 'validation' | 'caution';
  readonly tried: number;
};

/**
 * Fits weights from a start at several strengths, from strong to weak, and takes the mean of the two with the lowest loss on validation, where what was
 * believed before is one of the choices. Where validation is too small to choose by, a strong one is taken.
 * @throws TiebreakError cancelled
 */
export async function fitHead(
  train: HeadData,
  validation: HeadData,
  start: Start,
  { onTried, signal }: { readonly onTried: (tried: Tried) => void; readonly signal: AbortSignal },
): Promise<Choice> {
  let tried = 0;
  const report = (fit: Fit): Tried => {
    const rewards = rewardsOf(validation, fit.weights);
    const figures = validation.pairs.length === 0 ? null : judge(validation.pairs, rewards);
    const metrics = originalMetrics(rewardedPosts(validation, rewards));
    const measured = { ...fit, validation: figures, metrics, number: ++tried };
    onTried(measured);
    return measured;
  };
  if (decided(validation.pairs) >= enough) {
    let best: Tried = report(priorFit(train, start));
    const all = [best];
    let since = 0;
    for await (const fit of path(train, start, strengths, signal)) {
      const next = report(fit);
      since = next.validation!.loss < best.validation!.loss ? 0 : since + 1;
      if (since === 0) best = next;
      all.push(next);
      if (since >= patience) break;
    }
    const [first, second] = all.toSorted((a, b) => a.validation!.loss - b.validation!.loss);
    return { ...report(second ? meanOf(train, first!, second) : first!), by: 'validation', tried };
  }
  if (train.pairs.length === 0) return { ...report(priorFit(train, start)), by: 'caution', tried };
  let last: Tried | null = null;
  for await (const fit of path(train, start, [cautious], signal)) last = report(fit);
  return { ...last!, by: 'caution', tried };
}

/** The mean of two fits: to choose between neighbours by a small validation is to draw lots. */
function meanOf(train: HeadData, one: Fit, other: Fit): Fit {
  const weights = one.weights.map((weight, i) => (weight + other.weights[i]!) / 2);
  const { loss } = judge(train.pairs, rewardsOf(train, weights));
  return { strength: Math.sqrt(one.strength * other.strength), weights, loss, gradientNorm: one.gradientNorm };
}

/** What was believed before. */
function priorFit(train: HeadData, { centre }: Start): Fit {
  const weights = centre.slice();
  const { loss } = judge(train.pairs, rewardsOf(train, weights));
  return { strength: Number.POSITIVE_INFINITY, weights, loss, gradientNorm: 0 };
}

/** The fit at each strength, each begun where the one before ended. */
async function* path(
  train: HeadData,
  start: Start,
  wanted: readonly number[],
  signal: AbortSignal,
): AsyncGenerator<Fit> {
  let weights = start.centre.slice();
  for (const strength of wanted) {
    const steps = lbfgs(headLoss(train, strength, start), weights, { maxIterations: 100, tolerance: 1e-4 });
    for (;;) {
      await turn();
      if (signal.aborted) throw new TiebreakError('cancelled', 'The training was cancelled. Nothing was changed.');
      const { done, value } = steps.next();
      if (!done) continue;
      weights = Float64Array.from(value.x);
      const { loss } = judge(train.pairs, rewardsOf(train, weights));
      yield { strength, weights, loss, gradientNorm: value.gradientNorm };
      break;
    }
  }
}

function decided(pairs: readonly PairInput[]): number {
  return pairs.reduce((sum, { target }) => sum + (target === 0.5 ? 0 : 1), 0);
}
