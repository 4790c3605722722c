import type { CallHooks } from '../../contract/calls.ts';
import type { Device } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Model } from '../../contract/records.ts';
import type { JudgedPair } from '../../evaluation/accuracy.ts';
import { temperatureSteps } from '../../evaluation/calibration.ts';
import { pairsOfPost } from '../../recipe/pairs.ts';
import { answersOfPost } from '../../store/labels.ts';
import { findKeptModel, setTemperature } from '../../store/models.ts';
import { postsWithComments } from '../../store/posts.ts';
import { rankingOfPost } from '../../store/rewards.ts';
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
 * Learns the temperature of a model anew, on the validation split as it is now, and keeps it where there is something to learn from.
 * Where another process writes, it is not kept.
 */
export async function calibrate(
  house: House,
  model: Model,
  device: Device,
  hooks: CallHooks,
): Promise<{ readonly temperature: number; readonly pairs: number }> {
  await scoreMissing(house, model, { split: 'validation' }, device, hooks);
  const pairs = await judgedPairs(house, model, hooks.signal);
  const temperature = await inSlices(temperatureSteps(pairs), hooks.signal);
  if (pairs.length > 0) keep(house, model, temperature);
  return { temperature, pairs: pairs.length };
}

async function judgedPairs({ store }: House, model: Model, signal: AbortSignal | undefined): Promise<JudgedPair[]> {
  const pause = createPauses(signal);
  const judged: JudgedPair[] = [];
  for (const post of postsWithComments(store, { split: 'validation' })) {
    await pause();
    if (judged.length >= mostPairs) break;
    const { comments, pairs } = pairsOfPost(post, answersOfPost(store, post.id), 'both');
    const known = new Map(rankingOfPost(store, model.id, post.id).map(({ id, reward }) => [id, reward]));
    const rewards = comments.map(({ id }) => known.get(id));
    for (const { first, second, target } of pairs) {
      const [one, other] = [rewards[first], rewards[second]];
      // A comment that came in after the scoring waits for the next one.
      if (typeof one === 'number' && typeof other === 'number') judged.push({ difference: one - other, target });
    }
  }
  return judged;
}

function keep(house: House, model: Model, temperature: number): void {
  try {
    withLockNow(house, 'calibrating', ({ store }) => setTemperature(store, model.id, temperature));
    house.changes.tell('models', 'rewards');
  } catch (error) {
    if (!(error instanceof TiebreakError) || error.code !== 'busy') throw error;
  }
}
