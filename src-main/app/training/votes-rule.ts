import { commentsUsed } from '../../common/large-threads.ts';
import type { CallHooks } from '../../contract/calls.ts';
import type { TimeEffect, VotesChoice } from '../../contract/votes.ts';
import { listsOf, startOf } from '../../recipe/pairs.ts';
import { createTimeFit, isPlain, plainVotes, type VotesRule } from '../../recipe/votes.ts';
import { postsWithComments } from '../../store/posts.ts';
import type { House } from '../kernel/house.ts';
import { createPauses } from '../kernel/time-slices.ts';

/** What a choice comes to on the data there are: what time does to votes is found on the training split. */
export async function ruleOf(
  house: House,
  choice: VotesChoice,
  hooks: CallHooks,
): Promise<{ readonly rule: VotesRule; readonly effect: TimeEffect | null }> {
  const { margin, votes, time } = choice;
  if (isPlain(choice)) return { rule: plainVotes, effect: null };
  const effect = time === 'regress' ? await timeEffect(house, hooks) : null;
  return { rule: { margin, votes, time, slope: effect?.slope ?? 0 }, effect };
}

async function timeEffect(house: House, { signal }: CallHooks): Promise<TimeEffect> {
  const pause = createPauses(signal);
  const fit = createTimeFit();
  for (const post of postsWithComments(house.store, { split: 'train', most: commentsUsed() })) {
    await pause();
    for (const { list } of listsOf(post, post.comments)) fit.add(list, startOf(post));
  }
  return fit.effect();
}
