/**
 * What runs at once. Batches of pairs in which all comments of a post are together, so that each is run once; pair-batches.ts
 * makes them of single pairs as the original recipe did, block-batches.ts makes those of a language model.
 */

import { maximum } from '../../common/lists.ts';
import { createRandom, shuffled } from '../../common/random.ts';
import type { HostTensors } from '../runtime/runtime.ts';
import { type Column, createColumn } from './column.ts';
import type { BatchSize } from './feeds.ts';
import type { InputReader, TokenGroup } from './input-reader.ts';

/** What runs at once, of any kind. */
export type Batch = {
  readonly sequences: number;
  /** Rows and columns of its tokens, for which they have to be read. */
  size(): BatchSize;
  /** Tokens of all its inputs, and of the longest, if they shared none and none was filled up: told without reading them. */
  atMost(): { readonly tokens: number; readonly length: number };
  /** Its part in the loss of its step before weighting: pairs, or tokens. */
  readonly share: number;
  feeds(weight: number): HostTensors;
};

/** Some batches in their order. Of a large store there are millions: each is made when it is asked for. */
export type Batches<One extends Batch = Batch> = Iterable<One> & {
  readonly length: number;
  /** undefined where there is none. */
  at(place: number): One | undefined;
};

export function batchesOf<One extends Batch>(length: number, make: (place: number) => One): Batches<One> {
  return {
    length,
    at: (place) => (place < length ? make(place) : undefined),
    *[Symbol.iterator]() {
      for (let place = 0; place < length; place++) yield make(place);
    },
  };
}

/** A batch of pairs. */
export type RewardBatch<Input> = Batch & {
  /** What its rewards are of, in their order. An input is the same object in every batch that it is in. */
  readonly inputs: readonly Input[];
};

/** Inputs are padded to a multiple of this, so that few different shapes occur. */
const lengthStep = 16;

const paddedLength = (length: number, most: number): number =>
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
 * Gives the reward batches of an epoch, in the order they are to be run. All pairs of a post stay together where the post fits into
 * `tokensPerBatch`, so each comment is run once. The order depends on the seed and the epoch alone.
 */
export function rewardEpochs<Input>(
  groups: readonly TokenGroup<Input>[],
  reader: InputReader<Input>,
  sizes: RewardBatchSizes,
): (seed: number, epoch: number) => Batches<RewardBatch<Input>> {
  const parts = divideAll(groups, reader, sizes);
  const roughly = Math.max(1, Math.floor(sizes.tokensPerBatch / 128)) * window;
  return (seed, epoch) => {
    const random = createRandom(seed, epoch);
    const order = shuffled(numbersTo(parts.group.length), random);
    const packed = createPacked();
    for (let from = 0; from < order.length; from += roughly) {
      pack(longestFirst(order.slice(from, from + roughly), parts), parts, reader, sizes, packed);
    }
    const batches = Int32Array.from(shuffled(numbersTo(packed.ends.length), random));
    return batchesOf(batches.length, (place) => packedBatch(packed, batches[place]!, parts, reader, sizes));
  };
}

/** The same without chance, for validation. */
export function orderedRewardBatches<Input>(
  groups: readonly TokenGroup<Input>[],
  reader: InputReader<Input>,
  sizes: RewardBatchSizes,
): Batches<RewardBatch<Input>> {
  const parts = divideAll(groups, reader, sizes);
  const packed = createPacked();
  pack(longestFirst(numbersTo(parts.group.length), parts), parts, reader, sizes, packed);
  return batchesOf(packed.ends.length, (place) => packedBatch(packed, place, parts, reader, sizes));
}

/**
 * What runs together: of each part its group, from which of that group's pairs to which it has, how many inputs these are of, their tokens and
 * those of the longest. Numbers alone: of a large store with small batches an object each would be gigabytes.
 */
type Parts<Input> = Readonly<Record<'group' | 'from' | 'to' | 'inputs' | 'tokens' | 'longest', Column>> & {
  readonly groups: readonly TokenGroup<Input>[];
};

/** The parts of each batch by their numbers, one batch after the other, and where each ends. */
type Packed = { readonly parts: Column; readonly ends: Column };

const createPacked = (): Packed => ({ parts: createColumn(Int32Array), ends: createColumn(Int32Array) });

const numbersTo = (length: number): number[] => Array.from({ length }, (_, i) => i);

const longestFirst = (numbers: number[], { longest }: Parts<unknown>): number[] =>
  numbers.sort((a, b) => longest.at(b) - longest.at(a));

function packedBatch<Input>(
  { parts: members, ends }: Packed,
  place: number,
  parts: Parts<Input>,
  reader: InputReader<Input>,
  { maxTokens }: RewardBatchSizes,
): RewardBatch<Input> {
  const groups: TokenGroup<Input>[] = [];
  for (let at = place === 0 ? 0 : ends.at(place - 1); at < ends.at(place); at++)
    groups.push(partAt(parts, members.at(at)));
  return rewardBatch(groups, reader, maxTokens);
}

