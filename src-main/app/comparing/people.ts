import type { z } from 'zod';
import { randomFrom } from '../../common/random.ts';
import { excerpt } from '../../common/words.ts';
import type * as calls from '../../contract/calls.ts';
import type { CallHooks } from '../../contract/calls.ts';
import type { DisputedPair, DisputedPairs, PeopleReport } from '../../contract/people.ts';
import type { Answer, Preference } from '../../contract/records.ts';
import { type Disputed, disputedSteps } from '../../labeling/disputed.ts';
import { peopleSteps } from '../../labeling/people.ts';
import type { Pair } from '../../store/answers.ts';
import { allAnswers, countVerdictPairs } from '../../store/labels.ts';
import { pairWithTexts } from '../../store/open-pairs.ts';
import { findPostAlone } from '../../store/posts.ts';
import type { House } from '../kernel/house.ts';
import { createPauses, inSlices } from '../kernel/time-slices.ts';
import { settingsOf } from '../settings/settings.ts';
import { keepAnswer } from './keep-answer.ts';

/** How people answer, each by themselves and beside the others, and the posts on which they differ. */
export async function peopleOf(house: House, hooks: CallHooks = {}): Promise<PeopleReport> {
  const { store } = house;
  const answers = await answersIn(house, hooks);
  const figures = await inSlices(peopleSteps(answers, settingsOf(house).annotator), hooks.signal);
  return {
    ...figures,
    disputed: figures.disputed.map((one) => ({ ...one, name: nameOf(findPostAlone(store, one.post)) })),
  };
}

/** The pairs on which people differ and which no verdict settles, the most disputed first. */
export async function disputedPairs(
  house: House,
  { limit }: z.output<typeof calls.disputedCall>,
  hooks: CallHooks = {},
): Promise<DisputedPairs> {
  const answers = await answersIn(house, hooks);
  const found = await inSlices(disputedSteps(answers), hooks.signal);
  const pairs = found.slice(0, limit).map((one) => shown(house, one));
  return { pairs, total: found.length, settled: countVerdictPairs(house.store) };
}

/** Settles a pair, for the person whose name stands in the settings; on disk when it resolves. */
export function settle(
  house: House,
  verdict: Pair & { readonly key: string; readonly choice: Preference },
): Promise<Answer> {
  return keepAnswer(house, { ...verdict, annotator: settingsOf(house).annotator, origin: 'compare', verdict: true });
}

async function answersIn({ store }: House, { signal }: CallHooks): Promise<readonly Answer<Preference>[]> {
  const pause = createPauses(signal);
  const answers: Answer<Preference>[] = [];
  for (const answer of allAnswers(store)) {
    answers.push(answer);
    await pause();
  }
  return answers;
}

function shown({ store }: House, { postId, firstId, secondId, voices }: Disputed): DisputedPair {
  // The same coin each time: whoever looks again finds the sides as they were.
  const turned = randomFrom(firstId)() < 0.5;
  const [leftId, rightId] = turned ? [secondId, firstId] : [firstId, secondId];
  const left = turned ? 'second' : 'first';
  return {
    ...pairWithTexts(store, { postId, leftId, rightId }),
    voices: voices.map(({ annotator, says }) => ({
      annotator,
      says: says === 'tie' ? says : says === left ? 'left' : 'right',
    })),
  };
}

const nameOf = ({ title, text }: { readonly title: string | null; readonly text: string }): string =>
  excerpt(title ?? text);
