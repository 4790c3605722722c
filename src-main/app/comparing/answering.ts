import { fewestForTraining } from '../../common/more-answers-words.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Answer, Choice } from '../../contract/records.ts';
import type { ComparePair, CompareSummary, MoreExpected, RecentAnswers, ShownAnswer } from '../../contract/views.ts';
import { paceOf } from '../../labeling/pace.ts';
import {
  addAnswer,
  answersOnPair,
  answerTimes,
  countAnswers,
  countSkipped,
  findAnswer,
  flaggedAnswers,
  type Pair,
  recentAnswers,
  revokeAnswer,
  skippedAnswers,
} from '../../store/answers.ts';
import { chosenPosts } from '../../store/chosen-posts.ts';
import { confirmLabel } from '../../store/labels.ts';
import { newestModel } from '../../store/models.ts';
import type { ReadingStore, WritingStore } from '../../store/open.ts';
import { countOpenPairs, isOpen, isOpenAgain, pairWithTexts } from '../../store/open-pairs.ts';
import { recentListAnswers } from '../../store/questions.ts';
import { lastMoreAnswers } from '../../store/runs.ts';
import { countAnswersSince, soFarOf } from '../../store/so-far.ts';
import { createChooser } from '../choosing/choosing.ts';
import type { Question } from '../choosing/finding.ts';
import { staysAsked } from '../choosing/narrow.ts';
import { createQuestionQueue, cryptoRandom, type QuestionQueue } from '../choosing/queue.ts';
import type { House } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { settingsOf } from '../settings/settings.ts';
import { keepAnswer, writeAnswers } from './keep-answer.ts';
import { type ComparingLists, comparingLists, listShown } from './lists.ts';

type TabAnswer = Pair & {
  readonly tab: string;
  readonly key: string;
  readonly choice: Choice;
  readonly much: boolean;
  readonly durationMs: number | null;
  readonly note: string;
};

/** What the compare view does, for the person whose name stands in the settings. */
export type Comparing = {
  /** The next pairs for a tab, those it has and did not answer first; `anew`, of these only the first. */
  readonly nextPairs: (tab: string, count: number, anew?: boolean) => Promise<readonly ComparePair[]>;
  /** Keeps an answer; on disk when it resolves. Throws TiebreakError answered where this person's answer on the pair counts already. */
  readonly add: (given: TabAnswer) => Promise<Answer>;
  /**
   * Puts a pair first for a tab. Throws TiebreakError answered where this person was asked it before; with `again`, where they were asked it
   * twice.
   */
  readonly ask: (question: {
    readonly tab: string;
    readonly postId: number;
    readonly one: number;
    readonly other: number;
    readonly again?: boolean | undefined;
  }) => Promise<void>;
  /** Takes an answer back; its pair comes first again for the tab that is named, unless it was a verdict. */
  readonly revoke: (key: string, tab: string | undefined) => Promise<ShownAnswer>;
  /** What the person skipped, the newest first, and how many pairs that are. */
  readonly skipped: (limit: number) => { readonly pairs: readonly ShownAnswer[]; readonly total: number };
  /** Takes back what the person skipped and puts it first for a tab, as it was shown; gives how many pairs that are. */
  readonly askSkipped: (tab: string) => Promise<{ readonly pairs: number }>;
  /** Replaces an answer by another one on the same pair; somebody else's flag by an answer of this person. */
  readonly change: (key: string, choice: Choice, note: string) => Promise<ShownAnswer>;
  /** Notes that an answer was looked at again and stays. */
  readonly confirm: (key: string) => Promise<void>;
  readonly recent: (limit: number, before: string | undefined) => RecentAnswers;
  readonly summary: () => CompareSummary;
} & ComparingLists;

/** Times looked at for the pace. */
const longestStretch = 1_000;

