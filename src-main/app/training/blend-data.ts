import type { CallHooks } from '../../contract/calls.ts';
import type { Device } from '../../contract/engine.ts';
import type { Model } from '../../contract/records.ts';
import type { BlendGroup } from '../../evaluation/blend.ts';
import { pairsOfPost } from '../../recipe/pairs.ts';
import { answersOfPost } from '../../store/labels.ts';
import { postsWithComments } from '../../store/posts.ts';
import { rankingOfPost } from '../../store/rewards.ts';
import type { House } from '../kernel/house.ts';
import { createPauses } from '../kernel/time-slices.ts';
import { scoreMissing } from '../ranking/scoring.ts';

/** Pairs of validation that are looked at, at most. */
const mostPairs = 20_000;

/** By how much each of some models gives the first comment of a pair of the validation split more, post by post. */
export async function groupsToBlend(
  house: House,
  models: readonly Model[],
  device: Device,
  hooks: CallHooks,
): Promise<readonly BlendGroup[]> {
  for (const model of models) await scoreMissing(house, model, { split: 'validation' }, device, hooks);
  const pause = createPauses(hooks.signal);
  const groups: BlendGroup[] = [];
  let count = 0;
  for (const post of postsWithComments(house.store, { split: 'validation' })) {
    await pause();
    if (count >= mostPairs) break;
    const made = pairsOfPost(post, answersOfPost(house.store, post.id), 'both');
    if (made.pairs.length === 0) continue;
    const rewards = models.map(({ id }) => {
      const known = new Map(rankingOfPost(house.store, id, post.id).map((one) => [one.id, one.reward]));
      return made.comments.map((comment) => known.get(comment.id));
    });
    // A comment that came in after the scoring waits for the next one.
    if (rewards.some((of) => of.some((reward) => typeof reward !== 'number'))) continue;
    groups.push(
      made.pairs.map(({ first, second, target }) => ({
        differences: rewards.map((of) => of[first]! - of[second]!),
        target,
      })),
    );
    count += made.pairs.length;
  }
  return groups;
}
