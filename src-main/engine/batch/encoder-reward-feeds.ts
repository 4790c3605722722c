/** What a reward model is fed whose encoder reads post and comment apart. */

import type { TextEncoderConfig } from '../model/text-encoder.ts';
import type { HostTensors } from '../runtime/runtime.ts';
import { textFeeds } from './text-feeds.ts';

/** A comment and its post as tokens. */
export type EncodedComment = {
  readonly comment: Int32Array;
  readonly post: Int32Array;
  /** The part of the reward that needs no vectors. */
  readonly textReward: number;
};

/** The feeds of `encoderRewards`. A post that several inputs share (the same array) is run once. */
export function encoderRewardFeeds(config: TextEncoderConfig, inputs: readonly EncodedComment[]): HostTensors {
  const places = new Map<Int32Array, number>();
  const place = (sequence: Int32Array): number => {
    const known = places.get(sequence) ?? places.size;
    places.set(sequence, known);
    return known;
  };
  const comment = Int32Array.from(inputs, (one) => place(one.comment));
  const post = Int32Array.from(inputs, (one) => place(one.post));
  const shape = [inputs.length];
  return {
    ...textFeeds(config, [...places.keys()]),
    comment: { data: comment, shape },
    post: { data: post, shape },
    textReward: { data: Float32Array.from(inputs, ({ textReward }) => textReward), shape },
  };
}
