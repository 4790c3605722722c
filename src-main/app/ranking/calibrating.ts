import { blindOnes } from '../../common/blind.ts';
import { commentsUsed } from '../../common/large-threads.ts';
import type { CallHooks } from '../../contract/calls.ts';
import type { Device } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Model } from '../../contract/records.ts';
import type { Scale } from '../../contract/scale.ts';
import type { JudgedPair } from '../../evaluation/accuracy.ts';
import { temperatureSteps } from '../../evaluation/calibration.ts';
import type { Said } from '../../labeling/post-posterior.ts';
import { saidOf } from '../../labeling/said.ts';
import { learnScale } from '../../labeling/scale.ts';
import { pairsOfPost } from '../../recipe/pairs.ts';
import { saysOf } from '../../recipe/says.ts';
import { answersOfPost } from '../../store/labels.ts';
import { findKeptModel, setCalibration } from '../../store/models.ts';
import { postsWithComments } from '../../store/posts.ts';
import { rewardsOfComments } from '../../store/rewards.ts';
import type { House } from '../kernel/house.ts';
import { withLockNow } from '../kernel/lock.ts';
import { createPauses, inSlices } from '../kernel/time-slices.ts';
import { scoreMissing } from './scoring.ts';

/** Pairs that are looked at, at most. */
const mostPairs = 20_000;

/**
 * What a model's rewards are divided by before they are chances. It is learned on the validation split once, when it is first
 * asked for, and kept.
 */
export async function temperatureOf(house: House, model: Model, device: Device, hooks: CallHooks): Promise<number> {
  return findKeptModel(house.store, model.id).temperature ?? (await calibrate(house, model, device, hooks)).temperature;
}

/**
 * Learns anew how sure a model may be, on the validation split as it is now: what its rewards are divided by before they are chances, and how far
 * people's answers move these. It is kept where there is something to learn from and no other process writes.
 */
export async function calibrate(
  house: House,
  model: Model,
  device: Device,
  hooks: CallHooks,
): Promise<{ readonly temperature: number; readonly scale: Scale; readonly pairs: number }> {
  await scoreMissing(house, model, { split: 'validation' }, device, hooks);
  const { pairs, votes, posts } = await validationOf(house, model, hooks.signal);
  const temperature = await inSlices(temperatureSteps(pairs), hooks.signal);
  const calibrated = posts.map(({ rewards, said }) => ({
    rewards: rewards.map((reward) => reward / temperature),
    said,
  }));
  const scale = await inSlices(learnScale(calibrated, votes), hooks.signal);
  if (pairs.length > 0) keep(house, model, temperature, scale);
  return { temperature, scale, pairs: pairs.length };
}

type Validation = {
  readonly pairs: readonly JudgedPair[];
  /** The share of them that votes or places say and nobody answered. */
  readonly votes: number;
  /** Those that people answered on. */
  readonly posts: readonly { readonly rewards: readonly number[]; readonly said: readonly Said[] }[];
};

async function validationOf({ store }: House, model: Model, signal: AbortSignal | undefined): Promise<Validation> {
  const pause = createPauses(signal);
  const judged: JudgedPair[] = [];
  const posts: Validation['posts'][number][] = [];
  let answered = 0;
  for (const post of postsWithComments(store, { split: 'validation', most: commentsUsed() })) {
    await pause();
    if (judged.length >= mostPairs) break;
    const answers = blindOnes(answersOfPost(store, post.id));
    const { comments, pairs } = pairsOfPost(post, answers, 'both');
    const known = rewardsOfComments(store, model.id, post.comments);
    const rewards = comments.map(({ id }) => known.get(id) ?? Number.NaN);
    // A comment that came in after the scoring waits for the next one.
    if (!rewards.every(Number.isFinite)) continue;
    for (const { first, second, target } of pairs) {
      judged.push({ difference: rewards[first]! - rewards[second]!, target });
    }
    answered += new Set(saysOf(answers).map(({ firstId, secondId }) => `${firstId} ${secondId}`)).size;
    const said = saidOf(
      answers,
      comments.map(({ id }) => id),
    );
    if (said.length > 0) posts.push({ rewards, said });
  }
  const votes = judged.length === 0 ? 0 : Math.max(0, 1 - answered / judged.length);
  return { pairs: judged, votes, posts };
}

function keep(house: House, model: Model, temperature: number, scale: Scale): void {
  try {
    withLockNow(house, 'calibrating', ({ store }) => setCalibration(store, model.id, temperature, scale));
    house.changes.tell('models', 'rewards');
  } catch (error) {
    if (!(error instanceof TiebreakError) || error.code !== 'busy') throw error;
  }
}
