import { hash } from 'node:crypto';
import { randomFrom } from '../common/random.ts';
import { placesInLargest } from '../common/ranked-lists.ts';
import type { PairSource } from '../contract/calls.ts';
import type { PairGroup, PairInput, ShownOfPost, TextInput } from '../contract/engine.ts';
import type { Answer, Comment, Post, PostWithComments, Preference } from '../contract/records.ts';
import { saysOf } from './says.ts';
import { type Judge, judgeOf, plainVotes, type Voted, type VotesRule } from './votes.ts';

export type PairOptions = {
  readonly pairs: PairSource;
  readonly context: ShownOfPost;
  /** How votes become preferences; plainly without it. */
  readonly rule?: VotesRule;
  /** What each person's answers count; alike without it. */
  readonly trust?: Trust | undefined;
};

/** What a person's answers count, beside those of the most reliable one: more than 0, 1 at most. */
export type Trust = (annotator: string) => number;

/** The comments of a post in an order that says nothing, and the pairs among them by their places in that order. */
export type ShuffledPairs = {
  readonly comments: readonly Comment[];
  readonly pairs: readonly PairInput[];
  /** The places of the comments in the largest list of the post, in the same order; null where they have none there. */
  readonly ranks: readonly (number | null)[];
  /** Pairs of which lists say the opposite of each other. */
  readonly contradictions: number;
};

/** What a model gets to read of a post. */
export function postInput(post: Pick<Post, 'title' | 'text' | 'context'>, mode: ShownOfPost): string {
  if (mode === 'nothing') return '';
  if (mode === 'none') return post.title ?? post.text;
  // Many files repeat the title at the head of the text.
  const title = post.title !== null && post.text.startsWith(post.title) ? null : post.title;
  return [title, post.text, post.context].filter((part) => part !== null && part !== '').join('\n\n');
}

/** A name for what a model is given to read: the same input always has the same one, and no other has it. SHA-256, in hexadecimal. */
export function inputKeyOf({ post, comment }: TextInput): string {
  return hash('sha256', JSON.stringify([post, comment]));
}

/**
 * Shuffles the comments of a post (always the same way for the same post) and makes the pairs. Places give a pair wherever
 * they differ within a list, with the mean over the lists as its target; answers give one for every two comments that were compared,
 * with the share of people for the first as its target. Where both speak of the same two comments, people's answers count. 'adjacent'
 * takes only places next to each other, as the original recipe did. The first of a pair is never the worse one.
 * @param rule how votes become preferences; places that were given stand as they are
 * @param trust what each person's answers count; a verdict counts in full
 */
export function pairsOfPost(
  post: PostWithComments,
  answers: readonly Answer<Preference>[],
  source: PairSource,
  rule: VotesRule = plainVotes,
  trust?: Trust,
): ShuffledPairs {
  const comments = shuffled(post.comments, post.id);
  const targets = new Map<string, PairInput>();
  const lists = source === 'labels' ? [] : listsOf(post, comments);
  const { found, contradictions } = pairsOfLists(lists, post.createdAt, rule, source === 'adjacent');
  for (const pair of found) targets.set(nameOf(pair), pair);
  if (source === 'labels' || source === 'both')
    for (const pair of pairsOfAnswers(comments, answers, trust)) targets.set(nameOf(pair), pair);
  const pairs = [...targets.values()]
    .filter(({ first, second }) => comments[first]!.text !== comments[second]!.text)
    .map(betterFirst);
  const ranks = placesInLargest(
    post.lists,
    comments.map(({ id }) => id),
  );
  return { comments, pairs, ranks, contradictions };
}

/** A post as the engine wants it for a training. */
export function trainingGroup(
  post: PostWithComments,
  answers: readonly Answer<Preference>[],
  options: PairOptions,
): PairGroup {
  const { comments, pairs, ranks } = pairsOfPost(post, answers, options.pairs, options.rule, options.trust);
  const input = postInput(post, options.context);
  const texts = comments.map(({ text }) => ({ post: input, comment: text }));
  return ranks.every((rank) => rank === null) ? { texts, pairs } : { texts, pairs, ranks };
}

