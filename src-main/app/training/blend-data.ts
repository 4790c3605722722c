import { commentsUsed } from '../../common/large-threads.ts';
import type { CallHooks } from '../../contract/calls.ts';
import type { Device } from '../../contract/engine.ts';
import type { Model, PostWithComments } from '../../contract/records.ts';
import type { BlendGroup } from '../../evaluation/blend.ts';
import { isHeldOut } from '../../recipe/held-out.ts';
import { pairsOfPost, postInput } from '../../recipe/pairs.ts';
import { answersOfPost } from '../../store/labels.ts';
import { findKeptModel } from '../../store/models.ts';
import { postsWithComments } from '../../store/posts.ts';
import { rewardsOfComments } from '../../store/rewards.ts';
import type { House } from '../kernel/house.ts';
import { createPauses } from '../kernel/time-slices.ts';
import { scoreMissing } from '../ranking/scoring.ts';
import type { Rewarder } from './quick-without.ts';

/** Pairs that are looked at, at most. */
const mostPairs = 20_000;

/** Which posts models are judged on: those of the validation split, and this share of the others, which they did not learn from. */
export type JudgedOn = { readonly without: number };

/** How many pairs with a better side there are to judge by. */
export async function countJudged(house: House, on: JudgedOn, hooks: CallHooks): Promise<number> {
  const pause = createPauses(hooks.signal);
  let count = 0;
  for (const { pairs } of judgedPosts(house, on)) {
    await pause();
    count += pairs.filter(({ target }) => target !== 0.5).length;
  }
  return count;
}

/**
 * By how much each of some models gives the first comment of a pair more, post by post.
 * @param first gives the rewards that count for the first model, where its own may not
 */
export async function groupsToBlend(
  house: House,
  models: readonly Model[],
  device: Device,
  on: JudgedOn,
  hooks: CallHooks,
  first?: Rewarder,
): Promise<readonly BlendGroup[]> {
  for (const model of models) await scoreMissing(house, model, { split: 'validation' }, device, hooks);
  const pause = createPauses(hooks.signal);
  const groups: BlendGroup[] = [];
  let count = 0;
  for (const { post, pairs, comments } of judgedPosts(house, on)) {
    await pause();
    if (count >= mostPairs) break;
    if (pairs.length === 0) continue;
    const rewards: ArrayLike<number | null | undefined>[] = [];
    for (const [k, model] of models.entries()) {
      if (k === 0 && first) {
        const input = postInput(post, findKeptModel(house.store, model.id).context);
        rewards.push(await first(comments.map(({ text }) => ({ post: input, comment: text }))));
        continue;
      }
      if (post.split !== 'validation') await scoreMissing(house, model, { postId: post.id }, device, hooks);
      const known = rewardsOfComments(house.store, model.id, post.comments);
      rewards.push(comments.map(({ id }) => known.get(id)));
    }
    // A comment that came in after the scoring waits for the next one.
    if (rewards.some((of) => Array.from(of).some((reward) => typeof reward !== 'number'))) continue;
    groups.push(
      pairs.map(({ first: one, second: other, target }) => ({
        differences: rewards.map((of) => of[one]! - of[other]!),
        target,
      })),
    );
    count += pairs.length;
  }
  return groups;
}

type JudgedPost = ReturnType<typeof pairsOfPost> & { readonly post: PostWithComments };

function* judgedPosts(house: House, { without }: JudgedOn): Generator<JudgedPost> {
  const withPairs = (post: PostWithComments): JudgedPost => ({
    post,
    ...pairsOfPost(post, answersOfPost(house.store, post.id), 'both'),
  });
  for (const post of postsWithComments(house.store, { split: 'validation', most: commentsUsed() }))
    yield withPairs(post);
  if (without === 0) return;
  for (const post of postsWithComments(house.store, { split: 'train', most: commentsUsed() })) {
    if (isHeldOut(post.group, without)) yield withPairs(post);
  }
}
