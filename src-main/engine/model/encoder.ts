/**
 * The Universal Sentence Encoder in its transformer form (Cer et al., 2018), as its Lite version for TensorFlow.js has it:
 * layers after Vaswani et al. (2017) with the normalisation in front of each part, every token seeing every other; the mean
 * over the tokens; a tanh layer; unit length. Tensors have the names of GPT-2's (gpt2.ts), so that what is said of layers
 * (layerOf) holds here, and linear layers are stored [in, out].
 */

import { type Graph, input, state, type Tensor } from '../graph/graph.ts';
import * as o from '../graph/operators.ts';
import { product } from '../graph/shape.ts';
import { attention, splitHeads } from './attention.ts';
import { type Dropout, once, type ParameterSpec, type Recomputed } from './parameters.ts';

export type EncoderConfig = {
  readonly vocabulary: number;
  /** Width of the token embeddings, and of the first layer's attention. */
  readonly embedding: number;
  /** Width of everything behind the first attention, and of the result. */
  readonly width: number;
  /** Width inside the two-layer perceptrons. */
  readonly inner: number;
  readonly layers: number;
  readonly heads: number;
  /** Tokens that are read; what is behind them is cut. */
  readonly positions: number;
  readonly epsilon: number;
};

const initialDeviation = 0.02;

/** Every tensor of the model, in order. */
export function encoderParameters(config: EncoderConfig): ParameterSpec[] {
  const { vocabulary, embedding, width, inner, layers } = config;
  const norm = (name: string, size: number): ParameterSpec[] => [
    { name: `${name}.weight`, shape: [size], deviation: 0, centre: 1 },
    { name: `${name}.bias`, shape: [size], deviation: 0, centre: 0 },
  ];
  const linear = (name: string, from: number, to: number): ParameterSpec[] => [
    { name: `${name}.weight`, shape: [from, to], deviation: initialDeviation, centre: 0 },
    { name: `${name}.bias`, shape: [to], deviation: 0, centre: 0 },
  ];
  return [
    { name: 'wte.weight', shape: [vocabulary, embedding], deviation: initialDeviation, centre: 0 },
    ...Array.from({ length: layers }, (_, i) => {
      const from = widthInto(config, i);
      return [
        ...norm(`h.${i}.ln_1`, from),
        ...linear(`h.${i}.attn.c_attn`, from, 3 * from),
        ...linear(`h.${i}.attn.c_proj`, from, width),
        ...(from === width ? [] : linear(`h.${i}.residual`, from, width)),
        ...norm(`h.${i}.ln_2`, width),
        ...linear(`h.${i}.mlp.c_fc`, width, inner),
        ...linear(`h.${i}.mlp.c_proj`, inner, width),
      ];
    }).flat(),
    ...linear('dense', width, width),
  ];
}

function widthInto({ embedding, width }: EncoderConfig, layer: number): number {
  return layer === 0 ? embedding : width;
}

export type EncoderBody = {
  readonly graph: Graph;
  readonly config: EncoderConfig;
  readonly weight: (name: string) => Tensor;
  readonly dropout: Dropout;
  readonly recomputed?: Recomputed;
};

/** The model's weights as state inputs of a graph. */
export function declareEncoder(graph: Graph, config: EncoderConfig): Map<string, Tensor> {
  return new Map(encoderParameters(config).map(({ name, shape }) => [name, state(graph, name, shape)]));
}

const tokens = product(['batch', 'length']);

/**
 * One vector of unit length per text, [batch, width]. Feeds (encoder-feeds.ts): `ids` [batch, length]; `timing` [length,
 * embedding], the position signal; `visible` [batch, length], 0 at tokens and a large negative number at padding; `share`
 * [batch, length], each token's share in the text's mean, 0 at padding.
 *
 * Of the last layer only the mean over its tokens is read. The mean is linear, and so is what comes behind the perceptron's
 * relu: it is computed once per text instead of once per token.
 */
