/**
 * Encoders of the BERT family (Devlin et al., 2019): embeddings of words, positions and segments, normalised; layers after Vaswani
 * et al. (2017) with the normalisation behind each part; the mean over the tokens, or the first of them. RoBERTa (Liu et al., 2019)
 * counts its positions from elsewhere, MPNet (Song et al., 2020) adds to its scores how far two tokens are apart. Tensors have the
 * names of GPT-2's (gpt2.ts), so that what is said of layers (layerOf) holds here, and linear layers are stored [in, out].
 *
 * Sequences stand one after the other, without padding: only attention needs them apart.
 */

import type { EncoderSizes } from '../../checkpoint/encoder-config.ts';
import type { SentenceFacts } from '../../checkpoint/sentence-folder.ts';
import { type Graph, input, type Tensor } from '../graph/graph.ts';
import * as o from '../graph/operators.ts';
import { attention, splitHeads } from './attention.ts';
import { type Dropout, once, type ParameterSpec, type Recomputed } from './parameters.ts';

export type BertConfig = EncoderSizes & Omit<SentenceFacts, 'sizes' | 'lowerCase'>;

const initialDeviation = 0.02;

/** Every tensor of the model, in order. */
export function bertParameters(config: BertConfig): ParameterSpec[] {
  const { vocabulary, width, inner, layers, positionRows, segments, distances, heads } = config;
  const drawn = (name: string, shape: readonly number[]): ParameterSpec => ({
    name,
    shape,
    deviation: initialDeviation,
    centre: 0,
  });
  const norm = (name: string): ParameterSpec[] => [
    { name: `${name}.weight`, shape: [width], deviation: 0, centre: 1 },
    { name: `${name}.bias`, shape: [width], deviation: 0, centre: 0 },
  ];
  const linear = (name: string, from: number, to: number): ParameterSpec[] => [
    drawn(`${name}.weight`, [from, to]),
    { name: `${name}.bias`, shape: [to], deviation: 0, centre: 0 },
  ];
  return [
    drawn('wte.weight', [vocabulary, width]),
    drawn('wpe.weight', [positionRows, width]),
    ...(segments > 0 ? [drawn('wse.weight', [segments, width])] : []),
    ...norm('ln_e'),
    ...(distances > 0 ? [drawn('wde.weight', [distances, heads])] : []),
    ...Array.from({ length: layers }, (_, i) => [
      ...linear(`h.${i}.attn.c_attn`, width, 3 * width),
      ...linear(`h.${i}.attn.c_proj`, width, width),
      ...norm(`h.${i}.ln_1`),
      ...linear(`h.${i}.mlp.c_fc`, width, inner),
      ...linear(`h.${i}.mlp.c_proj`, inner, width),
      ...norm(`h.${i}.ln_2`),
    ]).flat(),
  ];
}

export type BertBody = {
  readonly graph: Graph;
  readonly config: BertConfig;
  readonly weight: (name: string) => Tensor;
  readonly dropout: Dropout;
  readonly recomputed?: Recomputed;
};

/**
 * One vector per sequence, [batch, width]. Feeds (bert-feeds.ts), for sequences one after the other: `ids`, `positions`, `segments`
 * [tokens]; `tokenAt` [batch*length], `placeOf` [tokens] and `filled` [batch*length, 1], where tokens stand among padding; `visible`
 * [batch, length], 0 at tokens and a large negative number at padding; `share` [batch, tokens], each token's share in the vector
 * of its sequence; `distance` [length*length], buckets of MPNet's distances. Only the feeds that a model needs are read.
 */
export function bertVectors(body: BertBody): Tensor {
  const { graph, config, recomputed: layer = once } = body;
  const share = input(graph, 'share', ['batch', 'tokens']);
  const places: o.Places = {
    tokenAt: input(graph, 'tokenAt', ['batch*length'], 'int32'),
    placeOf: input(graph, 'placeOf', ['tokens'], 'int32'),
    filled: input(graph, 'filled', ['batch*length', 1]),
  };
  const visible = o.reshape(input(graph, 'visible', ['batch', 'length']), ['batch', 1, 1, 'length']);
  const mask = config.distances > 0 ? o.add(distances(body), visible) : visible;
  let x = embed(body);
  for (let i = 0; i < config.layers; i++) x = layer(() => block(body, i, x, places, mask));
  const pooled = o.linear(share, x);
  return config.unit ? o.div(pooled, o.sqrt(o.add(o.sum(o.mul(pooled, pooled), [1], true), 1e-24))) : pooled;
}

function embed(body: BertBody): Tensor {
  const { graph, config, weight, dropout } = body;
  const rows = (table: string, feed: string) =>
    o.gather(weight(`${table}.weight`), input(graph, feed, ['tokens'], 'int32'));
  const words = o.add(rows('wte', 'ids'), rows('wpe', 'positions'));
  const x = config.segments > 0 ? o.add(words, rows('wse', 'segments')) : words;
  return dropout(layerNorm(body, 'ln_e', x), 'embd');
}

/** What MPNet adds to the scores of two tokens by how far they are apart: [1, heads, length, length]. */
function distances({ graph, config, weight }: BertBody): Tensor {
  const bucket = input(graph, 'distance', ['length*length'], 'int32');
  const values = o.reshape(o.gather(weight('wde.weight'), bucket), ['length', 'length', config.heads]);
  return o.reshape(o.transpose(values, [2, 0, 1]), [1, config.heads, 'length', 'length']);
}

/** A layer: [tokens, width] to the same. */
function block(body: BertBody, i: number, x: Tensor, places: o.Places, mask: Tensor): Tensor {
  const { config, dropout } = body;
  const qkv = o.pad(linear(body, x, `h.${i}.attn.c_attn`), places);
  const [q, k, v] = splitHeads(qkv, config.width, config.heads, ['batch', 'length']) as [Tensor, Tensor, Tensor];
  const mixed = o.unpad(
    attention(q, k, v, mask, (p) => dropout(p, `attn.${i}`)),
    places,
  );
  const attended = dropout(linear(body, mixed, `h.${i}.attn.c_proj`), `resid.${i}`);
  const y = layerNorm(body, `h.${i}.ln_1`, o.add(x, attended));
  const inner = linear(body, y, `h.${i}.mlp.c_fc`);
  const active = config.activation === 'relu' ? o.relu(inner) : o.gelu(inner, config.activation);
  return layerNorm(body, `h.${i}.ln_2`, o.add(y, dropout(linear(body, active, `h.${i}.mlp.c_proj`), `mlp.${i}`)));
}

function linear({ weight }: BertBody, x: Tensor, name: string): Tensor {
  return o.linear(x, weight(`${name}.weight`), weight(`${name}.bias`));
}

function layerNorm({ config, weight }: BertBody, name: string, x: Tensor): Tensor {
  return o.layerNorm(x, weight(`${name}.weight`), weight(`${name}.bias`), config.epsilon);
}
