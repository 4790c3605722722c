import type { Sources } from '../../contract/views.ts';
import { countAnswers } from '../../store/answers.ts';
import { totals } from '../../store/counts.ts';
import { anyPlaces } from '../../store/lists.ts';
import type { House } from '../kernel/house.ts';
import { settingsOf } from '../settings/settings.ts';

/** What a training has to learn from: answers, and whether there are votes. */
export function sourcesOf(house: House): Sources {
  const { total: own } = countAnswers(house.store, settingsOf(house).annotator, '');
  return { answers: totals(house.store).labels, own, votes: anyPlaces(house.store) };
}
