/** Encoders whichever their family: what everything above knows of a model that makes a vector of a text. */

import type { StoredTensor } from '../../checkpoint/safetensors.ts';
import type { MarkedTokenizer } from '../../tokenizer/huggingface.ts';
import type { UnigramTokenizer } from '../../tokenizer/sentencepiece.ts';
import type { Graph, Tensor } from '../graph/graph.ts';
import { type BertConfig, bertParameters, bertVectors } from './bert.ts';
import { type EncoderConfig, embeddings, encoderParameters } from './encoder.ts';
import type { Dropout, ParameterSpec, Recomputed } from './parameters.ts';

/** The Universal Sentence Encoder, or one of the BERT family. */
export type TextEncoderConfig = EncoderConfig | BertConfig;

export const isBert = (config: TextEncoderConfig): config is BertConfig => 'family' in config;

/** An encoder's sizes with the tokenizer that belongs to them. */
export type TextReader =
  | { readonly config: EncoderConfig; readonly tokenizer: UnigramTokenizer }
  | { readonly config: BertConfig; readonly tokenizer: MarkedTokenizer };

export const readsMarked = (reader: TextReader): reader is Extract<TextReader, { config: BertConfig }> =>
  isBert(reader.config);

/** An encoder with its weights: the one to begin with, or one that was trained. */
export type PretrainedEncoder = TextReader & { readonly tensors: Map<string, StoredTensor> };

/** The same, cutting texts at so many tokens where it would read on. */
export function readingUpTo<Encoder extends TextReader>(encoder: Encoder, most: number): Encoder {
  return { ...encoder, config: { ...encoder.config, positions: Math.min(most, encoder.config.positions) } };
}

/** Every tensor of the model, in order. */
export function textEncoderParameters(config: TextEncoderConfig): ParameterSpec[] {
  return isBert(config) ? bertParameters(config) : encoderParameters(config);
}

export type TextEncoderBody = {
  readonly graph: Graph;
  readonly config: TextEncoderConfig;
  readonly weight: (name: string) => Tensor;
  readonly dropout: Dropout;
  readonly recomputed?: Recomputed;
};

/** One vector per text, [batch, width]. Feeds: those of `textFeeds`. */
export function textVectors({ config, ...body }: TextEncoderBody): Tensor {
  return isBert(config) ? bertVectors({ ...body, config }) : embeddings({ ...body, config });
}
