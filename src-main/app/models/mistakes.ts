import { blindOnes } from '../../common/blind.ts';
import { commentsUsed } from '../../common/large-threads.ts';
import type { Answer, Model, PostWithComments, Preference, Split } from '../../contract/records.ts';
import type { Mistake } from '../../contract/views.ts';
import { pairsOfPost } from '../../recipe/pairs.ts';
import { answersOfPost } from '../../store/labels.ts';
import { postsWithComments } from '../../store/posts.ts';
import { rewardsOfComments } from '../../store/rewards.ts';
import type { House } from '../kernel/house.ts';
import { createPauses } from '../kernel/time-slices.ts';
import { settingsOf } from '../settings/settings.ts';

/** What is looked at of a split at most, so that a large store answers in a moment. */
const most = { posts: 10_000, pairs: 20_000 };
const mistakesShown = 20;
const longest = { post: 200, comment: 500 };

/**
 * The pairs of a split that a model got most wrong, by the rewards that are in the store. Looks at the first 10,000 posts and the
 * first 20,000 pairs, those that its figures are of.
 */
export async function mistakesOn(
  house: House,
  split: Split,
  model: Model,
  signal?: AbortSignal,
): Promise<readonly Mistake[]> {
  const pause = createPauses(signal);
  const person = settingsOf(house).annotator;
  let mistakes: Mistake[] = [];
  let [posts, pairs] = [0, 0];
  for (const post of postsWithComments(house.store, { split, most: commentsUsed() })) {
    await pause();
    if (posts++ >= most.posts || pairs >= most.pairs) break;
    const answers = blindOnes(answersOfPost(house.store, post.id));
    const made = pairsOfPost(post, answers, 'both');
    if (made.pairs.length === 0) continue;
    const rewards = rewardsOfComments(house.store, model.id, post.comments);
    for (const pair of made.pairs) {
      // The first of a pair is never the worse one.
      const [chosen, rejected] = [made.comments[pair.first]!, made.comments[pair.second]!];
      const difference = (rewards.get(chosen.id) ?? Number.NaN) - (rewards.get(rejected.id) ?? Number.NaN);
      if (pair.target === 0.5 || Number.isNaN(difference)) continue;
      pairs += 1;
      if (difference >= 0) continue;
      const said = made.answered.has(pair) ? answers : null;
      mistakes.push(mistakeOf(post, { chosen, rejected, difference }, said, person));
    }
    if (mistakes.length > 50 * mistakesShown) mistakes = worst(mistakes);
  }
  return worst(mistakes);
}

type Text = { readonly id: number; readonly text: string };

/** @param answers those of the post, where people's word counts on this pair */
function mistakeOf(
  post: Pick<PostWithComments, 'id' | 'title' | 'text'>,
  { chosen, rejected, difference }: { readonly chosen: Text; readonly rejected: Text; readonly difference: number },
  answers: readonly Answer<Preference>[] | null,
  person: string,
): Mistake {
  const both = (one: number): boolean => one === chosen.id || one === rejected.id;
  const own = answers?.findLast((one) => one.annotator === person && both(one.leftId) && both(one.rightId));
  return {
    postId: post.id,
    post: cut(post.title || post.text, longest.post),
    chosen: cut(chosen.text, longest.comment),
    rejected: cut(rejected.text, longest.comment),
    difference,
    chosenId: chosen.id,
    rejectedId: rejected.id,
    by: answers === null ? 'votes' : 'answers',
    own: own ? { key: own.key, choice: own.choice, rejected: own.leftId === rejected.id ? 'left' : 'right' } : null,
  };
}

function worst(mistakes: readonly Mistake[]): Mistake[] {
  return mistakes.toSorted((a, b) => a.difference - b.difference).slice(0, mistakesShown);
}

/** The beginning of a text, by whole characters. */
function cut(text: string, length: number): string {
  const characters = [...text.slice(0, 2 * length)];
  return characters.length <= length && text.length <= 2 * length ? text : `${characters.slice(0, length).join('')}…`;
}
