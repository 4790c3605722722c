import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Model } from '../../contract/records.ts';
import { joinedOf, type Meaning, mostJoined } from '../../labeling/joined.ts';
import { meaningOf } from '../../labeling/meaning.ts';
import { isOneOf } from '../../labeling/next-pair.ts';
import { commentCount } from '../../store/first-comments.ts';
import {
  countWithoutGain,
  emptiedGains,
  type Gain,
  gainsRestOn,
  isUnscored,
  isUntouched,
  postsWithoutGain,
  removeSomeGains,
  rewardsOfPost,
  setGains,
  setGainsRestOn,
} from '../../store/gains.ts';
import { answersOfPost } from '../../store/labels.ts';
import { findKeptModel } from '../../store/models.ts';
import type { ReadingStore, WritingStore } from '../../store/open.ts';
import { pairsOfPostFor, postIdRange } from '../../store/open-pairs.ts';
import { countDisagreements } from '../../store/post-list.ts';
import type { House } from '../kernel/house.ts';
import { withLock, withLockNow } from '../kernel/lock.ts';
import { createPauses } from '../kernel/time-slices.ts';
import { settingsOf } from '../settings/settings.ts';

/**
 * What one more answer of the person would tell of the order of each post. It is reckoned for all posts once a model has scored all comments, and kept;
 * triggers of the store empty what an answer, a comment or a reward changes, and that is reckoned anew when the list is next read.
 */

/** Posts are reckoned and kept together for so long, in ms: nothing comes in between that they rest on. */
const together = 10;
/** Numbers of posts that are looked at for those that lack a gain at once, and gains that are removed at once. */
const rangeSize = 2_000;
/** Posts that are reckoned anew when the list is read; a task does more. */
const atOnce = 200;
const tellEveryMs = 400;

/** What gains rest on beside rewards and answers. */
type RestsOn = { readonly meaning: Meaning; readonly annotator: string };

const restsOn = (house: House, model: Model): RestsOn => ({
  meaning: meaningOf(findKeptModel(house.store, model.id)),
  annotator: settingsOf(house).annotator,
});

/** How many posts the list lacks: those with comments that are not scored, new ones, and all where another person answers or the model was calibrated anew. */
export function waitingPosts(house: House, model: Model): number {
  return countWithoutGain(house.store, model.id);
}

/**
 * Reckons anew what answers have changed since the list was last read, where that is little and no other process writes. Where it rests on
 * something else now, all gains are left out of the list, until they are reckoned.
 */
export async function renewGains(house: House, model: Model, signal: AbortSignal | undefined): Promise<void> {
  const { store } = house;
  const rest = restsOn(house, model);
  const known = gainsRestOn(store, model.id);
  if (known === null) return;
  try {
    if (known !== JSON.stringify(rest)) {
      await withLock(house, weighing, (writing) => forgetGains(writing.store, model, signal));
      return;
    }
    const emptied = emptiedGains(store, model.id, atOnce);
    const pause = createPauses(signal);
    for (let done = 0; done < emptied.length; await pause()) {
      done += withLockNow(house, weighing, (writing) => weighSome(writing.store, model, rest, emptied.slice(done)));
    }
  } catch (error) {
    if (!(error instanceof TiebreakError) || error.code !== 'busy') throw error;
  }
}

/**
 * Reckons what every post lacks whose comments all have a reward, and says how many it reckoned.
 * @throws TiebreakError cancelled: what was reckoned by then is kept
 */
