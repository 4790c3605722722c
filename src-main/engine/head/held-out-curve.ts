import { setImmediate as turn } from 'node:timers/promises';
import { createRandom, shuffled } from '../../common/random.ts';
import type { PairInput } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { HeldOutCurve } from '../../evaluation/more-answers.ts';
import { type HeadData, subsetOf } from './data.ts';
import { withoutRareWords } from './features.ts';
import { lbfgs } from './lbfgs.ts';
import { headLoss, rewardsOf } from './loss.ts';
import type { Start } from './start.ts';

/** Into how many parts posts are drawn; each is held out once. */
const folds = 5;
/** Shares of what is left then, that heads are trained on, each among the next. */
const shares = [1 / 8, 1 / 4, 1 / 2, 1] as const;
/** Pairs that are looked at, at most: what 50 answers bring beyond is little, and more take long. */
const mostPairs = 600;

/** Pairs drawn from those of a training, with what is needed to train on them once more. */
export type DrawnPairs = {
  readonly data: HeadData;
  readonly start: Start;
  readonly seed: number;
  /** Of the whole training. */
  readonly pairs: number;
};

type Fitting = {
  readonly strength: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
};

/** @param all scaled and widened rows */
export function drawPairs(all: HeadData, start: Start, seed: number): DrawnPairs {
  const drawn = shuffled(all.pairs, createRandom(seed)).slice(0, mostPairs);
  return { ...narrowed(subsetOf(all, drawn), start), seed, pairs: all.pairs.length };
}

/**
 * How often heads are right that learned from fewer pairs, on posts they did not see: posts are drawn into five parts, and with each held out heads
 * are trained on an eighth, a quarter, a half and all of the other pairs.
 * @throws TiebreakError cancelled
 */
export async function heldOutCurve(
  { data, start, seed, pairs: all }: DrawnPairs,
  fitting: Fitting,
): Promise<HeldOutCurve> {
  const postOf = ({ first }: PairInput): number => data.post[first]!;
  const posts = shuffled([...new Set(data.pairs.map(postOf))], createRandom(seed, 1));
  const foldOf = new Map(posts.map((post, i) => [post, i % folds]));
  const judged = new Map(posts.map((post) => [post, { of: 0, right: shares.map(() => 0) }]));
  const sizes = shares.map(() => 0);
  for (let fold = 0; fold < folds; fold++) {
    const others = data.pairs.filter((pair) => foldOf.get(postOf(pair)) !== fold);
    const held = data.pairs.filter((pair) => foldOf.get(postOf(pair)) === fold && pair.target !== 0.5);
    const rows = subsetOf(data, held);
    for (const pair of held) judged.get(postOf(pair))!.of += 1;
    let weights = start.centre;
    for (const [at, share] of shares.entries()) {
      const count = Math.round(share * others.length);
      sizes[at]! += count / folds;
      weights = await fitted(subsetOf(data, others.slice(0, count)), weights, start, fitting);
      for (const [i, right] of rightOf(rows, weights).entries()) judged.get(postOf(held[i]!))!.right[at]! += right;
    }
    fitting.onProgress?.(fold + 1, folds);
  }
  return { pairs: all, sizes, posts: [...judged.values()].filter(({ of }) => of > 0) };
}

/** Of each pair, 1 where weights find it right, and a half where they tell nothing. */
function rightOf(data: HeadData, weights: Float64Array): number[] {
  const rewards = rewardsOf(data, weights);
  return data.pairs.map(({ first, second, target }) => {
    const difference = rewards[first]! - rewards[second]!;
    return difference === 0 ? 0.5 : Number(difference > 0 === target > 0.5);
  });
}

/** The same without weights of words that fewer than two rows have: most of all weights, which would stay where they are. */
function narrowed(data: HeadData, { centre, freedom }: Start): { readonly data: HeadData; readonly start: Start } {
  const rows = withoutRareWords(data.rows);
  const from = rows.blocks.words;
  const used = [...new Set(rows.words.flatMap(({ buckets }) => [...buckets]))];
  const places = new Map(used.map((bucket, place) => [bucket, place]));
  const words = rows.words.map(({ buckets, values }) => ({
    buckets: buckets.map((bucket) => places.get(bucket)!),
    values,
  }));
  const narrow = (weights: Float64Array): Float64Array =>
    Float64Array.from({ length: from + used.length }, (_, i) => weights[i < from ? i : from + used[i - from]!]!);
  return { data: { ...data, rows: { ...rows, words } }, start: { centre: narrow(centre), freedom: narrow(freedom) } };
}

/** @param from weights that are near already */
async function fitted(
  data: HeadData,
  from: Float64Array,
  start: Start,
  { strength, signal }: Fitting,
): Promise<Float64Array> {
  const known = { ...data, rows: withoutRareWords(data.rows) };
  const steps = lbfgs(headLoss(known, strength, start), from, { maxIterations: 50, tolerance: 1e-3 });
  for (;;) {
    await turn();
    if (signal.aborted) throw new TiebreakError('cancelled', 'The measuring was cancelled. Nothing was changed.');
    const { done, value } = steps.next();
    if (done) return Float64Array.from(value.x);
  }
}