/** The lists of a post, each with all its comments in this order: those that are in another list alone have neither place nor votes. */
export function listsOf(
  { lists }: Pick<PostWithComments, 'lists'>,
  comments: readonly Comment[],
): readonly (readonly Voted[])[] {
  return lists.map(({ entries }) => {
    const known = new Map(entries.map((entry) => [entry.commentId, entry]));
    return comments.map(({ id, createdAt }) => {
      const { place, votes } = known.get(id) ?? { place: null, votes: null };
      return { place, votes, createdAt };
    });
  });
}

/** The pairs of all lists. Of two comments that are in several, the target is the mean over these. */
function pairsOfLists(
  lists: readonly (readonly Voted[])[],
  startedAt: string | null,
  rule: VotesRule,
  adjacent: boolean,
): { readonly found: readonly PairInput[]; readonly contradictions: number } {
  const made = lists.map((list) => pairsOfList(list, judgeOf(list, startedAt, rule), adjacent));
  const [only] = made;
  if (only && made.length === 1) return { found: only, contradictions: 0 };
  let contradictions = 0;
  const found = [...Map.groupBy(made.flat(), nameOf).values()].map((pairs) => {
    const target = pairs.reduce((sum, pair) => sum + pair.target, 0) / pairs.length;
    if (pairs.some((pair) => pair.target > 0.5) && pairs.some((pair) => pair.target < 0.5)) contradictions += 1;
    return { ...pairs[0]!, target };
  });
  return { found, contradictions };
}

function pairsOfList(list: readonly Voted[], judge: Judge, adjacent: boolean): PairInput[] {
  const ranks = list.map(({ place }) => place);
  const pairs: PairInput[] = [];
  // Ranks may have gaps, as where a comment was left out.
  const different = [...new Set(ranks.flatMap((rank) => rank ?? []))].toSorted((a, b) => a - b);
  const places = new Map(different.map((rank, place) => [rank, place]));
  const far = (one: number, other: number) => Math.abs(places.get(one)! - places.get(other)!) > 1;
  for (const [first, rank] of ranks.entries()) {
    for (let second = first + 1; second < ranks.length; second++) {
      const other = ranks[second]!;
      if (rank === null || other === null || rank === other) continue;
      if (adjacent && far(rank, other)) continue;
      const target = judge(first, second);
      if (target !== null) pairs.push({ first, second, target });
    }
  }
  return pairs;
}

/**
 * The target is the mean over the people who answered: each has one say. Where they count differently, it is their weighted mean, which is as far
 * from a tie as the most reliable of them can take it: so what an unreliable person alone said of a pair moves a model little.
 */
function pairsOfAnswers(
  comments: readonly Comment[],
  answers: readonly Answer<Preference>[],
  trust: Trust | undefined,
): PairInput[] {
  const places = new Map(comments.map(({ id }, place) => [id, place]));
  const sums = new Map<string, { first: number; second: number; sum: number; weight: number; most: number }>();
  for (const { firstId, secondId, annotator, verdict, share } of saysOf(answers)) {
    const [one, other] = [places.get(firstId), places.get(secondId)];
    if (one === undefined || other === undefined || one === other) continue;
    const [first, second] = [Math.min(one, other), Math.max(one, other)];
    const name = nameOf({ first, second });
    const entry = sums.get(name) ?? { first, second, sum: 0, weight: 0, most: 0 };
    const weight = trust && !verdict ? trust(annotator) : 1;
    entry.sum += weight * (one === first ? share : 1 - share);
    entry.weight += weight;
    entry.most = Math.max(entry.most, weight);
    sums.set(name, entry);
  }
  return [...sums.values()].map(({ first, second, sum, weight, most }) => {
    const mean = sum / weight;
    return { first, second, target: most === 1 ? mean : 0.5 + (mean - 0.5) * most };
  });
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
