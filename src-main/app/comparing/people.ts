import { excerpt } from '../../common/words.ts';
import type { CallHooks } from '../../contract/calls.ts';
import type { PeopleReport } from '../../contract/people.ts';
import { peopleSteps } from '../../labeling/people.ts';
import type { PersonAnswer } from '../../labeling/shared-pairs.ts';
import { allAnswers } from '../../store/labels.ts';
import { findPost } from '../../store/posts.ts';
import type { House } from '../kernel/house.ts';
import { createPauses, inSlices } from '../kernel/time-slices.ts';

/** How people answer, each by themselves and beside the others, and the posts on which they differ. */
export async function peopleOf({ store }: House, hooks: CallHooks = {}): Promise<PeopleReport> {
  const pause = createPauses(hooks.signal);
  const answers: PersonAnswer[] = [];
  for (const answer of allAnswers(store)) {
    answers.push(answer);
    await pause();
  }
  const figures = await inSlices(peopleSteps(answers), hooks.signal);
  return { ...figures, disputed: figures.disputed.map((one) => ({ ...one, name: nameOf(findPost(store, one.post)) })) };
}

const nameOf = ({ title, text }: { readonly title: string | null; readonly text: string }): string =>
  excerpt(title ?? text);
