import type { ModelConfig } from '../../checkpoint/model-folder.ts';
import type { StoredTensor, TensorSource } from '../../checkpoint/safetensors.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { type Gpt2Config, parameters } from './gpt2.ts';
import type { ParameterSpec } from './parameters.ts';

export function toGpt2Config(config: ModelConfig): Gpt2Config {
  return {
    width: config.n_embd,
    layers: config.n_layer,
    heads: config.n_head,
    vocabulary: config.vocab_size,
    positions: config.n_positions,
    epsilon: config.layer_norm_epsilon,
  };
}

export function toModelConfig(config: Gpt2Config): ModelConfig {
  return {
    model_type: 'gpt2',
    n_embd: config.width,
    n_layer: config.layers,
    n_head: config.heads,
    n_positions: config.positions,
    vocab_size: config.vocabulary,
    layer_norm_epsilon: config.epsilon,
  };
}

/** Fresh weights for the given tensors; `normal` draws standard normal numbers. */
export function freshWeights(specs: readonly ParameterSpec[], normal: () => number): Map<string, StoredTensor> {
  return new Map(specs.map((spec) => [spec.name, { shape: spec.shape, data: draw(spec, normal) }]));
}

function draw({ shape, deviation, centre }: ParameterSpec, normal: () => number): Float32Array {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(centre);
  if (deviation > 0) for (let i = 0; i < data.length; i++) data[i] = deviation * normal();
  return data;
}

/** Tensors that are in memory already, to be taken from there. */
export function asSources(tensors: ReadonlyMap<string, StoredTensor>): Map<string, TensorSource> {
  return new Map([...tensors].map(([name, { shape, data }]) => [name, { shape, read: async () => data }]));
}

/**
 * The tensors of a model that is to be trained: those at hand, and a fresh reward head where there is none. What is fresh is
 * drawn when it is read, so that nothing is drawn for a model that is only thought about: read them once, in order.
 */
export function completeWeights(
  config: Gpt2Config,
  head: boolean,
  known: ReadonlyMap<string, TensorSource>,
  normal: () => number,
): Map<string, TensorSource> {
  const specs = parameters(config, head);
  const missing = specs.filter(({ name }) => !known.has(name));
  const absent = missing.find(({ name }) => name !== 'v_head.weight');
  if (known.size > 0 && absent) {
    throw new TiebreakError('damaged', `The base model lacks the tensor ${absent.name}. Nothing was changed.`);
  }
  return new Map(
    specs.map((spec) => {
      const { name, shape } = spec;
      return [name, known.get(name) ?? { shape, read: async () => draw(spec, normal) }];
    }),
  );
}