export function createComparing(house: House, queue: QuestionQueue = createQuestionQueue()): Comparing {
  const person = (): string => settingsOf(house).annotator;
  const chooser = createChooser(house, cryptoRandom);
  return {
    ...comparingLists(house, queue, chooser),
    nextPairs: (tab, count, anew = false) =>
      withLock(house, 'comparing', ({ store }) => {
        if (anew) queue.keepFirst(store, tab);
        const find = (reserved: readonly Question[]) => chooser.find('pair', reserved);
        return queue
          .next(store, person(), tab, 'pair', count, find, staysAsked(house))
          .map((question) => pairWithTexts(store, pairIn(question)));
      }),
    add: ({ tab, ...given }) => {
      const shown = [given.leftId, given.rightId];
      return keepAnswer(
        house,
        { ...given, annotator: person(), origin: 'compare' },
        {
          question: queue.find(house.store, shown),
          settle: (store) => queue.settle(store, tab, shown),
        },
      );
    },
    ask: ({ tab, postId, one, other, again = false }) =>
      withLock(house, 'comparing', ({ store }) => {
        const sides = cryptoRandom() < 0.5 ? { leftId: one, rightId: other } : { leftId: other, rightId: one };
        const pair = { postId, ...sides };
        const shown = [pair.leftId, pair.rightId];
        const open = isOpen(store, person(), pair);
        if (!open && !(again && isOpenAgain(store, person(), pair))) {
          const often = again ? 'again before' : 'before';
          const message = `You were asked this pair ${often}, it has a verdict, or it is gone. Choose another question.`;
          throw new TiebreakError('answered', message);
        }
        queue.putFirst(store, tab, { kind: 'pair', postId, shown, chosenBy: open ? 'picked' : 'again', chance: null });
      }),
    revoke: (key, tab) =>
      writeAnswers(house, (store) => {
        const known = ownAnswer(store, key, person());
        revokeAnswer(store, key);
        if (tab !== undefined && !known.revokedAt && !known.verdict) queue.putFirst(store, tab, questionOf(known));
        return withTexts(store, known);
      }),
    skipped: (limit) => {
      const { store } = house;
      const skipped = skippedAnswers(store, person());
      const newest = skipped.toReversed().slice(0, limit);
      return { pairs: newest.map((found) => withTexts(store, found)), total: skipped.length };
    },
    askSkipped: (tab) =>
      writeAnswers(house, (store) => {
        const skipped = skippedAnswers(store, person());
        // Each is put before those that are there.
        for (const known of skipped.toReversed()) {
          revokeAnswer(store, known.key);
          queue.putFirst(store, tab, questionOf(known));
        }
        return { pairs: skipped.length };
      }),
    change: (key, choice, untrimmed) =>
      writeAnswers(house, (store) => {
        const note = untrimmed.trim();
        const known = ownAnswer(store, key, person());
        if (known.revokedAt) {
          throw new TiebreakError('bad-input', 'This answer was taken back before, so it was not changed.');
        }
        if (known.choice === choice && known.note === note) return withTexts(store, known);
        const createdAt = new Date().toISOString();
        revokeAnswer(store, key, createdAt);
        if (known.annotator !== person() && choice !== 'flag') {
          return withTexts(store, answerInstead(store, known, { annotator: person(), choice, note, createdAt }));
        }
        if (known.verdict && (choice === 'skip' || choice === 'flag')) {
          throw new TiebreakError(
            'bad-input',
            'A verdict says which comment is better, or that neither is. It stands as it was.',
          );
        }
        // How it came about stays; how much better the chosen one is was said of the other choice.
        const { annotator, durationMs, again, verdict, chosenBy, chance, question } = known;
        const kept = { annotator, durationMs, again, verdict, chosenBy, chance, question };
        const said = { ...pairOf(known), ...kept, choice, note, createdAt };
        return withTexts(store, addAnswer(store, { ...said, origin: 'compare' }).answer);
      }),
    confirm: (key) =>
      writeAnswers(house, (store) => {
        const { id, choice } = ownAnswer(store, key, person());
        if (choice !== 'skip' && choice !== 'flag') confirmLabel(store, id, new Date().toISOString());
      }),
    recent: (limit, before) => {
      const { store } = house;
      const answers = recentAnswers(store, person(), limit, before);
      const lists = recentListAnswers(store, person(), limit, before);
      // Both go back as far: to the last of so many.
      const places = [...answers, ...lists].map(({ orderedAt }) => orderedAt).sort();
      const last = places.at(-limit) ?? '';
      return {
        answers: answers
          .filter(({ orderedAt }) => orderedAt >= last)
          .map((found) => ({ ...withTexts(store, found), orderedAt: found.orderedAt })),
        lists: lists
          .filter(({ orderedAt }) => orderedAt >= last)
          .map((found) => ({ ...listShown(store, found), orderedAt: found.orderedAt })),
      };
    },
    summary: () => summaryOf(house),
  };
}

