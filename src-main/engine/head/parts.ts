import { blocksOfWeights, plainNames } from './features.ts';
import type { Head } from './head-folder.ts';
import { headReward } from './score-head.ts';

const noVector = (head: Head): Float32Array => new Float32Array(blocksOfWeights(head.weights).product);

/** What a head finds in the text alone: its reward where neither vector says anything. */
export function textReward(head: Head, comment: string): number {
  const none = noVector(head);
  return headReward(head, { post: '', comment }, none, none);
}

/** What a head makes of vectors, taken apart: so much for each number, each product, the cosine and its square. */
export type VectorWeights = {
  readonly comment: Float32Array;
  readonly product: Float32Array;
  readonly cosine: number;
  readonly cosineSquare: number;
};

/**
 * The weights with which comment . c + product . (c p) + cosine cos + cosineSquare cos^2 is, but for a constant, what the head
 * adds for vectors. Cosines are within the head's bounds but for a few, for which the parabola goes on.
 */
export function vectorWeights(head: Head): VectorWeights {
  const { weights, mean, deviation } = head;
  const blocks = blocksOfWeights(weights);
  const none = noVector(head);
  const last = plainNames.length - 1;
  const without = { ...head, weights: weights.slice().fill(0, blocks.comment, blocks.plain) };
  // The parabola through three cosines: the mean, and one deviation to either side.
  const at = (cosine: number): number => {
    const [c, p] = [none.slice().fill(1, 0, 1), none.slice().fill(cosine, 0, 1)];
    return headReward(without, { post: '', comment: '' }, p, c);
  };
  const [middle, step] = [mean[last]!, deviation[last]!];
  const [low, here, high] = [at(middle - step), at(middle), at(middle + step)];
  const cosineSquare = (high - 2 * here + low) / (2 * step * step);
  const cosine = (high - low) / (2 * step) - 2 * cosineSquare * middle;
  return {
    comment: weights.slice(blocks.comment, blocks.product),
    product: weights.slice(blocks.product, blocks.plain),
    cosine,
    cosineSquare,
  };
}