export async function weighPosts(house: House, model: Model, { onProgress, signal }: CallHooks): Promise<number> {
  const total = countWithoutGain(house.store, model.id);
  const rest = restsOn(house, model);
  const isKnown = gainsRestOn(house.store, model.id) === JSON.stringify(rest);
  if (total === 0 && isKnown) return 0;
  return withLock(house, weighing, async ({ store }) => {
    if (!isKnown) {
      await forgetGains(store, model, signal);
      setGainsRestOn(store, model.id, JSON.stringify(rest));
    }
    const pause = createPauses(signal);
    const begun = performance.now();
    let [done, told] = [0, begun];
    onProgress?.({ phase: 'weigh', done, total, speed: null, secondsLeft: null });
    const range = postIdRange(store);
    try {
      for (let after = (range?.first ?? 1) - 1; after < (range?.last ?? 0); after += rangeSize) {
        const lacking = postsWithoutGain(store, model.id, { after, last: after + rangeSize });
        for (let at = 0; at < lacking.length; await pause()) {
          const some = weighSome(store, model, rest, lacking.slice(at));
          at += some;
          done += some;
          const now = performance.now();
          if (now - told < tellEveryMs) continue;
          told = now;
          house.changes.tell('rewards');
          const speed = (1000 * done) / (now - begun);
          onProgress?.({ phase: 'weigh', done, total, speed: null, secondsLeft: Math.max(0, total - done) / speed });
        }
        await pause();
      }
    } finally {
      house.changes.tell('rewards');
    }
    return done;
  });
}

/** The same where posts were weighed before: after something has changed that their gains rest on. Another process that writes is not waited for. */
export async function weighAnew(house: House, model: Model, hooks: CallHooks): Promise<void> {
  if (gainsRestOn(house.store, model.id) === null) return;
  try {
    await weighPosts(house, model, hooks);
  } catch (error) {
    if (!(error instanceof TiebreakError) || error.code !== 'busy') throw error;
  }
}

const weighing = 'weighing posts';

async function forgetGains(store: WritingStore, model: Model, signal: AbortSignal | undefined): Promise<void> {
  const pause = createPauses(signal);
  // Whoever is cut off here begins again.
  for (let removed = rangeSize; removed === rangeSize; await pause()) {
    removed = removeSomeGains(store, model.id, rangeSize);
  }
  setGainsRestOn(store, model.id, null);
}

/** Reckons the first of these posts, as many as a moment allows, and keeps them in the same turn. Says how many. */
function weighSome(store: WritingStore, model: Model, rest: RestsOn, posts: readonly number[]): number {
  const begun = performance.now();
  const gains: { readonly postId: number; readonly gain: Gain | null }[] = [];
  for (const postId of posts) {
    gains.push({ postId, gain: gainOf(store, model, rest, postId) });
    if (performance.now() - begun > together) break;
  }
  setGains(store, model.id, gains);
  return gains.length;
}

const nothing = { bits: 0, sure: 1 };

/**
 * What the answer on a post's most telling pair would tell, of those that are open to the person. Nothing where no pair is open, and for threads
 * that are too long to be joined; null where a comment has no reward.
 */
function gainOf(store: ReadingStore, model: Model, { meaning, annotator }: RestsOn, postId: number): Gain | null {
  if (commentCount(store, postId) > mostJoined) {
    if (isUnscored(store, model.id, postId)) return null;
    return { ...nothing, against: isUntouched(store, postId) ? 0 : countDisagreements(store, model.id, postId) };
  }
  const ranked = rewardsOfPost(store, model.id, postId);
  const rewarded = ranked.flatMap(({ id, reward }) => (reward === null ? [] : [{ id, reward }]));
  if (rewarded.length < ranked.length) return null;
  // So are most posts, and what was said of them need not be looked for.
  const untouched = isUntouched(store, postId);
  const against = untouched ? 0 : countDisagreements(store, model.id, postId);
  if (ranked.length < 2) return { ...nothing, against };
  const closed = untouched ? () => false : closedTo(store, annotator, postId);
  const answers = untouched ? [] : answersOfPost(store, postId);
  const { right, question } = joinedOf(rewarded, answers, meaning, { places: false, closed });
  // What differs in rounding alone is the same.
  return { bits: Math.round((question?.bits ?? 0) * 1e9) / 1e9, sure: right, against };
}

/** Whether a person was asked two comments of a post before, or somebody flagged them. */
export function closedTo(
  store: ReadingStore,
  annotator: string,
  postId: number,
): (one: number, other: number) => boolean {
  return isOneOf(pairsOfPostFor(store, annotator, postId).taken);
}
