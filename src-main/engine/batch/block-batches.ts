/** Batches for a language model: all texts as one, cut into blocks of the longest input. */

import { maximum } from '../../common/lists.ts';
import { shuffled } from '../../common/random.ts';
import { type Batch, type Batches, batchesOf, type RewardBatchSizes } from './batches.ts';
import { inputFeeds } from './feeds.ts';
import type { Sequences } from './sequences.ts';

export type BlockSizes = RewardBatchSizes & {
  /** Blocks in a batch; absent or 0 goes by `tokensPerBatch`. */
  readonly blocksPerBatch?: number;
  /** The token that fills up the shorter inputs. */
  readonly padding: number;
};

/** Texts that were joined and cut into blocks, which are read when they are needed. */
export type Blocks = {
  readonly count: number;
  readonly lengthOf: (block: number) => number;
  readonly read: (block: number) => Int32Array;
};

/** All sequences, one after the other, in blocks of `length` tokens. The last block may be shorter; of several, `whole` leaves it out. */
export function blocksIn({ tokens, slice }: Sequences, length: number, whole = false): Blocks {
  // A token is learned from those before it: one by itself is no block.
  const all = Math.max(0, Math.ceil((tokens - 1) / length));
  const endOf = (block: number): number => Math.min(tokens, (block + 1) * length);
  const lengthOf = (block: number): number => endOf(block) - block * length;
  const count = whole && all > 1 && lengthOf(all - 1) < length ? all - 1 : all;
  return { count, lengthOf, read: (block) => slice(block * length, endOf(block)) };
}

/** Language-model batches of one epoch; `random` null keeps the order of the blocks. */
export function blockBatches(
  blocks: Blocks,
  { tokensPerBatch, blocksPerBatch, maxTokens, padding }: BlockSizes,
  random: (() => number) | null,
): Batches {
  const inOrder = Array.from({ length: blocks.count }, (_, block) => block);
  const ordered = random ? shuffled(inOrder, random) : inOrder;
  const rows = blocksPerBatch || Math.max(1, Math.floor(tokensPerBatch / maxTokens));
  return batchesOf(Math.ceil(ordered.length / rows), (place) =>
    blockBatch(blocks, ordered.slice(place * rows, (place + 1) * rows), padding),
  );
}

function blockBatch({ lengthOf, read }: Blocks, members: readonly number[], padding: number): Batch {
  const length = maximum(members.map(lengthOf), 1);
  return {
    sequences: members.length,
    size: () => ({ rows: members.length, length }),
    atMost: () => ({ tokens: members.length * length, length }),
    share: members.reduce((total, block) => total + lengthOf(block) - 1, 0),
    feeds(weight) {
      const blocks = members.map(read);
      const inputs = inputFeeds(blocks, padding);
      const [batch, length] = inputs.ids!.shape as [number, number];
      const targets = new Int32Array(batch * length);
      const weights = new Float32Array(batch * length);
      blocks.forEach((block, row) => {
        targets.set(block.subarray(1), row * length);
        weights.fill(weight, row * length, row * length + block.length - 1);
      });
      const shape = [batch * length];
      return { ...inputs, targets: { data: targets, shape }, weight: { data: weights, shape } };
    },
  };
}
