import type { TextInput } from '../../contract/engine.ts';
import { blocksOfWeights, lengthOf, plainFeature, squareOf } from './features.ts';
import type { DrawnHead } from './head-folder.ts';
import { textFeatures } from './text-features.ts';

/** How far the reward of a comment lies from `headReward` by each of the heads that were drawn beside it; empty where none were. */
export function headDeviations(
  { weights, mean, deviation, deviations }: DrawnHead,
  { comment: text }: TextInput,
  post: Float32Array,
  comment: Float32Array,
): Float32Array {
  if (deviations === null) return new Float32Array(0);
  const blocks = blocksOfWeights(weights);
  const row = new Float32Array(blocks.words);
  let cosine = 0;
  for (let i = 0; i < blocks.product; i++) {
    const product = comment[i]! * post[i]!;
    cosine += product;
    row[blocks.comment + i] = comment[i]!;
    row[blocks.product + i] = product;
  }
  for (const [i, value] of [...textFeatures(text), cosine].entries()) {
    const distance = plainFeature(value, mean[i]!, deviation[i]!);
    row[blocks.plain + i] = distance;
    row[blocks.bent + i] = squareOf(distance);
    if (i === 0) row[blocks.words - 1] = lengthOf(distance);
  }
  return Float32Array.from({ length: deviations.length / row.length }, (_, head) => {
    let sum = 0;
    for (let i = 0; i < row.length; i++) sum += row[i]! * deviations[head * row.length + i]!;
    return sum;
  });
}
