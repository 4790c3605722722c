/**
 * GPT-2 (Radford et al., 2019), written once for training and scoring. Tensors have Hugging Face's names, and linear
 * layers are stored [in, out] as there.
 */

import { type Graph, input, state, type Tensor } from '../graph/graph.ts';
import * as o from '../graph/operators.ts';
import { product } from '../graph/shape.ts';
import { attention, splitHeads } from './attention.ts';
import { type Dropout, once, type ParameterSpec, type Recomputed } from './parameters.ts';

export type Gpt2Config = {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly vocabulary: number;
  /** Longest input, in tokens. */
  readonly positions: number;
  readonly epsilon: number;
};

/** Standard deviation of fresh weights, as GPT-2 was initialised; layers that add to the residual stream get less. */
const initialDeviation = 0.02;

/** Every tensor of the model, in order; with the reward head where one is asked for. */
export function parameters(config: Gpt2Config, head: boolean): ParameterSpec[] {
  const { width: d, layers, vocabulary, positions } = config;
  const list: ParameterSpec[] = [];
  const weight = (name: string, shape: readonly number[], deviation = initialDeviation) =>
    list.push({ name, shape, deviation, centre: 0 });
  const norm = (name: string) => {
    list.push({ name: `${name}.weight`, shape: [d], deviation: 0, centre: 1 });
    weight(`${name}.bias`, [d], 0);
  };
  const linear = (name: string, from: number, to: number, deviation = initialDeviation) => {
    weight(`${name}.weight`, [from, to], deviation);
    weight(`${name}.bias`, [to], 0);
  };
  const residual = initialDeviation / Math.sqrt(2 * layers);
  weight('wte.weight', [vocabulary, d]);
  weight('wpe.weight', [positions, d]);
  for (let i = 0; i < layers; i++) {
    norm(`h.${i}.ln_1`);
    linear(`h.${i}.attn.c_attn`, d, 3 * d);
    linear(`h.${i}.attn.c_proj`, d, d, residual);
    norm(`h.${i}.ln_2`);
    linear(`h.${i}.mlp.c_fc`, d, 4 * d);
    linear(`h.${i}.mlp.c_proj`, 4 * d, d, residual);
  }
  norm('ln_f');
  if (head) weight('v_head.weight', [1, d]);
  return list;
}

export type Body = {
  readonly graph: Graph;
  readonly config: Gpt2Config;
  readonly weight: (name: string) => Tensor;
  readonly dropout: Dropout;
  readonly recomputed?: Recomputed;
};

/** The model's weights as state inputs of a graph. */
export function declareWeights(graph: Graph, config: Gpt2Config, head: boolean): Map<string, Tensor> {
  return new Map(parameters(config, head).map(({ name, shape }) => [name, state(graph, name, shape)]));
}

const tokens = product(['batch', 'length']);

/**
 * The hidden states of every token, [batch*length, width]. Feeds: `ids` [batch, length], `positions` [length] (0, 1, ...),
 * `causal` [length, length] (0 where a token may look, a large negative number elsewhere). Inputs are padded on the right:
 * the model is causal, so no token sees the padding behind it.
 */
function hiddenStates(body: Body): Tensor {
  const { config, recomputed: layer = once } = body;
  let x = embed(body);
  const causal = input(body.graph, 'causal', ['length', 'length']);
  for (let i = 0; i < config.layers; i++) x = layer(() => block(body, i, x, causal));
  return layerNorm(body, 'ln_f', x);
}

/**
 * The reward of every input, each read by itself as exported models do it (gpt2-rows.ts reads what they share once), [batch]: a
 * linear head without bias on the hidden state of its end token. Feeds besides those of hiddenStates: `end` [batch], the place of the first end-of-text token in the flattened [batch*length], and `visible`
 * [batch, length], 0 up to that token and a large negative number behind it.
 *
 * In the last layer only the end tokens' own queries and everything behind them are computed: nothing else is read.
 */
export function rewards(body: Body): Tensor {
  const { graph, config, recomputed: layer = once } = body;
  const end = input(graph, 'end', ['batch'], 'int32');
  const visible = input(graph, 'visible', ['batch', 'length']);
  let x = embed(body);
  if (config.layers > 1) {
    const causal = input(graph, 'causal', ['length', 'length']);
    for (let i = 0; i < config.layers - 1; i++) x = layer(() => block(body, i, x, causal));
  }
  // Its gradient comes at once: what it needs may as well be kept.
  x = lastBlock(body, config.layers - 1, x, end, visible);
  return o.reshape(rewardHead(body, x), ['batch']);
}

