import { setImmediate as breathe } from 'node:timers/promises';
import { commentsUsed } from '../common/large-threads.ts';
import { randomFrom } from '../common/random.ts';
import { largestOf } from '../common/ranked-lists.ts';
import { decisive } from '../common/verdicts.ts';
import type { PairSource } from '../contract/calls.ts';
import type { Answer, PostWithComments, Preference, Split } from '../contract/records.ts';
import type { PairTotals } from '../contract/reports.ts';
import { throwIfCancelled } from '../dataset/stopping.ts';
import type { WrittenPair } from '../dataset/writers/pairs.ts';
import { type PairBound, usualBound } from '../recipe/drawn-pairs.ts';
import { pairsOfPost, postInput } from '../recipe/pairs.ts';
import { clearsMargin, plainVotes } from '../recipe/votes.ts';
import { answersOfPost } from '../store/labels.ts';
import type { ReadingStore } from '../store/open.ts';
import { postsWithComments } from '../store/posts.ts';

/** Which pairs leave. */
export type PairChoice = {
  readonly split?: Split | undefined;
  /** From the ranks in the data, from people's answers, or both (unless said otherwise). */
  readonly pairs?: PairSource | undefined;
  /** A difference of votes below it is no preference. */
  readonly margin?: number | undefined;
  /** Of a post with more, so many are drawn; as many as usual without it. */
  readonly pairsPerPost?: number | undefined;
};

/** The pairs of a post that leave, and how many do not. */
type PairsOut = {
  /** How many leave. */
  readonly count: number;
  /** Whether people said by how much one comment is better, of any of them. */
  readonly anyMargin: boolean;
  /** One after the other, the better comment first: a post may have a million. */
  readonly pairs: () => Iterable<{
    readonly chosen: string;
    readonly rejected: string;
    readonly margin: number | null;
  }>;
  /** Neither side is better. */
  readonly ties: number;
  /** Not drawn. */
  readonly undrawn: number;
};

/** What counting them came to, and how many of them have a margin. */
export type CountedPairs = PairTotals & { readonly margins: number };

/** The pairs of all posts as a training would read them, one row for each two comments. */
export function* pairsToWrite(
  store: ReadingStore,
  choice: PairChoice,
): Generator<PairsOut & { readonly post: PostWithComments; readonly prompt: string }> {
  const bound = boundFor(choice);
  for (const post of postsWithComments(store, { split: choice.split, most: commentsUsed(bound.pairs) })) {
    const answers = choice.pairs === 'votes' || choice.pairs === 'adjacent' ? [] : answersOfPost(store, post.id);
    yield { post, prompt: postInput(post, 'post'), ...pairsOut(post, answers, choice, bound) };
  }
}

/** Few pairs are drawn from more, by chance. */
const boundFor = ({ pairsPerPost = usualBound.pairs }: PairChoice): PairBound => ({
  ...usualBound,
  pairs: Math.max(usualBound.pairs, pairsPerPost),
});

/** The rows of a file of pairs. */
export function* writtenPairs(of: ReturnType<typeof pairsToWrite>, margins: boolean): Generator<WrittenPair> {
  for (const { prompt, pairs } of of)
    for (const { margin, ...pair } of pairs())
      yield { prompt, ...pair, margin: margins ? (margin ?? undefined) : undefined };
}

/**
 * Counts the pairs before they are written, and gives others a turn.
 * @param patience ms after which the count is cut short, and says so; without it all are counted
 */
export async function countPairs(
  store: ReadingStore,
  choice: PairChoice,
  {
    signal,
    patience = Number.POSITIVE_INFINITY,
  }: { readonly signal?: AbortSignal | undefined; readonly patience?: number } = {},
): Promise<CountedPairs> {
  const started = performance.now();
  let [pairs, posts, margins, whole] = [0, 0, 0, true];
  let largest: PairTotals['largest'] = null;
  let last = started;
  for (const { post, count, anyMargin, pairs: found } of pairsToWrite(store, choice)) {
    pairs += count;
    if (count > 0) posts += 1;
    if (anyMargin) for (const { margin } of found()) if (margin !== null) margins += 1;
    if (count > (largest?.pairs ?? 0))
      largest = { post: post.title ?? post.text, comments: post.comments.length, pairs: count };
    if (performance.now() - last < stretch) continue;
    await breathe();
    throwIfCancelled(signal);
    last = performance.now();
    if (last - started > patience) {
      whole = false;
      break;
    }
  }
  return { pairs, posts, largest, whole, margins };
}

