import { commentsUsed } from '../../common/large-threads.ts';
import type { Answer, Model, PostWithComments, Preference, Split } from '../../contract/records.ts';
import type { Mistake, RunDetail } from '../../contract/views.ts';
import { countRight, type JudgedPair } from '../../evaluation/accuracy.ts';
import { bootstrapSteps, type Share } from '../../evaluation/bootstrap.ts';
import { pairsOfPost } from '../../recipe/pairs.ts';
import { answersOfPost } from '../../store/labels.ts';
import { postsWithComments } from '../../store/posts.ts';
import { rewardsOfComments } from '../../store/rewards.ts';
import type { House } from '../kernel/house.ts';
import { createPauses, inSlices } from '../kernel/time-slices.ts';
import { settingsOf } from '../settings/settings.ts';

/** What is looked at of a split at most, so that a large store answers in a moment. */
const most = { posts: 10_000, pairs: 20_000 };
const mistakesShown = 20;
const longest = { post: 200, comment: 500 };
const seed = 42;

/**
 * Reads a split with the rewards that are in the store: the pairs a model got most wrong, and how much more often it is
 * right than another one on the pairs that both have judged, with a 95% interval over posts. Looks at the first 10,000
 * posts and the first 20,000 pairs of the split.
 */
export async function compareOnSplit(
  house: House,
  split: Split,
  model: Model,
  before: Model | null,
  signal?: AbortSignal,
): Promise<Pick<RunDetail, 'difference' | 'mistakes'>> {
  const pause = createPauses(signal);
  const person = settingsOf(house).annotator;
  const shares: Share[] = [];
  let mistakes: Mistake[] = [];
  let [posts, pairs] = [0, 0];
  for (const post of postsWithComments(house.store, { split, most: commentsUsed() })) {
    await pause();
    if (posts++ >= most.posts || pairs >= most.pairs) break;
    const answers = answersOfPost(house.store, post.id);
    const made = pairsOfPost(post, answers, 'both');
    if (made.pairs.length === 0) continue;
    const ours = rewardsOf(house, model, post);
    const theirs = before && rewardsOf(house, before, post);
    const [judged, judgedBefore]: [JudgedPair[], JudgedPair[]] = [[], []];
    for (const pair of made.pairs) {
      const { first, second, target } = pair;
      // The first of a pair is never the worse one.
      const [chosen, rejected] = [made.comments[first]!, made.comments[second]!];
      const difference = ours(chosen.id) - ours(rejected.id);
      if (target === 0.5 || Number.isNaN(difference)) continue;
      pairs += 1;
      if (difference < 0)
        mistakes.push(mistakeOf(post, chosen, rejected, difference, made.answered.has(pair) ? answers : null, person));
      const other = theirs ? theirs(chosen.id) - theirs(rejected.id) : Number.NaN;
      if (Number.isNaN(other)) continue;
      judged.push({ difference, target });
      judgedBefore.push({ difference: other, target });
    }
    if (mistakes.length > 50 * mistakesShown) mistakes = worst(mistakes);
    const sum = countRight(judged).right - countRight(judgedBefore).right;
    if (judged.length > 0) shares.push({ sum, count: judged.length });
  }
  return { difference: await differenceOf(shares, signal), mistakes: worst(mistakes) };
}

async function differenceOf(
  shares: readonly Share[],
  signal: AbortSignal | undefined,
): Promise<RunDetail['difference']> {
  if (shares.length === 0) return null;
  const total = (of: (share: Share) => number): number => shares.reduce((sum, share) => sum + of(share), 0);
  return {
    accuracy: total(({ sum }) => sum) / total(({ count }) => count),
    interval: await inSlices(bootstrapSteps(shares, seed), signal),
  };
}

/** The rewards of a post's comments; NaN where the model has not seen one. */
function rewardsOf({ store }: House, model: Model, { comments }: PostWithComments): (commentId: number) => number {
  const rewards = rewardsOfComments(store, model.id, comments);
  return (commentId) => rewards.get(commentId) ?? Number.NaN;
}

type Text = { readonly id: number; readonly text: string };

function mistakeOf(
  post: Text & { readonly title: string | null },
  chosen: Text,
  rejected: Text,
  difference: number,
  /** Those of the post, where people's word counts on this pair. */
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
