import type { GuideStep } from '../../src-main/contract/settings.ts';

/** Answers the guide asks for. */
export const guidePairs = 5;

/** What the guide leads through, in order. */
export const guideSteps = ['import', 'compare', 'train', 'ranking', 'export'] as const;

/** What there is in the store, what goes on, and what is looked at. */
export type Facts = {
  readonly posts: boolean;
  readonly answers: number;
  readonly rewardModels: number;
  readonly training: boolean;
  readonly exported: boolean;
  readonly view: unknown;
};

/** Which steps are done. That the ranking was seen is known from the step at hand alone. */
export function stepsDone(step: GuideStep, facts: Facts): Readonly<Record<(typeof guideSteps)[number], boolean>> {
  const { posts, answers, rewardModels, training, exported, view } = facts;
  return {
    import: posts,
    compare: answers >= guidePairs,
    // Another training later takes nobody back.
    train: rewardModels > 0 && !(training && step === 'train'),
    ranking: step === 'export' || view === 'rankings',
    export: exported,
  };
}

/** The first step that is not done. After the last one the guide says so where the ranking is, and is over with the next view. */
export function nextStep(step: GuideStep, facts: Facts): GuideStep {
  if (step === 'none') return 'none';
  const done = stepsDone(step, facts);
  const first = guideSteps.find((each) => !done[each]);
  return first ?? (facts.view === 'rankings' ? 'export' : 'none');
}
