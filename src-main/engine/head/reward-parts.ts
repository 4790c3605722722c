import type { RewardParts, TextInput } from '../../contract/engine.ts';
import {
  type Blocks,
  blocksOfWeights,
  lengthOf,
  plainFeature,
  plainNames,
  priorReward,
  squareOf,
  wordsOf,
} from './features.ts';
import type { Head } from './head-folder.ts';
import { textFeatures } from './text-features.ts';

/** Features that say how long a comment is. What else is counted is its form. */
const lengths = new Set<(typeof plainNames)[number]>(['log characters', 'log words', 'log sentences']);
export const isLength: readonly boolean[] = plainNames.map((name) => lengths.has(name));

/**
 * The reward of one comment by kinds of evidence: it is their sum.
 * length: what every head begins with, and the features that say how long it is. form: all else that is counted in it. words: its hashed words.
 * meaning: its vector. post: the product of its vector with the post's, and their cosine.
 * @param post the encoder's vector of the post; one of zeros says nothing
 * @param comment that of the comment
 */
export function rewardPartsOf(
  head: Head,
  { comment: text }: Pick<TextInput, 'comment'>,
  post: Float32Array,
  comment: Float32Array,
): RewardParts {
  const { weights } = head;
  const blocks = blocksOfWeights(weights);
  let [meaning, fit, cosine] = [0, 0, 0];
  for (let i = 0; i < blocks.product; i++) {
    const product = comment[i]! * post[i]!;
    cosine += product;
    meaning += comment[i]! * weights[blocks.comment + i]!;
    fit += product * weights[blocks.product + i]!;
  }
  let [length, form] = [priorReward(text), 0];
  for (const [i, value] of textFeatures(text).entries()) {
    const share = shareOf(head, blocks, i, value);
    if (isLength[i]) length += share;
    else form += share;
  }
  let words = 0;
  const { buckets, values } = wordsOf(text);
  for (const [i, bucket] of buckets.entries()) words += values[i]! * weights[blocks.words + bucket]!;
  return { length, form, words, meaning, post: fit + shareOf(head, blocks, plainNames.length - 1, cosine) };
}

/** What one plain feature adds to a reward, with its square; the length once more. @param i its place in plainNames */
export const featureShare = (head: Head, i: number, value: number): number =>
  shareOf(head, blocksOfWeights(head.weights), i, value);

function shareOf({ weights, mean, deviation }: Head, blocks: Blocks, i: number, value: number): number {
  const distance = plainFeature(value, mean[i]!, deviation[i]!);
  const share = distance * weights[blocks.plain + i]! + squareOf(distance) * weights[blocks.bent + i]!;
  return i === 0 ? share + lengthOf(distance) * weights[blocks.words - 1]! : share;
}