export function embeddings(body: EncoderBody): Tensor {
  const { graph, config, weight, dropout, recomputed: layer = once } = body;
  const visible = o.reshape(input(graph, 'visible', ['batch', 'length']), ['batch', 1, 1, 'length']);
  const share = input(graph, 'share', ['batch', 'length']);
  const last = config.layers - 1;
  let x = embed(body);
  for (let i = 0; i < last; i++) {
    x = layer(() => {
      const y = attend(body, i, x, visible);
      return o.add(y, dropout(linear(body, perceptron(body, i, y), `h.${i}.mlp.c_proj`), `mlp.${i}`));
    });
  }
  const y = attend(body, last, x, visible);
  const inner = pool(share, perceptron(body, last, y));
  const name = `h.${last}.mlp.c_proj`;
  // A text without tokens has shares that sum to zero, and gets no bias either.
  const bias = o.mul(o.sum(share, [1], true), weight(`${name}.bias`));
  const projected = o.add(o.linear(inner, weight(`${name}.weight`)), bias);
  const pooled = o.add(pool(share, y), dropout(projected, `mlp.${last}`));
  return unit(tanh(linear(body, pooled, 'dense')));
}

/** Twice the embeddings plus the position signal, as the original adds them: [batch*length, embedding]. */
function embed({ graph, config, weight, dropout }: EncoderBody): Tensor {
  const ids = input(graph, 'ids', ['batch', 'length'], 'int32');
  const timing = input(graph, 'timing', ['length', config.embedding]);
  const x = o.add(o.mul(o.gather(weight('wte.weight'), ids), 2), timing);
  return dropout(o.reshape(x, [tokens, config.embedding]), 'embd');
}

/** The attention of a layer, with its residual connection: [batch*length, width into it] to [batch*length, width]. */
function attend(body: EncoderBody, i: number, x: Tensor, visible: Tensor): Tensor {
  const { config, dropout } = body;
  const from = widthInto(config, i);
  const qkv = linear(body, layerNorm(body, `h.${i}.ln_1`, x), `h.${i}.attn.c_attn`);
  const [q, k, v] = splitHeads(qkv, from, config.heads, ['batch', 'length']) as [Tensor, Tensor, Tensor];
  const mixed = attention(q, k, v, visible, (p) => dropout(p, `attn.${i}`));
  const residual = from === config.width ? x : linear(body, x, `h.${i}.residual`);
  return o.add(residual, dropout(linear(body, mixed, `h.${i}.attn.c_proj`), `resid.${i}`));
}

/** The inside of a layer's two-layer perceptron: [n, width] to [n, inner]. */
function perceptron(body: EncoderBody, i: number, y: Tensor): Tensor {
  return o.relu(linear(body, layerNorm(body, `h.${i}.ln_2`, y), `h.${i}.mlp.c_fc`));
}

function linear({ weight }: EncoderBody, x: Tensor, name: string): Tensor {
  return o.linear(x, weight(`${name}.weight`), weight(`${name}.bias`));
}

function layerNorm({ config, weight }: EncoderBody, name: string, x: Tensor): Tensor {
  return o.layerNorm(x, weight(`${name}.weight`), weight(`${name}.bias`), config.epsilon);
}

/** The mean over each text's tokens: [batch*length, n] to [batch, n]. */
function pool(share: Tensor, x: Tensor): Tensor {
  const n = x.shape[1]!;
  const mean = o.matmul(o.reshape(share, ['batch', 1, 'length']), o.reshape(x, ['batch', 'length', n]));
  return o.reshape(mean, ['batch', n]);
}

function tanh(x: Tensor): Tensor {
  return o.sub(o.mul(o.sigmoid(o.mul(x, 2)), 2), 1);
}

function unit(x: Tensor): Tensor {
  return o.div(x, o.sqrt(o.add(o.sum(o.mul(x, x), [1], true), 1e-12)));
}