function divideAll<Input>(
  groups: readonly TokenGroup<Input>[],
  reader: InputReader<Input>,
  sizes: RewardBatchSizes,
): Parts<Input> {
  const column = () => createColumn(Int32Array);
  const parts = {
    ...{ groups, group: column(), from: column(), to: column() },
    ...{ inputs: column(), tokens: column(), longest: column() },
  };
  const longestOf = ({ inputs }: TokenGroup<Input>) =>
    inputs.reduce((most, input) => Math.max(most, reader.lengthOf(input)), 1);
  const tokensOf = ({ inputs }: TokenGroup<Input>): number =>
    inputs.reduce((sum, input) => sum + reader.lengthOf(input), 0);
  for (const [number, group] of groups.entries()) {
    const own = longestOf(group);
    const length = reader.padded ? paddedLength(own, sizes.maxTokens) : own;
    const most = Math.max(2, Math.floor(sizes.tokensPerBatch / length) - reader.perPost);
    const fits = !reader.padded && tokensOf(group) <= sizes.tokensPerBatch;
    let from = 0;
    for (const to of divide(group, fits ? group.inputs.length : most)) {
      const part = compact(group, from, to);
      parts.group.push(number);
      parts.from.push(from);
      parts.to.push(to);
      parts.inputs.push(part.inputs.length);
      parts.tokens.push(tokensOf(part));
      parts.longest.push(longestOf(part));
      from = to;
    }
  }
  return parts;
}

const partAt = <Input>({ groups, group, from, to }: Parts<Input>, number: number): TokenGroup<Input> =>
  compact(groups[group.at(number)]!, from.at(number), to.at(number));

/** A group too large for a batch falls apart into its pairs, taken together as long as they fit: gives the pair behind each part. */
function divide({ inputs, pairs }: TokenGroup<unknown>, most: number): number[] {
  if (inputs.length <= most) return [pairs.length];
  const ends: number[] = [];
  let members = new Set<number>();
  for (const [place, { first, second }] of pairs.entries()) {
    const together = new Set([...members, first, second]);
    if (together.size > most) {
      ends.push(place);
      members = new Set([first, second]);
    } else members = together;
  }
  return [...ends, pairs.length];
}

/** Some of a group's pairs, without inputs that are in none of them: the group that came where that is all of it. */
function compact<Input>(group: TokenGroup<Input>, from: number, to: number): TokenGroup<Input> {
  const { inputs } = group;
  const pairs = from === 0 && to === group.pairs.length ? group.pairs : group.pairs.slice(from, to);
  const used = [...new Set(pairs.flatMap(({ first, second }) => [first, second]))].sort((a, b) => a - b);
  if (used.length === inputs.length) return pairs === group.pairs ? group : { inputs, pairs };
  const place = new Map(used.map((old, i) => [old, i]));
  return {
    inputs: used.map((i) => inputs[i]!),
    pairs: pairs.map((pair) => ({ ...pair, first: place.get(pair.first)!, second: place.get(pair.second)! })),
  };
}

/** Puts parts together, as many as fit into a batch, in the order given. */
function pack<Input>(
  sorted: readonly number[],
  { from, to, inputs, tokens: tokensOf, longest }: Parts<Input>,
  reader: InputReader<Input>,
  { tokensPerBatch, maxTokens }: RewardBatchSizes,
  { parts, ends }: Packed,
): void {
  let [count, tokens, length] = [0, 0, 0];
  for (const number of sorted) {
    if (from.at(number) === to.at(number)) continue;
    const own = paddedLength(longest.at(number), maxTokens);
    const rows = inputs.at(number) + reader.perPost;
    const more = tokensOf.at(number);
    const size = reader.padded ? (count + rows) * Math.max(length, own) : tokens + more;
    if (count > 0 && size > tokensPerBatch) {
      ends.push(parts.length);
      [count, tokens, length] = [0, 0, 0];
    }
    parts.push(number);
    count += rows;
    tokens += more;
    length = Math.max(length, own);
  }
  if (count > 0) ends.push(parts.length);
}

/** All inputs of some groups as one batch. */
export function rewardBatch<Input>(
  groups: readonly TokenGroup<Input>[],
  reader: InputReader<Input>,
  maxTokens: number,
): RewardBatch<Input> {
  const inputs = groups.flatMap((group) => group.inputs);
  const share = groups.reduce((sum, { pairs }) => sum + pairs.length, 0);
  const atMost = () => {
    const lengths = inputs.map(reader.lengthOf);
    return { tokens: lengths.reduce((sum, length) => sum + length, 0), length: maximum(lengths, 1) };
  };
  return {
    inputs,
    sequences: inputs.length,
    size() {
      if (reader.sizeOf) return reader.sizeOf(inputs);
      return {
        rows: inputs.length + reader.perPost * groups.length,
        length: paddedLength(atMost().length, maxTokens),
      };
    },
    atMost,
    share,
    feeds: (weight) => ({ ...reader.feeds(inputs), ...pairFeeds(groups, share, weight) }),
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
