import { TiebreakError } from '../contract/errors.ts';
import type { Evaluation } from '../contract/evaluation.ts';
import { type JudgedPair, pairLoss } from './accuracy.ts';
import { baselineSteps } from './baselines.ts';
import { calibrationSteps, reliabilitySteps } from './calibration.ts';
import { type EvaluationGroup, figuresSteps, judgedPairs } from './figures.ts';
import { type Steps, toEnd } from './steps.ts';
import { voteGapSteps } from './vote-gaps.ts';

/**
 * All figures of a model's rewards, beside those of the baselines on the same pairs. A figure with nothing to measure is NaN.
 * @throws TiebreakError bad-input where a reward is not a finite number
 */
export const evaluateGroups = (groups: readonly EvaluationGroup[], options: EvaluationOptions): Evaluation =>
  toEnd(evaluationSteps(groups, options));

export type EvaluationOptions = {
  readonly seed: number;
  /** By which rewards are divided where they say how sure the model is. */
  readonly temperature?: number;
};

/** The same in steps: many groups take seconds. */
export function* evaluationSteps(
  groups: readonly EvaluationGroup[],
  { seed, temperature = 1 }: EvaluationOptions,
): Steps<Evaluation> {
  const judgedOf: (readonly JudgedPair[])[] = [];
  for (const group of groups) {
    if (!group.rewards.every(Number.isFinite)) {
      const message =
        'The model gave rewards that are not numbers, so it learned nothing usable. Train it again at a lower rate.';
      throw new TiebreakError('bad-input', message);
    }
    judgedOf.push(judgedPairs(group, group.rewards));
    yield;
  }
  const judged = judgedOf.flat();
  return {
    pairs: judged.length,
    groups: groups.length,
    ...(yield* figuresSteps(groups, ({ rewards }) => rewards, seed)),
    loss: pairLoss(judged),
    calibration: yield* calibrationSteps(judged),
    reliability: yield* reliabilitySteps(judgedOf, temperature, seed),
    byGap: yield* voteGapSteps(groups, seed),
    baselines: yield* baselineSteps(groups, seed),
  };
}
