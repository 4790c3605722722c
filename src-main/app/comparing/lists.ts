import { TiebreakError } from '../../contract/errors.ts';
import type { ListAnswer, ListKind } from '../../contract/records.ts';
import type { CompareList, ShownList } from '../../contract/views.ts';
import { pairsOfList, wrongWith } from '../../labeling/lists.ts';
import { answersOnPair } from '../../store/answers.ts';
import type { ReadingStore } from '../../store/open.ts';
import { commentsAreThere, listWithTexts } from '../../store/open-pairs.ts';
import { addListAnswer, listAnswer, revokeListAnswer } from '../../store/questions.ts';
import type { Chooser } from '../choosing/choosing.ts';
import { staysAsked } from '../choosing/narrow.ts';
import type { QuestionQueue } from '../choosing/queue.ts';
import type { House } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { settingsOf } from '../settings/settings.ts';
import { writeAnswers } from './keep-answer.ts';

type GivenList = Pick<ListAnswer, 'key' | 'postId' | 'kind' | 'shown' | 'pressed' | 'durationMs'> & {
  readonly tab: string;
};

/** Questions about several comments at once, for the person whose name stands in the settings. */
export type ComparingLists = {
  /** The next questions for a tab, those it has and did not answer first. */
  readonly nextLists: (tab: string, kind: ListKind, count: number) => Promise<readonly CompareList[]>;
  /**
   * Keeps an answer with the pairs that follow from it; on disk when it resolves. A pair that the person answered before goes on counting, and
   * the new answer on it is marked as given again.
   * @throws TiebreakError bad-input where what was pressed does not fit what was shown
   */
  readonly addList: (given: GivenList) => Promise<ListAnswer>;
  /** Takes an answer back as a whole; it comes first again for the tab that is named. */
  readonly revokeList: (key: string, tab: string | undefined) => Promise<ShownList>;
};

export function comparingLists(house: House, queue: QuestionQueue, chooser: Chooser): ComparingLists {
  const person = (): string => settingsOf(house).annotator;
  return {
    nextLists: (tab, kind, count) =>
      withLock(house, 'comparing', ({ store }) =>
        queue
          .next(store, person(), tab, kind, count, (reserved) => chooser.find(kind, reserved), staysAsked(house))
          .map(({ postId, shown }) => ({ kind, ...listWithTexts(store, postId, shown) })),
      ),
    addList: ({ tab, ...given }) =>
      writeAnswers(house, (store) => {
        const known = listAnswer(store, given.key);
        if (known) return known;
        check(store, given);
        const annotator = person();
        const { chosenBy = null, chance = null } = queue.find(store, given.shown) ?? {};
        const pairs = pairsOfList(given).map((pair) => ({
          ...pair,
          again: answersOnPair(store, annotator, { ...pair, postId: given.postId }).some(({ verdict }) => !verdict),
        }));
        const createdAt = new Date().toISOString();
        const kept = addListAnswer(store, { ...given, annotator, createdAt, chosenBy, chance }, pairs);
        queue.settle(store, tab, given.shown);
        return kept;
      }),
    revokeList: (key, tab) =>
      writeAnswers(house, (store) => {
        const known = listAnswer(store, key);
        if (!known) throw new TiebreakError('not-found', 'This answer is not there. Nothing was changed.');
        if (known.annotator !== person()) {
          const message = `This answer is ${known.annotator}'s own. Nothing was changed.`;
          throw new TiebreakError('bad-input', message);
        }
        revokeListAnswer(store, key);
        if (tab !== undefined && !known.revokedAt) {
          const { kind, postId, shown, chosenBy, chance } = known;
          queue.putFirst(store, tab, { kind, postId, shown, chosenBy: chosenBy ?? 'random', chance });
        }
        return listShown(store, known);
      }),
  };
}

/** Throws TiebreakError where an answer does not fit its question, or a comment is gone. */
function check(store: ReadingStore, given: Omit<GivenList, 'tab'>): void {
  const wrong = wrongWith(given);
  if (wrong !== null) throw new TiebreakError('bad-input', `The answer can't be kept: ${wrong}. Nothing was saved.`);
  if (commentsAreThere(store, given.postId, given.shown)) return;
  const message = 'A comment of this question is gone. Nothing was saved: go on with the next one.';
  throw new TiebreakError('bad-input', message);
}

/** An answer with the texts it is about. */
export function listShown(store: ReadingStore, found: ListAnswer): ShownList {
  const { key, kind, postId, shown, pressed, annotator, createdAt, durationMs } = found;
  return { ...listWithTexts(store, postId, shown), key, kind, pressed, annotator, createdAt, durationMs };
}
