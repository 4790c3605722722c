/** What a GPT-2 is fed: token ids, what is hidden from attention, and where each sequence ends. */

import type { HostTensors } from '../runtime/runtime.ts';

/** The sizes of a batch. */
export type BatchSize = {
  readonly rows: number;
  readonly length: number;
  /** Tokens in all rows; absent where rows are filled up to their length, and all of that counts. */
  readonly tokens?: number;
  /** Inputs in all rows; absent where each is a row. */
  readonly inputs?: number;
  /** Inputs in the row that has most of them. */
  readonly ends?: number;
};

/** What masks out a place before softmax: large, yet finite in every float format. */
export const hidden = -1e4;

/**
 * The feeds of GPT-2's body for token sequences of any lengths, padded on the right with `padding`. `end` is the place of
 * each sequence's last token. Only the feeds that a program needs are read by it.
 */
export function inputFeeds(
  sequences: readonly Int32Array[],
  padding: number,
  length = longest(sequences),
): HostTensors {
  const batch = sequences.length;
  const ids = new Int32Array(batch * length).fill(padding);
  const end = new Int32Array(batch);
  const visible = new Float32Array(batch * length);
  sequences.forEach((sequence, row) => {
    ids.set(sequence, row * length);
    end[row] = row * length + sequence.length - 1;
    visible.fill(hidden, row * length + sequence.length, (row + 1) * length);
  });
  return {
    ids: { data: ids, shape: [batch, length] },
    end: { data: end, shape: [batch] },
    visible: { data: visible, shape: [batch, length] },
    ...lengthFeeds(length),
  };
}

export function longest(sequences: readonly Int32Array[]): number {
  return sequences.reduce((most, sequence) => Math.max(most, sequence.length), 1);
}

const known = new Map<number, HostTensors>();

/** The feeds that depend on the length alone, made once for each. */
function lengthFeeds(length: number): HostTensors {
  const made = known.get(length);
  if (made) return made;
  const causal = new Float32Array(length * length);
  for (let row = 0; row < length; row++) causal.fill(hidden, row * length + row + 1, (row + 1) * length);
  const feeds: HostTensors = {
    positions: { data: Int32Array.from({ length }, (_, i) => i), shape: [length] },
    causal: { data: causal, shape: [length, length] },
  };
  if (known.size >= 16) known.delete(known.keys().next().value!);
  known.set(length, feeds);
  return feeds;
}
