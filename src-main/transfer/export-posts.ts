import type { ListEntry, PostWithComments, Split } from '../contract/records.ts';
import type { ScoredPost } from '../dataset/writers/scored.ts';
import { curationsOfPost } from '../store/curations.ts';
import type { ReadingStore } from '../store/open.ts';
import { postsWithComments } from '../store/posts.ts';
import { rankingOfPost } from '../store/rewards.ts';
import type { NotSaidTally } from './not-said.ts';

/** Which posts leave, and in what order their comments. */
export type PostChoice = {
  readonly split?: Split | undefined;
  /** The model whose rewards order the comments. Without it the order of the data is written. */
  readonly modelId?: number | undefined;
  /** The comments of a post as they are ranked with it, the best first, where that is more than their rewards. */
  readonly rankingOf?: ((post: number) => ScoredPost['comments']) | undefined;
  /** Whether comments that a person excluded stay out. */
  readonly withoutExcluded?: boolean | undefined;
};

/** Posts with their comments; without a model, one that several rows ranked comes once for each of its lists. */
export function* scoredPosts(store: ReadingStore, choice: PostChoice): Generator<ScoredPost> {
  for (const post of postsWithComments(store, { split: choice.split })) {
    const its = choice.modelId === undefined ? byLists(post) : [ranked(store, post, choice.modelId, choice)];
    for (const one of its) yield withHands(store, one, choice);
  }
}

/** The same for tables, in which the rows of a post are one list: of several, the largest. */
export function* tabledPosts(store: ReadingStore, choice: PostChoice, notSaid: NotSaidTally): Generator<ScoredPost> {
  for (const post of postsWithComments(store, { split: choice.split })) {
    if (choice.modelId === undefined) {
      notSaid.add('other-list', Math.max(0, post.lists.length - 1));
      yield withHands(store, byLargest(post), choice);
    } else yield withHands(store, ranked(store, post, choice.modelId, choice), choice);
  }
}

/** Says of each comment whether a person pinned or excluded it, and leaves those out that are not wanted. Places stay as they are. */
function withHands(store: ReadingStore, post: ScoredPost, { withoutExcluded }: PostChoice): ScoredPost {
  const curations = curationsOfPost(store, post.id);
  if (curations.size === 0) return post;
  const comments = post.comments
    .map((comment) => ({ ...comment, byHand: curations.get(comment.id)?.kind ?? null }))
    .filter(({ byHand }) => !withoutExcluded || byHand !== 'excluded');
  return { ...post, comments };
}

function ranked(store: ReadingStore, post: PostWithComments, modelId: number, { rankingOf }: PostChoice): ScoredPost {
  return { ...post, list: null, comments: rankingOf?.(post.id) ?? rankingOfPost(store, modelId, post.id) };
}

function* byLists(post: PostWithComments): Generator<ScoredPost> {
  const { lists } = post;
  const listed = new Set(lists.flatMap(({ entries }) => entries.map(({ commentId }) => commentId)));
  const unlisted = post.comments.filter(({ id }) => !listed.has(id)).map(({ id }) => id);
  if (lists.length === 0) yield listOf(post, [], unlisted, null);
  for (const [at, { entries }] of lists.entries())
    yield listOf(post, entries, at === 0 ? unlisted : [], lists.length === 1 ? null : at + 1);
}

function byLargest(post: PostWithComments): ScoredPost {
  const [first, ...further] = post.lists;
  const largest = further.reduce((one, other) => (other.entries.length > one!.entries.length ? other : one), first);
  const entries = largest?.entries ?? [];
  const listed = new Set(entries.map(({ commentId }) => commentId));
  const unlisted = post.comments.filter(({ id }) => !listed.has(id)).map(({ id }) => id);
  return listOf(post, entries, unlisted, null);
}

/** Comments as one list has them, the best first, and others of which it says nothing. */
function listOf(
  post: PostWithComments,
  entries: readonly ListEntry[],
  unlisted: readonly number[],
  list: number | null,
): ScoredPost {
  const told = new Map(entries.map((entry) => [entry.commentId, entry]));
  const wanted = new Set(unlisted);
  const place = (id: number): number => told.get(id)?.place ?? Number.POSITIVE_INFINITY;
  const comments = post.comments
    .filter(({ id }) => told.has(id) || wanted.has(id))
    .toSorted((a, b) => place(a.id) - place(b.id) || 0)
    .map((comment) => {
      const entry = told.get(comment.id);
      return { ...comment, position: entry?.place ?? null, votes: entry?.votes ?? null, reward: null };
    });
  return { ...post, comments, list };
}
