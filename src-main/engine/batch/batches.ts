/**
 * What runs at once. Batches of pairs in which all comments of a post are together, so that each is run once; pair-batches.ts
 * makes them of single pairs as the original recipe did, block-batches.ts makes those of a language model.
 */

import { append, maximum } from '../../common/lists.ts';
import { createRandom, shuffled } from '../../common/random.ts';
import type { PairGroup } from '../../contract/engine.ts';
import type { HostTensors } from '../runtime/runtime.ts';
import type { BatchSize } from './feeds.ts';
import type { InputReader, TokenGroup } from './input-reader.ts';

/** What runs at once, of any kind. */
export type Batch = {
  readonly sequences: number;
  /** Rows and columns of its tokens. */
  readonly size: BatchSize;
  /** Its part in the loss of its step before weighting: pairs, or tokens. */
  readonly share: number;
  feeds(weight: number): HostTensors;
};

/** A batch of pairs. */
export type RewardBatch<Input> = Batch & {
  /** What its rewards are of, in their order. An input is the same object in every batch that it is in. */
  readonly inputs: readonly Input[];
};

/** Inputs are padded to a multiple of this, so that few different shapes occur. */
const lengthStep = 16;

export const paddedLength = (length: number, most: number): number =>
  Math.min(Math.ceil(length / lengthStep) * lengthStep, most);

export type RewardBatchSizes = {
  /** With the padding of readers that pad, and without it for those that don't. */
  readonly tokensPerBatch: number;
  /** Longest input of the model: nothing is padded beyond it. */
  readonly maxTokens: number;
};

/** Batches of similar length are drawn from windows of this many batches: little padding, and still a random order. */
const window = 32;

/**
 * Reward batches for one epoch, in the order they are to be run. All pairs of a post stay together where the post fits into
 * `tokensPerBatch`, so each comment is run once. The order depends on the seed and the epoch alone.
 */
export function rewardBatches<Input>(
  groups: readonly TokenGroup<Input>[],
  reader: InputReader<Input>,
  sizes: RewardBatchSizes,
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): RewardBatch<Input>[] {
  const random = createRandom(seed, epoch);
  const parts = shuffled(divideAll(groups, reader, sizes), random);
  const batches: RewardBatch<Input>[] = [];
  const roughly = Math.max(1, Math.floor(sizes.tokensPerBatch / 128)) * window;
  for (let from = 0; from < parts.length; from += roughly) {
    append(batches, pack(longestFirst(parts.slice(from, from + roughly)), reader, sizes));
  }
  return shuffled(batches, random);
}

/** The same without chance, for validation. */
export function orderedRewardBatches<Input>(
  groups: readonly TokenGroup<Input>[],
  reader: InputReader<Input>,
  sizes: RewardBatchSizes,
): RewardBatch<Input>[] {
  return pack(longestFirst(divideAll(groups, reader, sizes)), reader, sizes);
}

/** What runs together, with the length of its longest sequence. */
type Part<Input> = TokenGroup<Input> & { readonly longest: number };

const longestFirst = <Input>(parts: Part<Input>[]): Part<Input>[] => parts.sort((a, b) => b.longest - a.longest);

function divideAll<Input>(
  groups: readonly TokenGroup<Input>[],
  reader: InputReader<Input>,
  sizes: RewardBatchSizes,
): Part<Input>[] {
  const longestOf = ({ inputs }: TokenGroup<Input>) =>
    inputs.reduce((most, input) => Math.max(most, reader.lengthOf(input)), 1);
  return groups.flatMap((group) => {
    const longest = longestOf(group);
    const length = reader.padded ? paddedLength(longest, sizes.maxTokens) : longest;
    const most = Math.max(2, Math.floor(sizes.tokensPerBatch / length) - reader.perPost);
    const fits = !reader.padded && tokensOf(group, reader) <= sizes.tokensPerBatch;
    return divide(group, fits ? group.inputs.length : most).map((part) => ({ ...part, longest: longestOf(part) }));
  });
}

/** Tokens of all inputs of a group, without padding. */
const tokensOf = <Input>({ inputs }: TokenGroup<Input>, reader: InputReader<Input>): number =>
  inputs.reduce((sum, input) => sum + reader.lengthOf(input), 0);