/** Pairs that anybody flagged, the newest first. */
export function flaggedPairs({ store }: House, limit: number): readonly ShownAnswer[] {
  return flaggedAnswers(store, limit).map((found) => withTexts(store, found));
}

function summaryOf(house: House): CompareSummary {
  const { store } = house;
  const { annotator, goal, only } = settingsOf(house);
  const chosen = only === null ? null : chosenPosts(store);
  const counts = countAnswers(store, annotator, new Date(new Date().setHours(0, 0, 0, 0)).toISOString());
  const model = newestModel(store, 'reward');
  // A training knows what there was when it began.
  const trained = model && soFarOf(store, model.runId === null ? 'models' : 'runs', model.runId ?? model.id);
  const answers = countAnswersSince(store, trained ?? { lastLabel: 0, lastImport: 0 });
  const known = answers.all - answers.since;
  return {
    today: counts.since,
    total: counts.total,
    goal,
    pace: paceOf(answerTimes(store, annotator, longestStretch)),
    pairsLeft: countOpenPairs(store, annotator),
    only: chosen && { posts: chosen.ids.length, pairsLeft: countOpenPairs(store, annotator, chosen) },
    skipped: countSkipped(store, annotator),
    sinceTraining: answers.since,
    trained: model !== null,
    retrain: answers.since >= Math.max(fewestForTraining, known / 10),
    more: moreExpected(house),
  };
}

/** What more answers would bring, by the last quick training that measured it; null without one. */
export function moreExpected({ store }: House): MoreExpected | null {
  const last = lastMoreAnswers(store);
  return last && { ...last.more, since: countAnswersSince(store, soFarOf(store, 'runs', last.run)).since };
}

/** A person takes back and changes what is their own; a flag may be lifted by anybody. */
function ownAnswer(store: ReadingStore, key: string, annotator: string): Answer {
  const found = findAnswer(store, key);
  if (!found) throw new TiebreakError('not-found', 'This answer is not there. Nothing was changed.');
  if (found.annotator === annotator || found.choice === 'flag') return found;
  throw new TiebreakError('bad-input', `This answer is ${found.annotator}'s own. Nothing was changed.`);
}

/** A person answers a pair that somebody else flagged, in the place of what they said of it before. */
function answerInstead(
  store: WritingStore,
  flagged: Answer,
  said: Pick<Answer, 'annotator' | 'choice' | 'note' | 'createdAt'>,
): Answer {
  const earlier = answersOnPair(store, said.annotator, flagged).filter(({ verdict }) => !verdict);
  for (const { key } of earlier) revokeAnswer(store, key, said.createdAt);
  return addAnswer(store, { ...pairOf(flagged), ...said, origin: 'compare' }).answer;
}

/** An answer with the texts it is about. */
export function withTexts(store: ReadingStore, found: Answer): ShownAnswer {
  const { key, choice, much, annotator, origin, createdAt, durationMs, note, verdict } = found;
  return { ...pairWithTexts(store, found), key, choice, much, annotator, origin, createdAt, durationMs, note, verdict };
}

const pairIn = ({ postId, shown }: Question): Pair => ({ postId, leftId: shown[0]!, rightId: shown[1]! });

const questionOf = ({ postId, leftId, rightId, chosenBy, chance }: Answer): Question => ({
  kind: 'pair',
  postId,
  shown: [leftId, rightId],
  chosenBy: chosenBy ?? 'random',
  chance,
});

function pairOf({ postId, leftId, rightId }: Pair): Pair {
  return { postId, leftId, rightId };
}
