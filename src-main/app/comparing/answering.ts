import { randomUUID } from 'node:crypto';
import { TiebreakError } from '../../contract/errors.ts';
import type { Answer, ComparePair, CompareSummary, FlaggedPair, GivenAnswer } from '../../contract/views.ts';
import { paceOf } from '../../labeling/pace.ts';
import {
  addAnswer,
  answerTimes,
  countAnswers,
  countLabelsSince,
  findAnswer,
  flaggedAnswers,
  hasAnswered,
  type Pair,
  recentAnswers,
  revokeAnswer,
  type StoredAnswer,
} from '../../store/answers.ts';
import { newestModel } from '../../store/models.ts';
import { inDurableTransaction, type ReadingStore, type WritingStore } from '../../store/open.ts';
import { countOpenPairs, pairWithTexts } from '../../store/open-pairs.ts';
import { runById } from '../../store/runs.ts';
import type { House } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { settingsOf } from '../settings/settings.ts';
import { createPairQueue, type PairQueue } from './pair-queue.ts';

type NewAnswer = Pair & {
  readonly client: string;
  readonly key: string;
  readonly answer: Answer;
  readonly durationMs: number | null;
  readonly note: string;
};

/** What the compare view does, for the person whose name stands in the settings. */
export type Comparing = {
  /** The next pairs for a tab, those it has and did not answer first. */
  readonly next: (client: string, count: number) => Promise<readonly ComparePair[]>;
  /** Keeps an answer; on disk when it resolves. Throws TiebreakError busy where this person's answer on the pair counts already. */
  readonly answer: (given: NewAnswer) => Promise<void>;
  /** Takes an answer back; its pair comes first again for the tab that is named. */
  readonly revoke: (key: string, client: string | undefined) => Promise<GivenAnswer>;
  /** Replaces an answer by another one on the same pair. */
  readonly change: (key: string, answer: Answer, note: string) => Promise<GivenAnswer>;
  readonly recent: (limit: number, before: string | undefined) => readonly GivenAnswer[];
  readonly summary: () => CompareSummary;
};

/** Times looked at for the pace. */
const longestStretch = 1_000;
const fewestForTraining = 20;

export function createComparing(house: House, queue: PairQueue = createPairQueue()): Comparing {
  const person = (): string => settingsOf(house).annotator;
  let lastTime = 0;
  /** The time, and never the same one twice: answers are listed and paged by it. */
  const time = (): string => {
    lastTime = Math.max(Date.now(), lastTime + 1);
    return new Date(lastTime).toISOString();
  };
  /** Writes under the lock, all or nothing, and on the disk before it resolves. */
  const written = async <T>(work: (store: WritingStore) => T): Promise<T> => {
    const result = await withLock(house, 'comparing', ({ store }) => inDurableTransaction(store, () => work(store)));
    house.changes.tell('labels');
    return result;
  };

  return {
    next: (client, count) =>
      withLock(house, 'comparing', ({ store }) =>
        queue.next(store, person(), client, count).map((pair) => pairWithTexts(store, pair)),
      ),
    answer: ({ client, ...given }) =>
      written((store) => {
        if (findAnswer(store, given.key)) return;
        const annotator = person();
        if (hasAnswered(store, annotator, given)) throw answeredAlready();
        addAnswer(store, { ...given, note: given.note.trim(), annotator, createdAt: time() });
        queue.settle(store, client, given);
      }),
    revoke: (key, client) =>
      written((store) => {
        const known = ownAnswer(store, key, person());
        revokeAnswer(store, key, time());
        if (client !== undefined && !known.revokedAt) queue.putFirst(store, client, pairOf(known));
        return withTexts(store, known);
      }),
    change: (key, answer, untrimmed) =>
      written((store) => {
        const note = untrimmed.trim();
        const known = ownAnswer(store, key, person());
        if (known.revokedAt) {
          throw new TiebreakError('bad-input', 'This answer was taken back before, so it was not changed.');
        }
        if (known.answer === answer && known.note === note) return withTexts(store, known);
        const createdAt = time();
        revokeAnswer(store, key, createdAt);
        const { revokedAt: _, ...rest } = known;
        const changed = { ...rest, key: randomUUID(), answer, note, createdAt };
        addAnswer(store, changed);
        return withTexts(store, changed);
      }),
    recent: (limit, before) =>
      recentAnswers(house.store, person(), limit, before).map((found) => withTexts(house.store, found)),
    summary: () => summaryOf(house),
  };
}

/** Pairs that anybody flagged, the newest first. */
export function flaggedPairs({ store }: House, limit: number): readonly FlaggedPair[] {
  return flaggedAnswers(store, limit).map((found) => withTexts(store, found));
}

function summaryOf(house: House): CompareSummary {
  const { store } = house;
  const { annotator, goal } = settingsOf(house);
  const counts = countAnswers(store, annotator, new Date(new Date().setHours(0, 0, 0, 0)).toISOString());
  const model = newestModel(store, 'reward');
  // A training knows what there was when it began.
  const trainedAt = model && (model.runId === null ? model.createdAt : runById(store, model.runId).startedAt);
  const labels = countLabelsSince(store, trainedAt ?? '');
  const known = labels.all - labels.since;
  return {
    today: counts.since,
    total: counts.total,
    goal,
    pace: paceOf(answerTimes(store, annotator, longestStretch)),
    pairsLeft: countOpenPairs(store, annotator),
    sinceTraining: labels.since,
    retrain: labels.since >= Math.max(fewestForTraining, known / 10),
  };
}

/** A person takes back and changes what is their own; a flag may be lifted by anybody. */
function ownAnswer(store: ReadingStore, key: string, annotator: string): StoredAnswer {
  const found = findAnswer(store, key);
  if (!found) throw new TiebreakError('not-found', 'This answer is not there. Nothing was changed.');
  if (found.annotator === annotator || found.answer === 'flag') return found;
  throw new TiebreakError('bad-input', `This answer is ${found.annotator}'s own. Nothing was changed.`);
}

function withTexts(store: ReadingStore, found: Omit<StoredAnswer, 'revokedAt'>): GivenAnswer {
  const { key, answer, annotator, createdAt, durationMs, note } = found;
  return { ...pairWithTexts(store, found), key, answer, annotator, createdAt, durationMs, note };
}

function pairOf({ postId, leftId, rightId }: Pair): Pair {
  return { postId, leftId, rightId };
}

function answeredAlready(): TiebreakError {
  const message =
    'You have answered this pair already, perhaps in another window: that answer stands, and nothing was changed. Go on with the next pair.';
  return new TiebreakError('busy', message);
}
