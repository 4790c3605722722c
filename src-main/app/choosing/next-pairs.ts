import type { z } from 'zod';
import type * as calls from '../../contract/calls.ts';
import type { NextPair } from '../../contract/views.ts';
import { pairWithTexts } from '../../store/open-pairs.ts';
import type { House } from '../kernel/house.ts';
import { settingsOf } from '../settings/settings.ts';
import { createChooser } from './choosing.ts';
import type { Question } from './finding.ts';
import { cryptoRandom } from './queue.ts';

/** Pairs after which the model is asked anew what it would learn most from. */
const atOnce = 40;

/** The pairs that a person would be asked next by a strategy, each with how it was chosen. Nothing is reserved: another call gives others. */
export async function nextPairs(
  house: House,
  { strategy, work, count, annotator }: z.output<typeof calls.nextPairsCall>,
): Promise<readonly NextPair[]> {
  const kept = settingsOf(house);
  const chooser = createChooser(house, cryptoRandom, {
    annotator: annotator ?? kept.annotator,
    strategy: strategy ?? kept.strategy,
    work: work ?? kept.work,
    // What a person narrowed their own comparing to is no matter of others.
    only: null,
    repeatShare: 0,
  });
  const found: Question[] = [];
  while (found.length < count) {
    if (found.length % atOnce === 0) await chooser.ready();
    const next = chooser.find('pair', found);
    if (!next) break;
    found.push(next);
  }
  return found.map(({ postId, shown, chosenBy, chance }) => ({
    ...pairWithTexts(house.store, { postId, leftId: shown[0]!, rightId: shown[1]! }),
    chosenBy,
    chance,
  }));
}
