/** Batches of pairs as the original recipe made them. */

import { createRandom, shuffled } from '../../common/random.ts';
import { type Batches, batchesOf, type RewardBatch, rewardBatch } from './batches.ts';
import { createColumn } from './column.ts';
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
): Batches<RewardBatch<Input>> {
  // A number for each pair: of a large store an object each would be gigabytes.
  const groupOf = createColumn(Int32Array);
  const firstOf = createColumn(Int32Array);
  for (const [number, { pairs }] of groups.entries()) {
    firstOf.push(groupOf.length);
    for (let i = 0; i < pairs.length; i++) groupOf.push(number);
  }
  const order = shuffled(
    Array.from({ length: groupOf.length }, (_, i) => i),
    createRandom(seed, epoch),
  );
  const alone = (place: number): TokenGroup<Input> => {
    const number = groupOf.at(place);
    const { inputs, pairs } = groups[number]!;
    const { first, second, target } = pairs[place - firstOf.at(number)]!;
    return { inputs: [inputs[first]!, inputs[second]!], pairs: [{ first: 0, second: 1, target }] };
  };
  return batchesOf(Math.ceil(order.length / pairsPerBatch), (place) => {
    const members = order.slice(place * pairsPerBatch, (place + 1) * pairsPerBatch);
    return rewardBatch(members.map(alone), reader, maxTokens);
  });
}
