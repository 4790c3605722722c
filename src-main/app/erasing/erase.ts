import { rm } from 'node:fs/promises';
import { append } from '../../common/lists.ts';
import { counted } from '../../common/words.ts';
import type { CallHooks } from '../../contract/calls.ts';
import type {
  Correction,
  Erasable,
  ErasedAmount,
  ErasePlan,
  EraseReport,
  EraseTarget,
  Erasure,
} from '../../contract/erasing.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { commentKinds, type TaskKind } from '../../contract/tasks.ts';
import { postInput } from '../../recipe/pairs.ts';
import { correctComment, correctPost } from '../../store/correct.ts';
import {
  eraseAnswersOf,
  erase as eraseFound,
  eraseSamples,
  eraseVectors,
  eraseWaitingOf,
  setDataErased,
} from '../../store/erase.ts';
import { allowErased, beginErasure, listErasures } from '../../store/erased.ts';
import { learnersFrom } from '../../store/erased-from-models.ts';
import {
  commentsWith,
  countAnswers,
  countComments,
  type ErasedText,
  nothingToErase,
  postsToErase,
  type ToErase,
  textsToErase,
  waitingOf,
} from '../../store/find-erasable.ts';
import { listPostIds } from '../../store/post-list.ts';
import { listReportPages } from '../../store/report-pages.ts';
import type { House, WritingHouse } from '../kernel/house.ts';
import { withLock, withLockNow } from '../kernel/lock.ts';
import { refuseWhile } from '../kernel/tasks.ts';
import { createPauses, inSlices } from '../kernel/time-slices.ts';
import { runFolder } from '../runs/run-folders.ts';
import { changeSettings, settingsOf } from '../settings/settings.ts';
import { findErasable, type Pauses } from './found.ts';
import { olderCopies } from './older-copies.ts';
import { type Holds, holdsAny, removePassing, runsWith } from './traces.ts';
import { wipe } from './wipe.ts';

/**
 * A person's right to be forgotten: a post, a comment, or all that somebody wrote or answered goes for good, wherever the data folder has it.
 * What is left are models, older backups, and marks by which an import of the same file leaves it out.
 */

/** Texts of which a plan shows the beginning. */
const shown = 5;

/** What erasing something would come to. Nothing is changed. */
export async function planErasure(house: House, target: EraseTarget, hooks: CallHooks): Promise<ErasePlan> {
  const pause = createPauses(hooks.signal);
  const to = await findErasable(house, target, pause);
  const { amount, texts, ...about } = await lookInto(house, target, to, pause);
  return { ...amount, ...about, first: texts.slice(0, shown).map(({ title, text }) => (title ?? text).slice(0, 200)) };
}

/** The same of a correction: which models learned from the text as it was, and what holds it still. */
export async function planCorrection(
  house: House,
  { of, id }: Pick<Correction, 'of' | 'id'>,
  hooks: CallHooks,
): Promise<ErasePlan> {
  const pause = createPauses(hooks.signal);
  const to = only(of, id);
  const { texts, ...about } = await lookInto(house, null, to, pause);
  const amount = { posts: 0, texts: 0, comments: 0, answers: 0 };
  return { ...about, ...amount, first: texts.slice(0, 1).map(({ title, text }) => (title ?? text).slice(0, 200)) };
}

function only(of: Correction['of'], id: number): ToErase {
  const to = nothingToErase();
  (of === 'post' ? to.texts : to.comments).add(id);
  return to;
}

type LookedInto = Omit<ErasePlan, keyof ErasedAmount | 'first'> & {
  readonly amount: ErasedAmount;
  readonly texts: readonly ErasedText[];
  readonly holds: Holds;
};

async function lookInto(house: House, target: EraseTarget | null, to: ToErase, pause: Pauses): Promise<LookedInto> {
  const { store } = house;
  const answeredBy = target?.kind === 'person' && target.answered ? target.name : null;
  const texts: ErasedText[] = [];
  for (const text of textsToErase(store, to)) {
    texts.push(text);
    await pause();
  }
  const waiting = target?.kind === 'person' && target.wrote ? waitingOf(store, target.name) : [];
  append(texts, waiting);
  const models = new Set<string>();
  for (const name of learnersFrom(store, to, answeredBy)) {
    if (name !== null) models.add(name);
    await pause();
  }
  const holds = holdsAny(texts);
  const reports = listReportPages(store).filter(({ text }) => texts.some((gone) => quotes(text, gone)));
  return {
    amount: {
      posts: to.posts.size + waiting.length,
      texts: to.texts.size,
      comments: countComments(store, to),
      answers: countAnswers(store, to, answeredBy),
    },
    texts,
    holds,
    models: [...models],
    runs: await runsWith(house, holds, pause),
    reports: reports.map(({ name }) => name),
    copies: await olderCopies(house),
  };
}

const quotes = (report: string, { text }: ErasedText): boolean => text.length >= 12 && report.includes(text);

/** Erases it. @throws TiebreakError not-found; nothing-to-do where there is nothing of it; busy while anything reads or writes comments */
export async function erase(house: House, target: EraseTarget, hooks: CallHooks): Promise<EraseReport> {
  refuseOthers(house);
  return withLock(house, 'erasing for good', async (writing) => {
    const pause = createPauses();
    const to = await findErasable(writing, target, pause);
    const about = await lookInto(writing, target, to, pause);
    const { amount } = about;
    if (target.kind === 'person' && amount.posts + amount.texts + amount.comments + amount.answers === 0) {
      throw new TiebreakError('nothing-to-do', nothingOf(target));
    }
    const erasure = beginErasure(writing.store, target.kind, new Date().toISOString());
    const total = amount.posts + amount.texts + amount.comments + 1;
    let done = 0;
    const step = async (): Promise<void> => {
      done += 1;
      hooks.onProgress?.({ phase: 'erase', done: Math.min(done, total), total, speed: null, secondsLeft: null });
      await pause();
    };
    try {
      for (const _ of eraseFound(writing.store, erasure, to)) await step();
      if (target.kind === 'person') await erasePerson(writing, erasure, target, step);
      return await eraseTraces(writing, erasure, about, hooks, pause);
    } finally {
      tellAll(writing);
    }
  });
}

