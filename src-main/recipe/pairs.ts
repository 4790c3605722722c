import { hash } from 'node:crypto';
import { randomFrom } from '../common/random.ts';
import { placesInLargest } from '../common/ranked-lists.ts';
import type { PairSource } from '../contract/calls.ts';
import type { PairGroup, PairInput, ShownOfPost, TextInput } from '../contract/engine.ts';
import type { Answer, Comment, Post, PostWithComments, Preference } from '../contract/records.ts';
import { type PairBound, pairsAmong, pairsNextToEachOther, usualBound } from './drawn-pairs.ts';
import { saysOf } from './says.ts';
import { judgeOf, plainVotes, type Voted, type VotesRule } from './votes.ts';

export type PairOptions = {
  readonly pairs: PairSource;
  readonly context: ShownOfPost;
  /** How votes become preferences; plainly without it. */
  readonly rule?: VotesRule;
  /** What each person's answers count; alike without it. */
  readonly trust?: Trust | undefined;
  /** How many pairs of a post are used; as usual without it. */
  readonly bound?: PairBound | undefined;
};

/** What a person's answers count, beside those of the most reliable one: more than 0, 1 at most. */
export type Trust = (annotator: string) => number;

/** The comments of a post in an order that says nothing, and the pairs among them by their places in that order. */
export type ShuffledPairs = {
  readonly comments: readonly Comment[];
  readonly pairs: readonly PairInput[];
  /** Those of them that people answered: their word counts, whatever votes say. */
  readonly answered: ReadonlySet<PairInput>;
  /** The places of the comments in the largest list of the post, in the same order; null where they have none there. */
  readonly ranks: readonly (number | null)[];
  /** Pairs of which lists say the opposite of each other. */
  readonly contradictions: number;
  /** Whether its lists say more pairs than these, of which these were drawn. */
  readonly drawn: boolean;
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
 * takes only places next to each other, as the original recipe did. The first of a pair is never the worse one. Of a post with very many pairs
 * some are drawn; those that people answered are always among them.
 * @param rule how votes become preferences; places that were given stand as they are
 * @param trust what each person's answers count; a verdict counts in full
 */
export function pairsOfPost(
  post: PostWithComments,
  answers: readonly Answer<Preference>[],
  source: PairSource,
  rule: VotesRule = plainVotes,
  trust?: Trust,
  bound: PairBound = usualBound,
): ShuffledPairs {
  const comments = shuffled(post.comments, post.id);
  const { found, contradictions, drawn } =
    source === 'labels' ? nothing : pairsOfLists(post, comments, source === 'adjacent', rule, bound);
  const ofPeople = source === 'labels' || source === 'both' ? pairsOfAnswers(comments, answers, trust) : [];
  // Lists may say a million pairs: only what people said is kept by name.
  const byPeople = new Map(ofPeople.map((pair) => [nameOf(pair), pair]));
  const [pairs, answered]: [PairInput[], Set<PairInput>] = [[], new Set()];
  const add = (pair: PairInput, byPerson: boolean): void => {
    if (comments[pair.first]!.text === comments[pair.second]!.text) return;
    const made = betterFirst(pair);
    pairs.push(made);
    if (byPerson) answered.add(made);
  };
  for (const pair of found) {
    const name = byPeople.size > 0 ? nameOf(pair) : '';
    const said = byPeople.get(name);
    add(said ?? pair, said !== undefined);
    byPeople.delete(name);
  }
  for (const pair of byPeople.values()) add(pair, true);
  const ranks = placesInLargest(
    post.lists,
    comments.map(({ id }) => id),
  );
  return { comments, pairs, answered, ranks, contradictions, drawn };
}

const nothing = { found: [], contradictions: 0, drawn: false } as const;

/** A post as the engine wants it for a training. */
export function trainingGroup(
  post: PostWithComments,
  answers: readonly Answer<Preference>[],
  options: PairOptions,
): PairGroup & Pick<ShuffledPairs, 'drawn'> & { readonly answered: number } {
  const { pairs: source, rule, trust, bound } = options;
  const { comments, pairs, answered: known, ranks, drawn } = pairsOfPost(post, answers, source, rule, trust, bound);
  const answered = known.size;
  const input = postInput(post, options.context);
  const texts = comments.map(({ text }) => ({ post: input, comment: text }));
  return ranks.every((rank) => rank === null)
    ? { texts, pairs, answered, drawn }
    : { texts, pairs, ranks, answered, drawn };
}

/** A list of a post: the places of its comments in an order of all, ascending, and what it says of them. */
type ListOfPost = { readonly members: readonly number[]; readonly list: readonly Voted[] };

/** The lists of a post, by the places of its comments in an order. Comments that are not in that order are left out. */
export function listsOf({ lists }: Pick<PostWithComments, 'lists'>, comments: readonly Comment[]): ListOfPost[] {
  const at = new Map(comments.map(({ id }, place) => [id, place]));
  return lists.map(({ entries }) => {
    const known = entries
      .flatMap((entry) => (at.has(entry.commentId) ? [{ ...entry, at: at.get(entry.commentId)! }] : []))
      .sort((a, b) => a.at - b.at);
    return {
      members: known.map((entry) => entry.at),
      list: known.map(({ place, votes, at }) => ({ place, votes, createdAt: comments[at]!.createdAt })),
    };
  });
}

/** When a post was written; its first comment stands in for it where that isn't known. */
export function startOf({ createdAt, comments }: Pick<PostWithComments, 'createdAt' | 'comments'>): string | null {
  if (createdAt !== null && !Number.isNaN(Date.parse(createdAt))) return createdAt;
  let first: { readonly text: string; readonly time: number } | null = null;
  for (const { createdAt: text } of comments) {
    const time = text === null ? Number.NaN : Date.parse(text);
    if (text !== null && !Number.isNaN(time) && (first === null || time < first.time)) first = { text, time };
  }
  return first?.text ?? null;
}

/** The pairs of all lists. Of two comments that are in several, the target is the mean over these. */
function pairsOfLists(
  post: PostWithComments,
  comments: readonly Comment[],
  adjacent: boolean,
  rule: VotesRule,
  bound: PairBound,
): Pick<ShuffledPairs, 'contradictions' | 'drawn'> & { readonly found: readonly PairInput[] } {
  const lists = listsOf(post, comments);
  const start = startOf(post);
  const sizes = lists.map(({ members }) => members.length * (members.length - 1));
  const all = sizes.reduce((sum, size) => sum + size, 0) / 2;
  const made = lists.map(({ members, list }, i) => {
    // Of several lists that have too many together, each has its share.
    const share = all <= bound.pairs ? bound.pairs : Math.ceil((bound.pairs * sizes[i]!) / 2 / all);
    const own = { ...bound, pairs: share };
    const judge = judgeOf(list, start, rule);
    const places = list.map(({ place }) => place);
    const { pairs, drawn } = adjacent
      ? pairsNextToEachOther(places, judge, own)
      : pairsAmong(placed(places), judge, own, post.id);
    return {
      drawn,
      pairs: pairs.map(({ first, second, target }) => ({ first: members[first]!, second: members[second]!, target })),
    };
  });
  const drawn = made.some((of) => of.drawn);
  const [only] = made;
  if (only && made.length === 1) return { found: only.pairs, contradictions: 0, drawn };
  let contradictions = 0;
  const byName = Map.groupBy(
    made.flatMap(({ pairs }) => pairs),
    nameOf,
  );
  const found = [...byName.values()].map((pairs) => {
    const target = pairs.reduce((sum, pair) => sum + pair.target, 0) / pairs.length;
    if (pairs.some((pair) => pair.target > 0.5) && pairs.some((pair) => pair.target < 0.5)) contradictions += 1;
    return { ...pairs[0]!, target };
  });
  return { found, contradictions, drawn };
}

const placed = (places: readonly (number | null)[]): number[] =>
  places.flatMap((place, at) => (place === null ? [] : [at]));

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
