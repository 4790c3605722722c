/** What the Universal Sentence Encoder is fed. */

import type { EncoderConfig } from '../model/encoder.ts';
import type { HostTensors } from '../runtime/runtime.ts';
import { hidden, longest } from './feeds.ts';

/**
 * The feeds of the encoder's body for token sequences of any lengths, none among them, cut on the right to the positions
 * there are and padded on the right to the longest.
 */
export function encoderFeeds(config: EncoderConfig, sequences: readonly Int32Array[]): HostTensors {
  const batch = sequences.length;
  const length = Math.min(longest(sequences), config.positions);
  const ids = new Int32Array(batch * length);
  const visible = new Float32Array(batch * length);
  const share = new Float32Array(batch * length);
  sequences.forEach((sequence, row) => {
    const count = Math.min(sequence.length, length);
    const begin = row * length;
    ids.set(sequence.subarray(0, count), begin);
    visible.fill(hidden, begin + count, begin + length);
    share.fill(1 / count, begin, begin + count);
  });
  const shape = [batch, length];
  return {
    ids: { data: ids, shape },
    visible: { data: visible, shape },
    share: { data: share, shape },
    timing: { data: timing(config).subarray(0, length * config.embedding), shape: [length, config.embedding] },
  };
}

const known = new WeakMap<EncoderConfig, Float32Array>();

/**
 * The position signal of Vaswani et al. (2017), all sines before all cosines, their wavelengths growing from 2 pi to
 * 20,000 pi: [positions, embedding].
 */
export function timing(config: EncoderConfig): Float32Array {
  const made = known.get(config);
  if (made) return made;
  const { positions, embedding } = config;
  const half = embedding / 2;
  const signal = new Float32Array(positions * embedding);
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < half; i++) {
      const angle = position * 10_000 ** (-i / Math.max(half - 1, 1));
      signal[position * embedding + i] = Math.sin(angle);
      signal[position * embedding + half + i] = Math.cos(angle);
    }
  }
  known.set(config, signal);
  return signal;
}