async function erasePerson(
  house: WritingHouse,
  erasure: number,
  { name, wrote, answered }: Extract<EraseTarget, { kind: 'person' }>,
  step: () => Promise<void>,
): Promise<void> {
  if (wrote) eraseWaitingOf(house.store, erasure, name);
  if (!answered) return;
  for (const _ of eraseAnswersOf(house.store, erasure, name)) await step();
  if (settingsOf(house).annotator === name) changeSettings(house, { annotator: 'me' });
}

function nothingOf({ name, wrote, answered }: Extract<EraseTarget, { kind: 'person' }>): string {
  const what = wrote && answered ? 'wrote or answered anything' : wrote ? 'wrote anything' : 'answered anything';
  return `Nobody of the name ${name} ${what} here: names are compared letter by letter. Nothing was changed.`;
}

/** Puts another text in the place of one, for good. @throws TiebreakError not-found, bad-input, busy */
export async function correct(house: House, correction: Correction, hooks: CallHooks): Promise<EraseReport> {
  refuseOthers(house);
  return withLock(house, 'correcting a text', async (writing) => {
    const pause = createPauses();
    const { of, id, text, title } = correction;
    const about = await lookInto(writing, null, only(of, id), pause);
    const old = about.texts[0];
    if (old && old.text === text && (title === undefined || title === old.title)) {
      throw new TiebreakError('nothing-to-do', 'The text is this one already. Nothing was changed.');
    }
    const erasure = writing.store.db.transaction(() => {
      const number = beginErasure(writing.store, 'correction', new Date().toISOString());
      if (of === 'comment') correctComment(writing.store, number, id, text);
      else correctPost(writing.store, number, id, { text, ...(title === undefined ? {} : { title }) });
      return number;
    })();
    try {
      return await eraseTraces(writing, erasure, about, hooks, pause);
    } finally {
      tellAll(writing);
    }
  });
}

/** Removes what is left of texts elsewhere than in their own rows, and at last from the file itself. */
async function eraseTraces(
  house: WritingHouse,
  erasure: number,
  about: LookedInto,
  hooks: CallHooks,
  pause: Pauses,
): Promise<EraseReport> {
  const { texts, holds, runs } = about;
  for (const post of texts) {
    if (post.kind !== 'post') continue;
    eraseVectors(house.store, [postInput(post, 'post'), postInput(post, 'none')]);
    await pause();
  }
  for (const _ of eraseSamples(house.store, holds)) await pause();
  for (const run of runs) {
    await rm(runFolder(house, run), { recursive: true, force: true });
    setDataErased(house.store, run);
  }
  await removePassing(house);
  hooks.onProgress?.({ phase: 'wipe', done: 0, total: null, speed: null, secondsLeft: null });
  const wiped = await wipe(house, {});
  const { models, reports, copies } = about;
  const { posts, texts: blanked, comments, answers } = listErasures(house.store).find(({ id }) => id === erasure)!;
  return { erasure, posts, texts: blanked, comments, answers, models, runs, reports, copies, wiped };
}

function refuseOthers(house: House): void {
  refuseWhile(
    house,
    (kind: TaskKind) => (commentKinds.includes(kind) && kind !== 'erase') || kind === 'fetch' || kind === 'model-fetch',
  );
}

function tellAll({ changes }: House): void {
  changes.tell('posts', 'answers', 'rewards', 'models', 'runs', 'imports', 'settings');
}

/** Starts erasing, and gives the number of the task. */
export function startErase(house: House, target: EraseTarget): number {
  refuseOthers(house);
  const title = {
    post: 'Deleting a post for good',
    comment: 'Deleting a comment for good',
    person: 'Erasing a person',
  };
  return house.tasks.start('erase', title[target.kind], (hooks) => erase(house, target, hooks));
}

/** Starts a correction, and gives the number of the task. */
export function startCorrection(house: House, correction: Correction): number {
  refuseOthers(house);
  return house.tasks.start('erase', `Correcting a ${correction.of}`, (hooks) => correct(house, correction, hooks));
}

/** What was erased so far: how much, never what. */
export const erasuresOf = ({ store }: House): readonly Erasure[] => listErasures(store);

/** Lets what was erased come in again with an import. @throws TiebreakError not-found */
export function allowAgain(house: House, erasure: number): void {
  house.changes.tell('imports');
  const known = withLockNow(house, 'allowing what was erased', ({ store }) =>
    allowErased(store, erasure, new Date().toISOString()),
  );
  if (known) return;
  const { length } = listErasures(house.store);
  const message = `There is no erasure ${erasure}: there are ${counted(length, 'one', 'ones')}. Nothing was changed.`;
  throw new TiebreakError('not-found', message);
}

/** As many as are shown of a search. */
const found = 20;

/** Posts that a search finds, or comments whose text has these words, letter by letter. */
export async function findByWords(
  { store }: House,
  { of, search }: { readonly of: 'post' | 'comment'; readonly search: string },
  { signal }: CallHooks,
): Promise<readonly Erasable[]> {
  if (of === 'post') return postsToErase(store, listPostIds(store, { search }, {}, found));
  return inSlices(commentsWith(store, search, found), signal);
}