/** A group too large for a batch falls apart into its pairs, taken together as long as they fit. */
function divide<Input>(group: TokenGroup<Input>, most: number): TokenGroup<Input>[] {
  if (group.inputs.length <= most) return [compact(group, group.pairs)];
  const parts: TokenGroup<Input>[] = [];
  let pairs: PairGroup['pairs'][number][] = [];
  let members = new Set<number>();
  for (const pair of group.pairs) {
    const together = new Set([...members, pair.first, pair.second]);
    if (together.size > most) {
      parts.push(compact(group, pairs));
      pairs = [];
      members = new Set([pair.first, pair.second]);
    } else members = together;
    pairs.push(pair);
  }
  parts.push(compact(group, pairs));
  return parts;
}

/** Leaves out inputs that are in no pair. Where all are in one, the pairs are those that came: of a large store a copy for every epoch would be gigabytes. */
function compact<Input>({ inputs }: TokenGroup<Input>, pairs: PairGroup['pairs']): TokenGroup<Input> {
  const used = [...new Set(pairs.flatMap(({ first, second }) => [first, second]))].sort((a, b) => a - b);
  if (used.length === inputs.length) return { inputs, pairs };
  const place = new Map(used.map((old, i) => [old, i]));
  return {
    inputs: used.map((i) => inputs[i]!),
    pairs: pairs.map((pair) => ({ ...pair, first: place.get(pair.first)!, second: place.get(pair.second)! })),
  };
}

function pack<Input>(
  sorted: readonly Part<Input>[],
  reader: InputReader<Input>,
  { tokensPerBatch, maxTokens }: RewardBatchSizes,
): RewardBatch<Input>[] {
  const batches: RewardBatch<Input>[] = [];
  let groups: Part<Input>[] = [];
  let count = 0;
  let tokens = 0;
  let length = 0;
  const close = () => {
    if (groups.length > 0) batches.push(rewardBatch(groups, reader, maxTokens));
    groups = [];
    count = 0;
    tokens = 0;
    length = 0;
  };
  for (const group of sorted) {
    if (group.pairs.length === 0) continue;
    const own = paddedLength(group.longest, maxTokens);
    const rows = group.inputs.length + reader.perPost;
    const more = tokensOf(group, reader);
    const size = reader.padded ? (count + rows) * Math.max(length, own) : tokens + more;
    if (groups.length > 0 && size > tokensPerBatch) close();
    groups.push(group);
    count += rows;
    tokens += more;
    length = Math.max(length, own);
  }
  close();
  return batches;
}

/** All inputs of some groups as one batch. */
export function rewardBatch<Input>(
  groups: readonly TokenGroup<Input>[],
  reader: InputReader<Input>,
  maxTokens: number,
): RewardBatch<Input> {
  const sequences = groups.reduce((sum, { inputs }) => sum + inputs.length, 0);
  const share = groups.reduce((sum, { pairs }) => sum + pairs.length, 0);
  return batchOfGroups(() => groups, { sequences, share }, reader, maxTokens);
}

/**
 * The same for groups that are made when they are asked for. The batches of an epoch are there at once, so that one is no more than that until
 * it is run.
 * @param sizes what `groups()` has: inputs, and pairs
 */
export function batchOfGroups<Input>(
  groups: () => readonly TokenGroup<Input>[],
  { sequences, share }: Pick<Batch, 'sequences' | 'share'>,
  reader: InputReader<Input>,
  maxTokens: number,
): RewardBatch<Input> {
  const inputsOf = () => groups().flatMap((group) => group.inputs);
  return {
    get inputs() {
      return inputsOf();
    },
    sequences,
    get size() {
      const inputs = inputsOf();
      if (reader.sizeOf) return reader.sizeOf(inputs);
      const length = paddedLength(maximum(inputs.map(reader.lengthOf), 1), maxTokens);
      return { rows: sequences + reader.perPost * groups().length, length };
    },
    share,
    feeds: (weight) => ({ ...reader.feeds(inputsOf()), ...pairFeeds(groups(), share, weight) }),
  };
}

/** The pairs of groups whose inputs stand one after the other. */
function pairFeeds(groups: readonly Pick<TokenGroup<unknown>, 'inputs' | 'pairs'>[], share: number, weight: number) {
  const [first, second, target] = [new Int32Array(share), new Int32Array(share), new Float32Array(share)];
  let [at, offset] = [0, 0];
  for (const { inputs, pairs } of groups) {
    for (const pair of pairs) {
      first[at] = pair.first + offset;
      second[at] = pair.second + offset;
      target[at] = pair.target;
      at += 1;
    }
    offset += inputs.length;
  }
  const shape = [share];
  return {
    first: { data: first, shape },
    second: { data: second, shape },
    target: { data: target, shape },
    weight: { data: new Float32Array(share).fill(weight), shape },
  };
}
