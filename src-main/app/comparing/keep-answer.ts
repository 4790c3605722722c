import type { z } from 'zod';
import type * as calls from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Answer, Choice } from '../../contract/records.ts';
import { addAnswer, answersOnPair, findAnswer, type Pair, revokeAnswer } from '../../store/answers.ts';
import { inDurableTransaction, type WritingStore } from '../../store/open.ts';
import { findPostAlone } from '../../store/posts.ts';
import type { Question } from '../choosing/finding.ts';
import type { House } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';

/** What a person says of a pair, and the door it came through. */
export type GivenAnswer = Pair & {
  readonly choice: Choice;
  readonly annotator: string;
  readonly origin: 'compare' | 'terminal';
  /** A new one where it is not said. An answer whose key is there already is not kept again. */
  readonly key?: string | undefined;
  readonly durationMs?: number | null | undefined;
  readonly note?: string | undefined;
  /** The pair was asked again on purpose: the earlier answer goes on counting, and this one is marked. */
  readonly again?: boolean | undefined;
  readonly much?: boolean | undefined;
  /** This is said instead of what the person said of the pair before, which is taken back. */
  readonly instead?: boolean | undefined;
  /** It settles the pair, beside what the person answered on it before. */
  readonly verdict?: boolean | undefined;
};

/**
 * Keeps an answer, whichever door it came through; on disk when it resolves, and every page is told. A person has one answer on
 * a pair, whichever comment was left: another one is refused, TiebreakError answered, but where it is given `again` or `instead`.
 * A verdict is another kind: one of them a person and pair, beside the answer.
 * @param handedOut how the question came to be asked, and what takes it out of those that were handed out: with the answer, all or nothing
 */
export function keepAnswer(
  house: House,
  given: GivenAnswer,
  handedOut?: { readonly question: Question | undefined; readonly settle: (store: WritingStore) => void },
): Promise<Answer> {
  return writeAnswers(house, (store) => {
    const known = given.key === undefined ? undefined : findAnswer(store, given.key);
    if (known) return known;
    const { chosenBy = null, chance = null } = handedOut?.question ?? {};
    const verdict = given.verdict ?? false;
    const earlier = answersOnPair(store, given.annotator, given).filter((one) => one.verdict === verdict);
    const onPurpose = given.again || given.instead || chosenBy === 'again';
    if (earlier.length > 0 && !onPurpose) throw answeredAlready(given, earlier.at(-1)!);
    const createdAt = new Date().toISOString();
    const taken = given.instead ? earlier : [];
    for (const { key } of taken) revokeAnswer(store, key, createdAt);
    const note = given.note?.trim();
    const again = earlier.length > taken.length;
    const much = given.much === true && (given.choice === 'left' || given.choice === 'right');
    const { answer } = addAnswer(store, { ...given, note, again, much, chosenBy, chance, createdAt });
    handedOut?.settle(store);
    return answer;
  });
}

/** The same for an answer that names its post by number or id, and its comments by number: the terminal's. */
export function addAnswerByNumber(
  house: House,
  { post, chosen, rejected, tie, annotator, change, verdict }: z.output<typeof calls.addAnswerCall>,
): Promise<Answer> {
  const { id } = findPostAlone(house.store, post);
  const choice = tie ? 'tie' : 'left';
  const pair = { postId: id, leftId: chosen, rightId: rejected };
  return keepAnswer(house, { ...pair, choice, annotator, origin: 'terminal', instead: change, verdict });
}

/** Writes answers under the lock, all or nothing, and on the disk before it resolves; then every page is told. */
export async function writeAnswers<T>(house: House, work: (store: WritingStore) => T): Promise<T> {
  const result = await withLock(house, 'keeping an answer', ({ store }) =>
    inDurableTransaction(store, () => work(store)),
  );
  house.changes.tell('answers');
  return result;
}

function answeredAlready({ annotator, origin }: GivenAnswer, { choice, ...earlier }: Answer): TiebreakError {
  if (origin === 'compare' && earlier.verdict) {
    const message =
      'You have given a verdict on this pair already, perhaps in another window: it stands, and nothing was changed. Go on with the next pair, or change it under Recent answers.';
    return new TiebreakError('answered', message);
  }
  if (origin === 'compare') {
    const message =
      'You have answered this pair already, perhaps in another window: that answer stands, and nothing was changed. Go on with the next pair, or change it under Recent answers.';
    return new TiebreakError('answered', message);
  }
  const said = {
    left: `comment ${earlier.leftId} is better`,
    right: `comment ${earlier.rightId} is better`,
    tie: 'a tie',
    bad: 'both are bad',
    skip: 'skipped',
    flag: 'flagged',
  }[choice];
  const message = `${annotator} has ${earlier.verdict ? 'given a verdict on' : 'answered'} this pair already (${said}): that ${earlier.verdict ? 'verdict' : 'answer'} stands, and nothing was changed. Add --change to say this instead, or change it in the app, as ${annotator}, under Recent answers.`;
  return new TiebreakError('answered', message);
}
