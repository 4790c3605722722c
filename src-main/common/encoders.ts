/** The encoders that come with the program, as people choose between them. */
import type { TrainingMethod } from '../contract/engine.ts';

const boxedEncoders = ['use', 'minilm'] as const;
export type BoxedEncoder = (typeof boxedEncoders)[number];

export const encoderLabels: Readonly<Record<BoxedEncoder, string>> = {
  use: 'Universal Sentence Encoder Lite',
  minilm: 'all-MiniLM-L6-v2',
};

/** The encoder that a way to train begins with where none is named. */
export const defaultEncoder: Readonly<Record<Exclude<TrainingMethod, 'gpt'>, BoxedEncoder>> = {
  quick: 'use',
  deep: 'use',
  together: 'minilm',
  best: 'minilm',
};