/** Hidden states of end tokens, [n, width], to rewards, [n, 1]. */
export function rewardHead(body: Body, x: Tensor): Tensor {
  const { weight } = body;
  return o.linear(layerNorm(body, 'ln_f', x), weight('v_head.weight'), null, { transposeB: true });
}

/** Logits of the next token, [batch*length, vocabulary]; the output matrix is the token embedding. */
export function logits(body: Body): Tensor {
  return o.linear(hiddenStates(body), body.weight('wte.weight'), null, { transposeB: true });
}

function embed({ graph, config, weight, dropout }: Body): Tensor {
  const ids = input(graph, 'ids', ['batch', 'length'], 'int32');
  const positions = input(graph, 'positions', ['length'], 'int32');
  const x = o.add(o.gather(weight('wte.weight'), ids), o.gather(weight('wpe.weight'), positions));
  return dropout(o.reshape(x, [tokens, config.width]), 'embd');
}

function layerNorm({ config, weight }: Body, name: string, x: Tensor): Tensor {
  return o.layerNorm(x, weight(`${name}.weight`), weight(`${name}.bias`), config.epsilon);
}

function block(body: Body, i: number, x: Tensor, causal: Tensor): Tensor {
  const { config } = body;
  const qkv = projections(body, i, x);
  const [q, k, v] = splitHeads(qkv, config.width, config.heads, ['batch', 'length']) as [Tensor, Tensor, Tensor];
  return rest(
    body,
    i,
    x,
    attention(q, k, v, causal, (p) => body.dropout(p, `attn.${i}`)),
  );
}

/** The same layer for the end tokens alone: x [batch*length, width] to [batch, width]. */
function lastBlock(body: Body, i: number, x: Tensor, end: Tensor, visible: Tensor): Tensor {
  const { width, heads } = body.config;
  const { queries, keysValues } = endProjections(body, i, x, end);
  const [q] = splitHeads(queries, width, heads, ['batch', 1]) as [Tensor];
  const [k, v] = splitHeads(keysValues, width, heads, ['batch', 'length']) as [Tensor, Tensor];
  const mask = o.reshape(visible, ['batch', 1, 1, 'length']);
  return rest(
    body,
    i,
    o.gather(x, end),
    attention(q, k, v, mask, (p) => body.dropout(p, `attn.${i}`)),
  );
}

/** Queries, keys and values of every token, side by side: x [n, width] to [n, 3*width]. */
export function projections(body: Body, i: number, x: Tensor): Tensor {
  const { weight } = body;
  const h = layerNorm(body, `h.${i}.ln_1`, x);
  return o.linear(h, weight(`h.${i}.attn.c_attn.weight`), weight(`h.${i}.attn.c_attn.bias`));
}

/** The same with queries of the end tokens alone, [ends, width]; keys and values of all, [n, 2*width]. */
export function endProjections(
  body: Body,
  i: number,
  x: Tensor,
  end: Tensor,
): Record<'queries' | 'keysValues', Tensor> {
  const { config, weight } = body;
  const { width } = config;
  const h = layerNorm(body, `h.${i}.ln_1`, x);
  const [weightQ, weightKV] = o.split(weight(`h.${i}.attn.c_attn.weight`), 1, [width, 2 * width]) as [Tensor, Tensor];
  const [biasQ, biasKV] = o.split(weight(`h.${i}.attn.c_attn.bias`), 0, [width, 2 * width]) as [Tensor, Tensor];
  return { queries: o.linear(o.gather(h, end), weightQ, biasQ), keysValues: o.linear(h, weightKV, biasKV) };
}

/** Everything of a layer behind its attention: projection, residual connections, the two-layer perceptron. */
export function rest(body: Body, i: number, x: Tensor, attended: Tensor): Tensor {
  const { weight, dropout } = body;
  const linear = (h: Tensor, name: string) =>
    o.linear(h, weight(`h.${i}.${name}.weight`), weight(`h.${i}.${name}.bias`));
  const y = o.add(x, dropout(linear(attended, 'attn.c_proj'), `resid.${i}`));
  const h = o.gelu(linear(layerNorm(body, `h.${i}.ln_2`, y), 'mlp.c_fc'));
  return o.add(y, dropout(linear(h, 'mlp.c_proj'), `mlp.${i}`));
}
