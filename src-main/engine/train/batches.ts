import type { PairGroup } from '../../contract/engine.ts';
import { inputFeeds } from '../model/feeds.ts';
import type { HostTensors } from '../runtime/runtime.ts';
import { createRandom, shuffled } from './random.ts';

/** Comments of one post as tokens, each once, and the pairs among them. */
export type TokenGroup = { readonly sequences: readonly Int32Array[]; readonly pairs: PairGroup['pairs'] };

/** What runs at once. */
export type Batch = {
  readonly sequences: number;
  /** Its part in the loss of its step before weighting: pairs, or tokens. */
  readonly share: number;
  feeds(weight: number): HostTensors;
};

/** Inputs are padded to a multiple of this, so that few different shapes occur. */
const lengthStep = 16;

export const paddedLength = (length: number, most: number): number =>
  Math.min(Math.ceil(length / lengthStep) * lengthStep, most);

export type BatchSizes = {
  readonly tokensPerBatch: number;
  /** Longest input of the model: nothing is padded beyond it. */
  readonly maxTokens: number;
  /** The token that fills up the shorter inputs. */
  readonly padding: number;
};

/** Batches of similar length are drawn from windows of this many batches: little padding, and still a random order. */
const window = 32;

/**
 * Reward batches for one epoch, in the order they are to be run. All pairs of a post stay together where the post fits into
 * `tokensPerBatch`, so each comment is run once. The order depends on the seed and the epoch alone.
 */
export function rewardBatches(
  groups: readonly TokenGroup[],
  sizes: BatchSizes,
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): Batch[] {
  const random = createRandom(seed, epoch);
  const parts = shuffled(
    groups.flatMap((group) => divide(group, sizes)),
    random,
  );
  const batches: Batch[] = [];
  const roughly = Math.max(1, Math.floor(sizes.tokensPerBatch / 128)) * window;
  for (let from = 0; from < parts.length; from += roughly) {
    const sorted = parts.slice(from, from + roughly).sort((a, b) => longestOf(b) - longestOf(a));
    batches.push(...pack(sorted, sizes));
  }
  return shuffled(batches, random);
}

/** The same without chance, for validation. */
export function orderedRewardBatches(groups: readonly TokenGroup[], sizes: BatchSizes): Batch[] {
  const parts = groups.flatMap((group) => divide(group, sizes)).sort((a, b) => longestOf(b) - longestOf(a));
  return pack(parts, sizes);
}

function longestOf(group: TokenGroup): number {
  return group.sequences.reduce((most, { length }) => Math.max(most, length), 1);
}

/** A group too large for a batch falls apart into its pairs, taken together as long as they fit. */
function divide(group: TokenGroup, { tokensPerBatch, maxTokens }: BatchSizes): TokenGroup[] {
  const length = paddedLength(longestOf(group), maxTokens);
  const most = Math.max(2, Math.floor(tokensPerBatch / length));
  if (group.sequences.length <= most) return [compact(group.sequences, group.pairs)];
  const parts: TokenGroup[] = [];
  let pairs: PairGroup['pairs'][number][] = [];
  let members = new Set<number>();
  for (const pair of group.pairs) {
    const together = new Set([...members, pair.first, pair.second]);
    if (together.size > most) {
      parts.push(compact(group.sequences, pairs));
      pairs = [];
      members = new Set([pair.first, pair.second]);
    } else members = together;
    pairs.push(pair);
  }
  parts.push(compact(group.sequences, pairs));
  return parts;
}

/** Leaves out sequences that are in no pair. */
function compact(sequences: readonly Int32Array[], pairs: PairGroup['pairs']): TokenGroup {
  const used = [...new Set(pairs.flatMap(({ first, second }) => [first, second]))].sort((a, b) => a - b);
  const place = new Map(used.map((old, i) => [old, i]));
  return {
    sequences: used.map((i) => sequences[i]!),
    pairs: pairs.map((pair) => ({ ...pair, first: place.get(pair.first)!, second: place.get(pair.second)! })),
  };
}

function pack(sorted: readonly TokenGroup[], { tokensPerBatch, maxTokens, padding }: BatchSizes): Batch[] {
  const batches: Batch[] = [];
  let groups: TokenGroup[] = [];
  let count = 0;
  let length = 0;
  const close = () => {
    if (groups.length > 0) batches.push(rewardBatch(groups, padding, length));
    groups = [];
    count = 0;
    length = 0;
  };
  for (const group of sorted) {
    if (group.pairs.length === 0) continue;
    const own = paddedLength(longestOf(group), maxTokens);
    const longer = Math.max(length, own);
    if (groups.length > 0 && (count + group.sequences.length) * longer > tokensPerBatch) close();
    groups.push(group);
    count += group.sequences.length;
    length = Math.max(length, own);
  }
  close();
  return batches;
}

function rewardBatch(groups: readonly TokenGroup[], padding: number, length: number): Batch {
  const sequences = groups.flatMap((group) => group.sequences);
  const pairs: PairGroup['pairs'][number][] = [];
  let offset = 0;
  for (const group of groups) {
    for (const { first, second, target } of group.pairs) {
      pairs.push({ first: first + offset, second: second + offset, target });
    }
    offset += group.sequences.length;
  }
  const shape = [pairs.length];
  return {
    sequences: sequences.length,
    share: pairs.length,
    feeds: (weight) => ({
      ...inputFeeds(sequences, padding, length),
      first: { data: Int32Array.from(pairs, (pair) => pair.first), shape },
      second: { data: Int32Array.from(pairs, (pair) => pair.second), shape },
      target: { data: Float32Array.from(pairs, (pair) => pair.target), shape },
      weight: { data: new Float32Array(pairs.length).fill(weight), shape },
    }),
  };
}

/** Texts joined and cut into blocks of `length` tokens; the last block may be shorter. */
export function toBlocks(sequences: readonly Int32Array[], length: number): Int32Array[] {
  const all = new Int32Array(sequences.reduce((total, sequence) => total + sequence.length, 0));
  let at = 0;
  for (const sequence of sequences) {
    all.set(sequence, at);
    at += sequence.length;
  }
  const blocks: Int32Array[] = [];
  for (let from = 0; from < all.length - 1; from += length) blocks.push(all.subarray(from, from + length));
  return blocks;
}

/** Language-model batches of one epoch; `random` null keeps the order of the blocks. */
export function blockBatches(
  blocks: readonly Int32Array[],
  { tokensPerBatch, maxTokens, padding }: BatchSizes,
  random: (() => number) | null,
): Batch[] {
  const ordered = random ? shuffled(blocks, random) : blocks;
  const rows = Math.max(1, Math.floor(tokensPerBatch / maxTokens));
  const batches: Batch[] = [];
  for (let from = 0; from < ordered.length; from += rows) {
    batches.push(blockBatch(ordered.slice(from, from + rows), padding));
  }
  return batches;
}

function blockBatch(blocks: readonly Int32Array[], padding: number): Batch {
  return {
    sequences: blocks.length,
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
