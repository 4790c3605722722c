import { append } from '../../common/lists.ts';
import { listKinds, waysOfChoosing } from '../../contract/records.ts';
import type { Random } from '../../labeling/next-pair.ts';
import type { ReadingStore, WritingStore } from '../../store/open.ts';
import { commentsAreThere, isOpen, isOpenAgain } from '../../store/open-pairs.ts';
import { readSetting, writeSetting } from '../../store/settings.ts';
import { type Question, sameComments } from './finding.ts';

/**
 * The questions that were handed out and not answered. They stand in the database, so that whoever opens the house again goes
 * on with what was on the screen.
 */
export type QuestionQueue = {
  /**
   * The next questions of a kind for a tab.
   * @param find another one, with those that must not come
   * @param stays whether one that was handed out before may come again; without it all may
   */
  readonly next: (
    store: WritingStore,
    annotator: string,
    tab: string,
    kind: Question['kind'],
    count: number,
    find: (reserved: readonly Question[]) => Question | null,
    stays?: (question: Question) => boolean,
  ) => readonly Question[];
  /** Of the pairs that a tab has, only the first stays with it. */
  readonly keepFirst: (store: WritingStore, tab: string) => void;
  /** The question that was handed out with these comments, in any order, whichever tab has it. */
  readonly find: (store: ReadingStore, shown: readonly number[]) => Question | undefined;
  /** Takes an answered question out, whichever tab had it. */
  readonly settle: (store: WritingStore, tab: string, shown: readonly number[]) => void;
  /** Puts a question first for a tab, as it was shown. */
  readonly putFirst: (store: WritingStore, tab: string, question: Question) => void;
};

type Tab = { readonly questions: readonly Question[]; readonly seenAt: number };

/** A tab that was silent for so long is thought to be closed. */
const silence = 10 * 60_000;
/** Where handed-out questions are kept among the settings; no setting that a person could change. */
const place = 'handedOut';

/** Numbers from the system's source of randomness, so that nothing can foresee the sides. */
export const cryptoRandom: Random = () => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;

export function createQuestionQueue(): QuestionQueue {
  /** The tab heard of last stands last. */
  const tabs = new Map<string, Tab>();
  /** Questions whose tab is gone: whoever asks first gets them. */
  let waiting: readonly Question[] = [];
  let readFrom: ReadingStore | null = null;
  let kept = '';

  /** A backup that is put in place brings another store. */
  const read = (store: ReadingStore): void => {
    if (readFrom === store) return;
    tabs.clear();
    const value = readSetting(store, place);
    waiting = Array.isArray(value) ? value.filter(isQuestion) : [];
    kept = JSON.stringify(waiting);
    readFrom = store;
  };
  const write = (store: WritingStore): void => {
    const questions = [...[...tabs.values()].reverse().flatMap((tab) => tab.questions), ...waiting];
    const text = JSON.stringify(questions);
    if (text === kept) return;
    writeSetting(store, place, questions);
    kept = text;
  };
  const hear = (tab: string, questions: readonly Question[]): void => {
    tabs.delete(tab);
    tabs.set(tab, { questions, seenAt: performance.now() });
  };
  const lapse = (asking: string): void => {
    for (const [name, tab] of tabs) {
      if (name === asking || tab.seenAt > performance.now() - silence) continue;
      tabs.delete(name);
      waiting = [...waiting, ...tab.questions];
    }
  };
  const remove = (shown: readonly number[]): void => {
    const without = (questions: readonly Question[]) => questions.filter((known) => !sameComments(known.shown, shown));
    for (const [name, tab] of tabs) tabs.set(name, { ...tab, questions: without(tab.questions) });
    waiting = without(waiting);
  };

  return {
    next: (store, annotator, tab, kind, count, find, stays = () => true) => {
      read(store);
      lapse(tab);
      const open = (question: Question): boolean =>
        isOpenFor(store, annotator, question) && (question.kind !== kind || stays(question));
      const known = (tabs.get(tab)?.questions ?? []).filter(open);
      waiting = waiting.filter(open);
      const own = known.filter((question) => question.kind === kind);
      const taken = waiting.filter((question) => question.kind === kind).slice(0, Math.max(0, count - own.length));
      waiting = waiting.filter((question) => !taken.includes(question));
      append(own, taken);
      const others = known.filter((question) => question.kind !== kind);
      const reserved = [...[...tabs.values()].flatMap(({ questions }) => questions), ...waiting, ...taken];
      while (own.length < count) {
        const found = find(reserved);
        if (!found) break;
        own.push(found);
        reserved.push(found);
      }
      hear(tab, [...own, ...others]);
      write(store);
      return own.slice(0, count);
    },
    keepFirst: (store, tab) => {
      read(store);
      const questions = tabs.get(tab)?.questions ?? waiting;
      const first = questions.find(({ kind }) => kind === 'pair');
      const kept = questions.filter((question) => question === first || question.kind !== 'pair');
      if (tabs.has(tab)) hear(tab, kept);
      else waiting = kept;
    },
    find: (store, shown) => {
      read(store);
      const all = [...[...tabs.values()].flatMap(({ questions }) => questions), ...waiting];
      return all.find((known) => sameComments(known.shown, shown));
    },
    settle: (store, tab, shown) => {
      read(store);
      remove(shown);
      hear(tab, tabs.get(tab)?.questions ?? []);
      write(store);
    },
    putFirst: (store, tab, question) => {
      read(store);
      remove(question.shown);
      hear(tab, [question, ...(tabs.get(tab)?.questions ?? [])]);
      write(store);
    },
  };
}

/** Whether a question can still be asked. */
function isOpenFor(store: ReadingStore, annotator: string, { kind, postId, shown, chosenBy }: Question): boolean {
  if (kind !== 'pair') return commentsAreThere(store, postId, shown);
  const pair = { postId, leftId: shown[0]!, rightId: shown[1]! };
  return chosenBy === 'again' ? isOpenAgain(store, annotator, pair) : isOpen(store, annotator, pair);
}

function isQuestion(value: unknown): value is Question {
  const { kind, postId, shown, chosenBy, chance } = (value ?? {}) as Partial<Question>;
  return (
    (kind === 'pair' || listKinds.some((known) => known === kind)) &&
    Number.isSafeInteger(postId) &&
    Array.isArray(shown) &&
    shown.every(Number.isSafeInteger) &&
    shown.length >= 2 &&
    waysOfChoosing.some((way) => way === chosenBy) &&
    (chance === null || typeof chance === 'number')
  );
}
