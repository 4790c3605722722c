/** What batches are made of: the comments of a post as tokens, and how a model reads them. */

import type { PairGroup } from '../../contract/engine.ts';
import type { HostTensors } from '../runtime/runtime.ts';
import type { BatchSize } from './feeds.ts';
import { rowFeeds, rowSize } from './row-feeds.ts';

/** Comments of one post as a model reads them, each once, and the pairs among them. */
export type TokenGroup<Input> = {
  readonly inputs: readonly Input[];
  readonly pairs: PairGroup['pairs'];
  readonly ranks?: PairGroup['ranks'];
};

/** How a model's inputs are measured, cut and fed. */
export type InputReader<Input> = {
  /** Tokens of the longest sequence that an input is. */
  readonly lengthOf: (input: Input) => number;
  /** Whether sequences are filled up to one length: a batch is reckoned with padding, or else with its tokens alone. */
  readonly padded: boolean;
  /** Sequences that run once per post beside one for each input: 1 where the post is read apart. */
  readonly perPost: number;
  /** The same reader, which ends each input at so many tokens. */
  readonly upTo: (length: number) => InputReader<Input>;
  readonly feeds: (inputs: readonly Input[]) => HostTensors;
  /** The sizes of what is fed, where they are not those that were reckoned with. */
  readonly sizeOf?: ((inputs: readonly Input[]) => BatchSize) | undefined;
};

/**
 * The reader of a GPT-2, whose inputs are sequences of tokens. A batch is reckoned as if each were read by itself, filled up to one
 * length, so that a step has the pairs that it always had; what is run is less, since what inputs share is read once.
 */
export const sequenceReader = (heads: number, most = Number.POSITIVE_INFINITY): InputReader<Int32Array> => {
  const cut = (inputs: readonly Int32Array[]) => inputs.map((ids) => ids.subarray(0, most));
  return {
    lengthOf: ({ length }) => Math.min(length, most),
    perPost: 0,
    padded: true,
    upTo: (length) => sequenceReader(heads, length),
    feeds: (inputs) => rowFeeds(cut(inputs), heads),
    sizeOf: (inputs) => rowSize(cut(inputs)),
  };
};

/** How inputs are kept of which only a number is at hand. */
export type Kept<Input> = {
  readonly lengthOf: (number: number) => number;
  /** Inputs of one batch. */
  readonly read: (numbers: readonly number[]) => Input[];
};

/** Reads inputs that are known by their numbers: of a large store they would not fit into the memory. */
export function keptReader<Input>(
  reader: InputReader<Input>,
  kept: Kept<Input>,
  most = Number.POSITIVE_INFINITY,
): InputReader<number> {
  const { sizeOf } = reader;
  return {
    ...reader,
    lengthOf: (number) => Math.min(kept.lengthOf(number), most),
    upTo: (length) => keptReader(reader.upTo(length), kept, length),
    feeds: (numbers) => reader.feeds(kept.read(numbers)),
    sizeOf: sizeOf && ((numbers) => sizeOf(kept.read(numbers))),
  };
}
