import type { TextInput } from '../../contract/engine.ts';
import { logLength, textFeatureNames, textFeatures } from './text-features.ts';
import { typical, typicalCount, typicalSpread } from './typical.ts';
import { hashedWords, type SparseRow, wordBuckets } from './words.ts';

/**
 * What the head sees of a comment under a post, in five blocks: the comment's vector; its product, number by number, with the
 * post's; `plain` numbers, which are counted in the text, and the cosine of the two vectors; `bent`, the squares of these and the
 * length once more; and its words, which are kept apart since almost all of them are 0. The last two are 0 until `widen`.
 */
export const plainNames: readonly (keyof typeof typical)[] = [...textFeatureNames, 'cosine with the post'];

const plainCount = plainNames.length;
/** Where the blocks begin. Rows end before the words; weights go on with one for each bucket of words. */
export type Blocks = Readonly<Record<'comment' | 'product' | 'plain' | 'bent' | 'words' | 'end', number>>;

/** @param width of the encoder's vectors */
export function blocksOf(width: number): Blocks {
  const plain = 2 * width;
  const words = plain + 2 * plainCount + 1;
  return { comment: 0, product: width, plain, bent: plain + plainCount, words, end: words + wordBuckets };
}

/** The blocks of weights. */
export function blocksOfWeights({ length }: ArrayLike<number>): Blocks {
  return blocksOf((length - wordBuckets - 2 * plainCount - 1) / 2);
}

/** How raw features become those that the head is trained on. */
export type Scaling = {
  /** Factors of the first two blocks. Their mean need not be taken off: rewards are compared within a post. */
  readonly comment: number;
  readonly product: number;
  /** The plain features: (value - mean) / deviation, kept within `clip`, times `plain`. */
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
  readonly plain: number;
};

/** How far a plain feature may lie from its mean, in deviations: one odd text must not outweigh all others. */
const clip = 4;
/** How much features may say before much was learned, beside the vectors; the length more than what else is counted. */
export const shares = { plain: 0.3, length: 1, words: 0.5 } as const;
/** Squares above this say no more. */
const largestSquare = 9;

/** Rows, one after the other, `blocks.words` numbers each, and the words of each. */
export type Rows = {
  readonly blocks: Blocks;
  readonly values: Float32Array;
  readonly count: number;
  readonly words: readonly SparseRow[];
};

/** A comment with the vectors of its post and itself. */
export type Embedded = { readonly text: TextInput; readonly post: Float32Array; readonly comment: Float32Array };

/** Makes rows of raw features. @param width of the vectors */
export function rowsOf(comments: readonly Embedded[], width: number): Rows {
  const blocks = blocksOf(width);
  const values = new Float32Array(comments.length * blocks.words);
  for (const [at, comment] of comments.entries()) writeRow(values, blocks, at, comment);
  return { blocks, values, count: comments.length, words: comments.map(() => noWords) };
}

const noWords: SparseRow = { buckets: new Int32Array(0), values: new Float32Array(0) };

/** Adds the last two blocks to scaled rows. @param texts the comment of each row */
export function widen({ blocks, values, count }: Rows, { plain }: Scaling, texts: readonly string[]): Rows {
  for (let row = 0; row < count; row++) {
    const from = row * blocks.words;
    for (let i = 0; i < plainCount; i++) {
      values[from + blocks.bent + i] = squareOf(values[from + blocks.plain + i]! / plain);
    }
    values[from + blocks.words - 1] = lengthOf(values[from + blocks.plain]! / plain);
  }
  return { blocks, values, count, words: texts.map(wordsOf) };
}

/** The square of a plain feature in deviations, about 0, scaled. */
export function squareOf(distance: number): number {
  return (shares.plain / 2) * (Math.min(largestSquare, distance * distance) - 1);
}

/** The first plain feature, the length, with a share of its own. */
export function lengthOf(distance: number): number {
  return shares.length * distance;
}

/** The block of words, scaled. */
export function wordsOf(text: string): SparseRow {
  const { buckets, values } = hashedWords(text);
  return { buckets, values: values.map((value) => value * shares.words) };
}

