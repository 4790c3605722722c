/** Batches of pairs as the original recipe made them. */

import { maximum } from '../../common/lists.ts';
import { createRandom, shuffled } from '../../common/random.ts';
import { paddedLength, type RewardBatch, rewardBatch } from './batches.ts';
import type { InputReader, TokenGroup } from './input-reader.ts';

/**
 * Batches of so many pairs for one epoch, as the original recipe made them: the pairs of all posts in an order that depends on
 * the seed and the epoch alone, each with its own two inputs, whatever else a comment is compared with.
 */
export function pairBatches<Input>(
  groups: readonly TokenGroup<Input>[],
  reader: InputReader<Input>,
  { pairsPerBatch, maxTokens }: { readonly pairsPerBatch: number; readonly maxTokens: number },
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): RewardBatch<Input>[] {
  const alone = groups.flatMap(({ inputs, pairs }) =>
    pairs.map(
      ({ first, second, target }): TokenGroup<Input> => ({
        inputs: [inputs[first]!, inputs[second]!],
        pairs: [{ first: 0, second: 1, target }],
      }),
    ),
  );
  const order = shuffled(alone, createRandom(seed, epoch));
  const batches: RewardBatch<Input>[] = [];
  for (let from = 0; from < order.length; from += pairsPerBatch) {
    const members = order.slice(from, from + pairsPerBatch);
    const longest = maximum(members.flatMap(({ inputs }) => inputs.map(reader.lengthOf)));
    batches.push(rewardBatch(members, reader, paddedLength(longest, maxTokens)));
  }
  return batches;
}
