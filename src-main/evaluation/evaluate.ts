import { TiebreakError } from '../contract/errors.ts';
import type { Evaluation } from '../contract/evaluation.ts';
import { pairLoss } from './accuracy.ts';
import { baselines } from './baselines.ts';
import { calibrate } from './calibration.ts';
import { type EvaluationGroup, figuresFor, judgedPairs } from './figures.ts';

/**
 * All figures of a model's rewards, beside those of the baselines on the same pairs. A figure with nothing to measure is NaN.
 * @throws TiebreakError bad-input where a reward is not a finite number
 */
export function evaluateGroups(groups: readonly EvaluationGroup[], options: { readonly seed: number }): Evaluation {
  if (!groups.every(({ rewards }) => rewards.every(Number.isFinite))) {
    const message =
      'The model gave rewards that are not numbers, so it learned nothing usable. Train it again at a lower rate.';
    throw new TiebreakError('bad-input', message);
  }
  const judged = groups.flatMap((group) => judgedPairs(group, group.rewards));
  return {
    pairs: judged.length,
    groups: groups.length,
    ...figuresFor(groups, ({ rewards }) => rewards, options.seed),
    loss: pairLoss(judged),
    calibration: calibrate(judged),
    baselines: baselines(groups, options.seed),
  };
}
