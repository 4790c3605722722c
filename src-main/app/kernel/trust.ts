import type { CallHooks, PairSource } from '../../contract/calls.ts';
import type { TrainingConfig } from '../../contract/engine.ts';
import type { Answer, Preference } from '../../contract/records.ts';
import { trustSteps } from '../../labeling/trust.ts';
import type { Trust } from '../../recipe/pairs.ts';
import { allAnswers } from '../../store/labels.ts';
import type { House } from './house.ts';
import { createPauses, inSlices } from './time-slices.ts';

type Asked = { readonly pairs: PairSource; readonly config: Pick<TrainingConfig, 'weighPeople'> };

/** What each person's answers count, from those on the training split; undefined where all count alike. */
export async function trustIn(
  { store }: House,
  { pairs, config }: Asked,
  { signal }: Pick<CallHooks, 'signal'>,
): Promise<Trust | undefined> {
  if (config.weighPeople !== 1 || pairs === 'votes' || pairs === 'adjacent') return undefined;
  const pause = createPauses(signal);
  const answers: Answer<Preference>[] = [];
  for (const answer of allAnswers(store, { split: 'train' })) {
    answers.push(answer);
    await pause();
  }
  return inSlices(trustSteps(answers), signal);
}
