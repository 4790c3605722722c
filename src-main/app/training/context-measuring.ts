import { commentsUsed } from '../../common/large-threads.ts';
import type { CallHooks, ContextMode } from '../../contract/calls.ts';
import { type ContextReport, type ContextVariant, contextVariants } from '../../contract/context-comparison.ts';
import type { Device } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Model, Split } from '../../contract/records.ts';
import { type ComparedGroup, comparisonSteps } from '../../evaluation/comparison.ts';
import { pairsOfPost, postInput } from '../../recipe/pairs.ts';
import { answersOfPost } from '../../store/labels.ts';
import { postsAlone, postsWithComments } from '../../store/posts.ts';
import { rewardsOfComments } from '../../store/rewards.ts';
import type { House } from '../kernel/house.ts';
import { createPauses, inSlices } from '../kernel/time-slices.ts';
import { evaluateSplit } from './evaluating.ts';

/** What each variant sees of posts. */
export const modes: Readonly<Record<ContextVariant, ContextMode>> = { without: 'none', with: 'post' };
const seed = 42;

export type ComparedModel = Model & { readonly runId: number };

type Measured = Omit<ContextReport, 'comparison' | 'method' | 'split' | 'verdict' | 'says' | 'seconds'>;

/** The figures on a split, which are kept with the models as well; null where it has no pairs. */
export async function measureVariants(
  house: House,
  models: Readonly<Record<ContextVariant, ComparedModel>>,
  split: Split,
  device: Device,
  hooks: CallHooks,
): Promise<Measured | null> {
  const named: CallHooks = {
    ...hooks,
    onProgress: (progress) => hooks.onProgress?.({ ...progress, name: `the ${split} split` }),
  };
  for (const variant of contextVariants) {
    if (!(await evaluateSplit(house, models[variant], { split, device }, named))) return null;
  }
  const { groups, differingPosts } = await groupsOf(house, models, split, hooks.signal);
  if (groups.length === 0) return null;
  const { posts, pairs, first, other, difference, baselines } = await inSlices(
    comparisonSteps(groups, { seed }),
    hooks.signal,
  );
  return {
    posts,
    differingPosts,
    pairs,
    with: { run: models.with.runId, model: models.with.name, figures: first },
    without: { run: models.without.runId, model: models.without.name, figures: other },
    baselines,
    difference,
  };
}

/** The posts of a split that both models have scored whole. */
async function groupsOf(
  house: House,
  models: Readonly<Record<ContextVariant, Model>>,
  split: Split,
  signal: AbortSignal | undefined,
): Promise<{ readonly groups: readonly ComparedGroup[]; readonly differingPosts: number }> {
  const pause = createPauses(signal);
  const groups: ComparedGroup[] = [];
  let differingPosts = 0;
  for (const post of postsWithComments(house.store, { split, most: commentsUsed() })) {
    await pause();
    const { comments, pairs, ranks } = pairsOfPost(post, answersOfPost(house.store, post.id), 'both');
    if (pairs.length === 0) continue;
    const rewardsOf = ({ id }: Model): readonly (number | null | undefined)[] => {
      const rewards = rewardsOfComments(house.store, id, post.comments);
      return comments.map((comment) => rewards.get(comment.id));
    };
    const [rewards, otherRewards] = [rewardsOf(models.with), rewardsOf(models.without)];
    // A comment that came in after the scoring waits for the next one.
    if (!allNumbers(rewards) || !allNumbers(otherRewards)) continue;
    if (postInput(post, modes.with) !== postInput(post, modes.without)) differingPosts += 1;
    groups.push({
      rewards,
      otherRewards,
      lengths: comments.map(({ text }) => text.length),
      ranks,
      pairs,
    });
  }
  return { groups, differingPosts };
}

function allNumbers(values: readonly (number | null | undefined)[]): values is readonly number[] {
  return values.every((value) => typeof value === 'number');
}

/** Two trainings on the same texts would differ in nothing. */
export async function refuseSameInputs(house: House, signal: AbortSignal | undefined): Promise<void> {
  const pause = createPauses(signal);
  let any = false;
  for (const post of postsAlone(house.store, { split: 'train' })) {
    await pause();
    if (postInput(post, modes.with) !== postInput(post, modes.without)) return;
    any = true;
  }
  if (!any) return;
  const message =
    'With and without the post would be the same here: no post of the train split has a title apart from its text, or a context. Import posts with titles, or contexts for them. Nothing was trained.';
  throw new TiebreakError('nothing-to-do', message);
}
