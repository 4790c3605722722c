import type { Baselines } from '../contract/evaluation.ts';
import { type EvaluationGroup, figuresFor } from './figures.ts';

/**
 * What a model must beat, on the same pairs and groups. `random` is not drawn but expected: equal scores for all, whose ties
 * are averaged. Only for the original's `acc`, in which equal scores always count as right, the expectation of random
 * scores is put in by hand. `longer` says that the comment with more characters is better.
 */
export function baselines(groups: readonly EvaluationGroup[], seed: number): Baselines {
  const constant = figuresFor(groups, ({ rewards }) => rewards.map(() => 0), seed);
  return {
    random: { ...constant, acc: constant.accuracy },
    longer: figuresFor(groups, ({ lengths }) => lengths, seed),
  };
}
