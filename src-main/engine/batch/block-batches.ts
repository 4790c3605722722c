/** Batches for a language model: all texts as one, cut into blocks of the longest input. */

import { shuffled } from '../../common/random.ts';
import type { Batch, RewardBatchSizes } from './batches.ts';
import { inputFeeds, longest } from './feeds.ts';

export type BlockSizes = RewardBatchSizes & {
  /** Blocks in a batch; absent or 0 goes by `tokensPerBatch`. */
  readonly blocksPerBatch?: number;
  /** The token that fills up the shorter inputs. */
  readonly padding: number;
};

/** Texts joined and cut into blocks of `length` tokens. The last block may be shorter; of several, `whole` leaves it out. */
export function toBlocks(sequences: readonly Int32Array[], length: number, whole = false): Int32Array[] {
  const all = new Int32Array(sequences.reduce((total, sequence) => total + sequence.length, 0));
  let at = 0;
  for (const sequence of sequences) {
    all.set(sequence, at);
    at += sequence.length;
  }
  const blocks: Int32Array[] = [];
  for (let from = 0; from < all.length - 1; from += length) blocks.push(all.subarray(from, from + length));
  return whole && blocks.length > 1 ? blocks.filter((block) => block.length === length) : blocks;
}

/** Language-model batches of one epoch; `random` null keeps the order of the blocks. */
export function blockBatches(
  blocks: readonly Int32Array[],
  { tokensPerBatch, blocksPerBatch, maxTokens, padding }: BlockSizes,
  random: (() => number) | null,
): Batch[] {
  const ordered = random ? shuffled(blocks, random) : blocks;
  const rows = blocksPerBatch || Math.max(1, Math.floor(tokensPerBatch / maxTokens));
  const batches: Batch[] = [];
  for (let from = 0; from < ordered.length; from += rows) {
    batches.push(blockBatch(ordered.slice(from, from + rows), padding));
  }
  return batches;
}

function blockBatch(blocks: readonly Int32Array[], padding: number): Batch {
  return {
    sequences: blocks.length,
    size: { rows: blocks.length, length: longest(blocks) },
    share: blocks.reduce((total, block) => total + block.length - 1, 0),
    feeds(weight) {
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
