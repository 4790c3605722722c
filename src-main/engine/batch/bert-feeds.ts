/** What an encoder of the BERT family is fed. */

import type { BertConfig } from '../model/bert.ts';
import type { HostTensors } from '../runtime/runtime.ts';
import { hidden } from './feeds.ts';

/** Token ids with their marks. Those from `second` on are of the second text. */
export type MarkedSequence = { readonly ids: Int32Array; readonly second: number };

/** The feeds of `bertVectors` for sequences of any lengths, each of one token at least. */
export function bertFeeds(config: BertConfig, sequences: readonly MarkedSequence[]): HostTensors {
  const batch = sequences.length;
  const tokens = sequences.reduce((sum, { ids }) => sum + ids.length, 0);
  const length = sequences.reduce((most, { ids }) => Math.max(most, ids.length), 1);
  const ids = new Int32Array(tokens);
  const positions = new Int32Array(tokens);
  const segments = new Int32Array(tokens);
  const placeOf = new Int32Array(tokens);
  const tokenAt = new Int32Array(batch * length);
  const filled = new Float32Array(batch * length);
  const visible = new Float32Array(batch * length).fill(hidden);
  const share = new Float32Array(batch * tokens);
  // RoBERTa and its kin give a padding token, which somebody may have written out, the place before the first, and don't count it.
  const padding = config.family === 'bert' ? -1 : config.firstPosition - 1;
  let at = 0;
  for (const [row, sequence] of sequences.entries()) {
    const count = sequence.ids.length;
    const begin = row * length;
    ids.set(sequence.ids, at);
    if (config.segments > 1) segments.fill(1, at + Math.min(sequence.second, count), at + count);
    let position = config.firstPosition;
    for (let i = 0; i < count; i++) {
      positions[at + i] = sequence.ids[i] === padding ? padding : position++;
      placeOf[at + i] = begin + i;
      tokenAt[begin + i] = at + i;
    }
    filled.fill(1, begin, begin + count);
    visible.fill(0, begin, begin + count);
    const pooled = config.pooling === 'mean' ? count : 1;
    share.fill(1 / pooled, row * tokens + at, row * tokens + at + pooled);
    at += count;
  }
  return {
    ids: { data: ids, shape: [tokens] },
    positions: { data: positions, shape: [tokens] },
    segments: { data: segments, shape: [tokens] },
    placeOf: { data: placeOf, shape: [tokens] },
    tokenAt: { data: tokenAt, shape: [batch * length] },
    filled: { data: filled, shape: [batch * length, 1] },
    visible: { data: visible, shape: [batch, length] },
    share: { data: share, shape: [batch, tokens] },
    ...(config.distances > 0 ? { distance: distanceFeed(config.distances, length) } : {}),
  };
}

/** The farthest distance with a bucket of its own is told from farther ones up to this. */
const farthest = 128;

/**
 * The bucket of a distance (Raffel et al., 2020, as MPNet has them): half for either side, near distances one each, far ones by
 * their logarithm.
 * @param apart the place that is looked at, less the one that looks
 */
export function distanceBucket(buckets: number, apart: number): number {
  const half = buckets / 2;
  const near = half / 2;
  const distance = Math.abs(apart);
  const far = near + Math.trunc((Math.log(distance / near) / Math.log(farthest / near)) * (half - near));
  return (apart > 0 ? half : 0) + (distance < near ? distance : Math.min(far, half - 1));
}

/** The buckets of the distances between all places, [length*length], row by row. */
function distanceFeed(buckets: number, length: number): HostTensors[string] {
  const data = new Int32Array(length * length);
  for (let query = 0; query < length; query++) {
    for (let key = 0; key < length; key++) data[query * length + key] = distanceBucket(buckets, key - query);
  }
  return { data, shape: [length * length] };
}
