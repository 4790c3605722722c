import { randomFrom } from '../common/random.ts';
import type { ContextMode, PairSource } from '../contract/calls.ts';
import type { PairGroup, PairInput } from '../contract/engine.ts';
import type { Answer, Comment, Post, PostWithComments, Preference } from '../contract/records.ts';
import { saysOf } from './says.ts';
import { type Judge, judgeOf, plainVotes, type Voted, type VotesRule } from './votes.ts';

export type PairOptions = {
  readonly pairs: PairSource;
  readonly context: ContextMode;
  /** How votes become preferences; plainly without it. */
  readonly rule?: VotesRule;
};

/** The comments of a post in an order that says nothing, and the pairs among them by their places in that order. */
export type ShuffledPairs = { readonly comments: readonly Comment[]; readonly pairs: readonly PairInput[] };

/** What a model gets to read of a post. */
export function postInput(post: Pick<Post, 'title' | 'text' | 'context'>, mode: ContextMode): string {
  if (mode === 'none') return post.title ?? post.text;
  // Many files repeat the title at the head of the text.
  const title = post.title !== null && post.text.startsWith(post.title) ? null : post.title;
  return [title, post.text, post.context].filter((part) => part !== null && part !== '').join('\n\n');
}

/**
 * Shuffles the comments of a post (always the same way for the same post) and makes the pairs. Ranks give a pair wherever
 * they differ; answers give one for every two comments that were compared, with the share of people for the first as its
 * target. Where both speak of the same two comments, people's answers count. 'adjacent' takes only ranks next to each other, as
 * the original recipe did. The first of a pair is never the worse one.
 * @param rule how votes become preferences; places that were given stand as they are
 */
export function pairsOfPost(
  post: PostWithComments,
  answers: readonly Answer<Preference>[],
  source: PairSource,
  rule: VotesRule = plainVotes,
): ShuffledPairs {
  const comments = shuffled(post.comments, post.id);
  const targets = new Map<string, PairInput>();
  if (source !== 'labels') {
    const judge = judgeOf(votedOf(comments), null, rule);
    for (const pair of pairsOfRanks(comments, judge, source === 'adjacent')) targets.set(nameOf(pair), pair);
  }
  if (source === 'labels' || source === 'both')
    for (const pair of pairsOfAnswers(comments, answers)) targets.set(nameOf(pair), pair);
  const pairs = [...targets.values()]
    .filter(({ first, second }) => comments[first]!.text !== comments[second]!.text)
    .map(betterFirst);
  return { comments, pairs };
}

/** A post as the engine wants it for a training. */
export function trainingGroup(
  post: PostWithComments,
  answers: readonly Answer<Preference>[],
  options: PairOptions,
): PairGroup {
  const { comments, pairs } = pairsOfPost(post, answers, options.pairs, options.rule);
  const input = postInput(post, options.context);
  const texts = comments.map(({ text }) => ({ post: input, comment: text }));
  const ranks = comments.map(({ rank }) => rank);
  return ranks.every((rank) => rank === null) ? { texts, pairs } : { texts, pairs, ranks };
}

/** The comments of a post as a list with votes. */
export function votedOf(comments: readonly Comment[]): readonly Voted[] {
  return comments.map(({ rank, votes }) => ({ place: rank, votes, createdAt: null }));
}

function pairsOfRanks(comments: readonly Comment[], judge: Judge, adjacent: boolean): PairInput[] {
  const pairs: PairInput[] = [];
  // Ranks may have gaps, as where a comment was left out.
  const ranks = [...new Set(comments.flatMap(({ rank }) => rank ?? []))].toSorted((a, b) => a - b);
  const places = new Map(ranks.map((rank, place) => [rank, place]));
  const far = (one: number, other: number) => Math.abs(places.get(one)! - places.get(other)!) > 1;
  for (const [first, { rank }] of comments.entries()) {
    for (let second = first + 1; second < comments.length; second++) {
      const other = comments[second]!.rank;
      if (rank === null || other === null || rank === other) continue;
      if (adjacent && far(rank, other)) continue;
      const target = judge(first, second);
      if (target !== null) pairs.push({ first, second, target });
    }
  }
  return pairs;
}

/** The target is the mean over the people who answered: each has one say. */
function pairsOfAnswers(comments: readonly Comment[], answers: readonly Answer<Preference>[]): PairInput[] {
  const places = new Map(comments.map(({ id }, place) => [id, place]));
  const sums = new Map<string, { first: number; second: number; sum: number; count: number }>();
  for (const { firstId, secondId, share } of saysOf(answers)) {
    const [one, other] = [places.get(firstId), places.get(secondId)];
    if (one === undefined || other === undefined || one === other) continue;
    const [first, second] = [Math.min(one, other), Math.max(one, other)];
    const name = nameOf({ first, second });
    const entry = sums.get(name) ?? { first, second, sum: 0, count: 0 };
    entry.sum += one === first ? share : 1 - share;
    entry.count += 1;
    sums.set(name, entry);
  }
  return [...sums.values()].map(({ first, second, sum, count }) => ({ first, second, target: sum / count }));
}

function betterFirst(pair: PairInput): PairInput {
  return pair.target >= 0.5 ? pair : { first: pair.second, second: pair.first, target: 1 - pair.target };
}

function nameOf({ first, second }: Pick<PairInput, 'first' | 'second'>): string {
  return `${first} ${second}`;
}

/** Fisher and Yates, from an order that is the same however the file was written: that of the texts. */
function shuffled(comments: readonly Comment[], seed: number): Comment[] {
  const random = randomFrom(seed);
  const order = comments.toSorted((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
