import type { GuideStep } from '../../src-main/contract/settings.ts';

/** Answers the guide asks for. */
export const guidePairs = 5;

type Done = {
  readonly answers: number;
  readonly rewardModels: number;
  readonly training: boolean;
  readonly view: unknown;
};

/** The step that comes next, given what was done; the same step where that is not done yet. */
export function nextStep(step: GuideStep, { answers, rewardModels, training, view }: Done): GuideStep {
  if (step === 'compare' && answers >= guidePairs) return 'train';
  if (step === 'train' && rewardModels > 0 && !training) return 'ranking';
  if (step === 'ranking' && view === 'rankings') return 'export';
  return step;
}
