import type { Baselines } from '../contract/evaluation.ts';
import { type EvaluationGroup, figuresSteps } from './figures.ts';
import type { Steps } from './steps.ts';

/**
 * What a model must beat, on the same pairs and groups. `random` is not drawn but expected: equal scores for all, whose ties
 * are averaged. Only for the original's `acc`, in which equal scores always count as right, the expectation of random
 * scores is put in by hand. `longer` says that the comment with more characters is better.
 */
export function* baselineSteps(groups: readonly EvaluationGroup[], seed: number): Steps<Baselines> {
  const constant = yield* figuresSteps(groups, ({ rewards }) => rewards.map(() => 0), seed);
  return {
    random: { ...constant, acc: constant.accuracy },
    longer: yield* figuresSteps(groups, ({ lengths }) => lengths, seed),
  };
}