/** The rows without words that only one of them has: a weight of theirs would learn that one comment by heart. */
export function withoutRareWords(rows: Rows): Rows {
  const counts = new Uint32Array(wordBuckets);
  for (const { buckets } of rows.words) for (const bucket of buckets) counts[bucket]! += 1;
  const words = rows.words.map(({ buckets, values }) => ({
    buckets: buckets.filter((bucket) => counts[bucket]! > 1),
    values: values.filter((_, i) => counts[buckets[i]!]! > 1),
  }));
  return { ...rows, words };
}

function writeRow(values: Float32Array, blocks: Blocks, at: number, { text, post, comment }: Embedded): void {
  const row = at * blocks.words;
  let cosine = 0;
  for (let i = 0; i < comment.length; i++) {
    const product = comment[i]! * post[i]!;
    cosine += product;
    values[row + blocks.comment + i] = comment[i]!;
    values[row + blocks.product + i] = product;
  }
  values.set(textFeatures(text.comment), row + blocks.plain);
  values[row + blocks.bent - 1] = cosine;
}

/**
 * Scaling learned from rows: each of the first two blocks gets the length 1 on average, once the mean of its post is taken off;
 * plain features the deviation 1. Some typical comments count among them, so that two rows scale nothing out of proportion.
 * @param post the number of each row's post; rows of a post stand together
 */
export function scalingOf({ blocks, values, count }: Omit<Rows, 'words'>, post: Int32Array): Scaling {
  const width = blocks.words;
  const all = count + typicalCount;
  const mean = new Float32Array(plainCount);
  const deviation = new Float32Array(plainCount);
  for (const [i, name] of plainNames.entries()) {
    const [typicalMean, typicalDeviation] = typical[name];
    let sum = typicalCount * typicalMean;
    for (let row = 0; row < count; row++) sum += values[row * width + blocks.plain + i]!;
    mean[i] = sum / all;
    let squares = typicalCount * (typicalDeviation ** 2 + (typicalMean - mean[i]!) ** 2);
    for (let row = 0; row < count; row++) squares += (values[row * width + blocks.plain + i]! - mean[i]!) ** 2;
    deviation[i] = Math.sqrt(squares / all);
  }
  const spread = (from: number, to: number, usual: number): number => {
    const squares = typicalCount * usual ** 2 + squaresWithinPosts({ blocks, values, count }, post, from, to);
    return 1 / Math.sqrt(squares / all);
  };
  return {
    comment: spread(blocks.comment, blocks.product, typicalSpread.comment),
    product: spread(blocks.product, blocks.plain, typicalSpread.product),
    mean,
    deviation,
    plain: shares.plain,
  };
}

/** Sum of the squared lengths of rows, in some columns, after the mean of their post was taken off. */
function squaresWithinPosts(
  { blocks, values, count }: Omit<Rows, 'words'>,
  post: Int32Array,
  from: number,
  to: number,
): number {
  const width = blocks.words;
  let squares = 0;
  for (let first = 0; first < count; ) {
    let end = first;
    const sums = new Float64Array(to - from);
    for (; end < count && post[end] === post[first]; end++) {
      for (let i = from; i < to; i++) {
        const value = values[end * width + i]!;
        sums[i - from]! += value;
        squares += value * value;
      }
    }
    for (const sum of sums) squares -= (sum * sum) / (end - first);
    first = end;
  }
  return squares;
}

/** Scales rows where they are. */
export function scaleRows(
  { blocks, values, count }: Rows,
  { comment, product, mean, deviation, plain }: Scaling,
): void {
  for (let row = 0; row < count; row++) {
    const from = row * blocks.words;
    for (let i = blocks.comment; i < blocks.product; i++) values[from + i]! *= comment;
    for (let i = blocks.product; i < blocks.plain; i++) values[from + i]! *= product;
    for (let i = 0; i < plainCount; i++) {
      const at = from + blocks.plain + i;
      values[at] = plain * plainFeature(values[at]!, mean[i]!, deviation[i]!);
    }
  }
}

/** A plain feature in deviations from its mean. */
export function plainFeature(value: number, mean: number, deviation: number): number {
  return Math.max(-clip, Math.min(clip, (value - mean) / deviation));
}

/**
 * What every head begins with: a longer comment is a little better. Twice as long wins in 53 of 100. What else is believed before
 * anybody has answered stands in the weights (start.ts), so that models keep it as they were trained.
 */
export function priorReward(comment: string): number {
  return 0.15 * logLength(comment);
}
