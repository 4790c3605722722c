import { TiebreakError } from '../contract/errors.ts';
import type { Evaluation } from '../contract/evaluation.ts';
import { type JudgedPair, pairLoss } from './accuracy.ts';
import { baselineSteps } from './baselines.ts';
import { calibrationSteps } from './calibration.ts';
import { type EvaluationGroup, figuresSteps, judgedPairs } from './figures.ts';
import { type Steps, toEnd } from './steps.ts';

/**
 * All figures of a model's rewards, beside those of the baselines on the same pairs. A figure with nothing to measure is NaN.
 * @throws TiebreakError bad-input where a reward is not a finite number
 */
export const evaluateGroups = (groups: readonly EvaluationGroup[], options: { readonly seed: number }): Evaluation =>
  toEnd(evaluationSteps(groups, options));

/** The same in steps: many groups take seconds. */
export function* evaluationSteps(
  groups: readonly EvaluationGroup[],
  { seed }: { readonly seed: number },
): Steps<Evaluation> {
  const judged: JudgedPair[] = [];
  for (const group of groups) {
    if (!group.rewards.every(Number.isFinite)) {
      const message =
        'The model gave rewards that are not numbers, so it learned nothing usable. Train it again at a lower rate.';
      throw new TiebreakError('bad-input', message);
    }
    judged.push(...judgedPairs(group, group.rewards));
    yield;
  }
  return {
    pairs: judged.length,
    groups: groups.length,
    ...(yield* figuresSteps(groups, ({ rewards }) => rewards, seed)),
    loss: pairLoss(judged),
    calibration: yield* calibrationSteps(judged),
    baselines: yield* baselineSteps(groups, seed),
  };
}
