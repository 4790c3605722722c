import { asCurated } from '../common/curated.ts';
import { largestOf } from '../common/ranked-lists.ts';
import type { Curation, ListEntry, Post, RankedList, Split } from '../contract/records.ts';
import type { ScoredComment, ScoredPost } from '../dataset/writers/scored.ts';
import { curationsOfPost } from '../store/curations.ts';
import { rewardsOfPost } from '../store/gains.ts';
import type { ReadingStore } from '../store/open.ts';
import { postsAlone } from '../store/posts.ts';
import { type CommentText, commentTexts, listedComments } from '../store/some-comments.ts';
import type { NotSaidTally } from './not-said.ts';
import { rankedOrder } from './ranked-order.ts';

/** Which posts leave, and in what order their comments. */
export type PostChoice = {
  readonly split?: Split | undefined;
  /** The model whose rewards order the comments. Without it the order of the data is written. */
  readonly modelId?: number | undefined;
  /** Whether its rewards are joined with people's answers. */
  readonly joined?: boolean | undefined;
  /** Whether comments that a person excluded stay out. */
  readonly withoutExcluded?: boolean | undefined;
};

/** What is said of a comment without its text. */
type Entry = Omit<ScoredComment, Exclude<keyof CommentText, 'id'>> & {
  /** Where a list says other votes than its own row has. */
  readonly votes?: number | null;
};

/** Posts with their comments; without a model, one that several rows ranked comes once for each of its lists. */
export function* scoredPosts(store: ReadingStore, choice: PostChoice): Generator<ScoredPost> {
  for (const post of postsAlone(store, choice)) {
    const { modelId } = choice;
    if (modelId !== undefined) {
      yield written(store, post, rankedEntries(store, post, { ...choice, modelId }), null, choice);
      continue;
    }
    const { ids, lists } = listedComments(store, post.id);
    const unlisted = withoutListed(ids, lists);
    if (lists.length === 0) yield written(store, post, listEntries(ids, [], unlisted), null, choice);
    for (const [at, { entries }] of lists.entries()) {
      const said = listEntries(ids, entries, at === 0 ? unlisted : new Set());
      yield written(store, post, said, lists.length === 1 ? null : at + 1, choice);
    }
  }
}

/**
 * The same for tables, in which the rows of a post are one list: of several, the largest.
 * @param byHand whether those that a person pinned stand before all others, and those that one excluded behind them
 */
export function* tabledPosts(
  store: ReadingStore,
  choice: PostChoice,
  notSaid: NotSaidTally,
  byHand = false,
): Generator<ScoredPost> {
  for (const post of postsAlone(store, choice)) {
    const { modelId } = choice;
    if (modelId !== undefined) {
      yield written(store, post, rankedEntries(store, post, { ...choice, modelId }), null, choice, byHand);
      continue;
    }
    const { ids, lists } = listedComments(store, post.id);
    notSaid.add('other-list', Math.max(0, lists.length - 1));
    const said = listEntries(ids, largestOf(lists)?.entries ?? [], withoutListed(ids, lists));
    yield written(store, post, said, null, choice, byHand);
  }
}

const rankedEntries = (
  store: ReadingStore,
  { id }: Post,
  { modelId, joined }: PostChoice & { readonly modelId: number },
): readonly Entry[] =>
  joined
    ? rankedOrder(store, modelId, id, { places: false }).order
    : rewardsOfPost(store, modelId, id).map((one, place) => ({ ...one, position: one.reward === null ? null : place }));

/** Comments that no list says anything of. */
function withoutListed(ids: readonly number[], lists: readonly RankedList[]): ReadonlySet<number> {
  const unlisted = new Set(ids);
  for (const { entries } of lists) for (const { commentId } of entries) unlisted.delete(commentId);
  return unlisted;
}

/** Comments as one list has them, the best first, and others of which it says nothing. */
function listEntries(
  ids: readonly number[],
  entries: readonly ListEntry[],
  unlisted: ReadonlySet<number>,
): readonly Entry[] {
  const told = new Map(entries.map((entry) => [entry.commentId, entry]));
  const place = (id: number): number => told.get(id)?.place ?? Number.POSITIVE_INFINITY;
  return ids
    .filter((id) => told.has(id) || unlisted.has(id))
    .toSorted((a, b) => place(a) - place(b) || 0)
    .map((id) => {
      const entry = told.get(id);
      return { id, position: entry?.place ?? null, votes: entry?.votes ?? null, reward: null };
    });
}

/** Comments whose texts are read at once. */
const readAtOnce = 100;

/**
 * A post whose texts are read some at a time as they are written. Says of each comment whether a person pinned or excluded it, and leaves those out
 * that are not wanted; places stay as they are.
 */
function written(
  store: ReadingStore,
  post: Post,
  all: readonly Entry[],
  list: number | null,
  { withoutExcluded }: PostChoice,
  byHand = false,
): ScoredPost {
  const order = withHands(all, curationsOfPost(store, post.id), withoutExcluded ?? false, byHand);
  const comments: Iterable<ScoredComment> = {
    *[Symbol.iterator]() {
      for (let from = 0; from < order.length; from += readAtOnce) {
        const some = order.slice(from, from + readAtOnce);
        const texts = commentTexts(
          store,
          some.map(({ id }) => id),
        );
        for (const entry of some) {
          const text = texts.get(entry.id);
          if (text) yield { ...text, ...entry };
        }
      }
    },
  };
  return { ...post, comments, placed: order.some(({ position }) => position !== null), list };
}

function withHands(
  all: readonly Entry[],
  curations: ReadonlyMap<number, Curation>,
  withoutExcluded: boolean,
  first: boolean,
): readonly Entry[] {
  if (curations.size === 0) return all;
  const said = all
    .map((entry) => ({ ...entry, byHand: curations.get(entry.id)?.kind ?? null }))
    .filter(({ byHand }) => !withoutExcluded || byHand !== 'excluded');
  return first ? asCurated(said, ({ byHand }) => byHand ?? undefined) : said;
}