/** Longest stretch of work in ms. */
const stretch = 20;

function pairsOut(
  post: PostWithComments,
  answers: readonly Answer<Preference>[],
  choice: PairChoice,
  bound: PairBound,
): PairsOut {
  const rule = { ...plainVotes, margin: choice.margin ?? 0 };
  const { comments, pairs, drawn: isPart } = pairsOfPost(post, answers, choice.pairs ?? 'both', rule, undefined, bound);
  const places = new Map(post.comments.map(({ id }, place) => [id, place]));
  const at = comments.map(({ id }) => places.get(id)!);
  const size = post.comments.length;
  const differ = pairs.filter(({ target }) => target !== 0.5);
  // The places of both as one number, in the order in which the comments came: the pairs come in an order that says nothing.
  const rows = Float64Array.from(differ, ({ first, second }) => at[first]! * size + at[second]!).sort();
  const drawn = draw(rows, choice.pairsPerPost ?? usualBound.pairs, post.id);
  const said = decisive(answers);
  const anyMargin = said.some(({ margin }) => margin !== null);
  const marginOf = marginsOf(anyMargin ? said : []);
  return {
    count: drawn.length,
    anyMargin,
    *pairs() {
      for (const row of drawn) {
        const [better, worse] = [post.comments[Math.floor(row / size)]!, post.comments[row % size]!];
        yield { chosen: better.text, rejected: worse.text, margin: marginOf(better.id, worse.id) };
      }
    },
    ties: pairs.length - rows.length,
    undrawn: isPart ? Math.max(rows.length, differing(post, rule.margin)) - drawn.length : rows.length - drawn.length,
  };
}

/** The mean margin of those answers on two comments that hold the first to be better; null where none says one. */
function marginsOf(answers: readonly Answer<Preference>[]): (betterId: number, worseId: number) => number | null {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { leftId, rightId, choice, margin } of answers) {
    if (margin === null || (choice !== 'left' && choice !== 'right')) continue;
    const name = choice === 'left' ? `${leftId} ${rightId}` : `${rightId} ${leftId}`;
    const { sum, count } = sums.get(name) ?? { sum: 0, count: 0 };
    sums.set(name, { sum: sum + margin, count: count + 1 });
  }
  return (betterId, worseId) => {
    const found = sums.get(`${betterId} ${worseId}`);
    return found ? found.sum / found.count : null;
  };
}

/** How many pairs the largest list of a post has whose places, or votes by this margin, differ: counted from sorted figures, not pair by pair. */
function differing({ lists }: PostWithComments, margin: number): number {
  const entries = largestOf(lists)?.entries.filter(({ place }) => place !== null) ?? [];
  const byVotes = margin > 0 && entries.every(({ votes }) => votes !== null);
  const figures = Float64Array.from(entries, ({ place, votes }) => (byVotes ? votes! : place!)).sort();
  const differ = (one: number, other: number): boolean => (byVotes ? clearsMargin(one, other, margin) : one !== other);
  let [count, first] = [0, 0];
  for (const figure of figures) {
    while (differ(figures[first]!, figure)) first += 1;
    count += first;
  }
  return count;
}

/** So many of the rows in their order, always the same ones for the same seed. */
function draw(rows: Float64Array, count: number, seed: number): Float64Array {
  if (rows.length <= count) return rows;
  const random = randomFrom(seed);
  const order = Uint32Array.from(rows.keys());
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(random() * (order.length - i));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return Float64Array.from(order.subarray(0, count).sort(), (index) => rows[index]!);
}
