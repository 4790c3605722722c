import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TiebreakError } from '../contract/errors.ts';
import type { Tokenizer } from '../tokenizer/bpe.ts';
import { saveTokenizer } from '../tokenizer/files.ts';
import { exists, type Manifest, readJson, readManifest, weightsFile, writeFolder } from './folder.ts';
import { expectedShapes, parameterName, toParameters } from './gpt2-names.ts';
import { openSafetensors, readTensors, type StoredTensor, type TensorSource, writeSafetensors } from './safetensors.ts';

/** The fields of Hugging Face's config.json that a GPT-2 needs. */
export type ModelConfig = {
  readonly model_type: 'gpt2';
  readonly n_embd: number;
  readonly n_layer: number;
  readonly n_head: number;
  readonly n_positions: number;
  readonly vocab_size: number;
  readonly layer_norm_epsilon: number;
};

export type ModelFolder = {
  readonly config: ModelConfig;
  /** Null for a model that was not trained here. */
  readonly manifest: Manifest | null;
  /** By our names; `v_head.weight` is absent in a model without reward head. */
  readonly tensors: Map<string, StoredTensor>;
};

/** A model folder whose weights are still in their file. */
export type OpenModelFolder = Omit<ModelFolder, 'tensors'> & { readonly tensors: Map<string, TensorSource> };

/**
 * Reads a model of ours, or a GPT-2 as Hugging Face stores it. The tokenizer is read by loadTokenizer.
 * @throws TiebreakError not-found where a file is missing; bad-input for another architecture or a newer format;
 * damaged where files don't match their sums or tensors are missing or of another size than the configuration says
 */
export async function readModelFolder(folder: string): Promise<ModelFolder> {
  const { tensors, ...rest } = await openModelFolder(folder);
  return { ...rest, tensors: await readTensors(tensors) };
}

/** The same, but each tensor is read only when it is asked for. */
export async function openModelFolder(folder: string): Promise<OpenModelFolder> {
  const config = checkConfig(await readJson(join(folder, 'config.json')), folder);
  const manifest = await readManifest(folder);
  const path = join(folder, weightsFile);
  if (!(await exists(path))) throw new TiebreakError('not-found', `There is no ${weightsFile} in ${folder}.`);
  const { tensors: stored } = await openSafetensors(path, (name) => parameterName(name) !== null);
  const tensors = toParameters(stored);
  checkShapes(config, tensors, folder);
  return { config, manifest, tensors };
}

/**
 * Writes a model folder that appears whole or not at all. `folder` must not exist; its parent must. The manifest's
 * sums and format are filled in here. Tensors go under our names (which Hugging Face's GPT2Model reads as they are).
 * @throws TiebreakError bad-input where the folder exists
 */
export async function writeModelFolder(
  folder: string,
  model: {
    readonly config: ModelConfig;
    readonly manifest: Omit<Manifest, 'format' | 'files'>;
    readonly tensors: ReadonlyMap<string, StoredTensor | TensorSource>;
    readonly tokenizer: Tokenizer;
  },
): Promise<void> {
  const { endId, startId } = model.tokenizer;
  const config = {
    architectures: ['GPT2Model'],
    activation_function: 'gelu_new',
    ...model.config,
    bos_token_id: startId ?? endId,
    eos_token_id: endId,
  };
  await writeFolder(folder, { architecture: 'gpt2', ...model.manifest }, async (partial) => {
    await writeFile(join(partial, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
    await saveTokenizer(model.tokenizer, partial);
    await writeSafetensors(join(partial, weightsFile), model.tensors);
  });
}

/** Throws TiebreakError bad-input for another architecture, or a variant whose results would differ; damaged. */
export function checkConfig(json: unknown, folder: string): ModelConfig {
  const config = (json ?? {}) as Record<string, unknown>;
  if (config.model_type !== 'gpt2') {
    throw new TiebreakError('bad-input', `The model in ${folder} is not a GPT-2 but ${short(config.model_type)}.`);
  }
  const variant = variantOf(config);
  if (variant) {
    const message = `The model in ${folder} is a variant of GPT-2 that can't be run here: its config.json says ${variant}.`;
    throw new TiebreakError('bad-input', message);
  }
  const size = (name: string): number => {
    const value = config[name];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
    throw new TiebreakError('damaged', `The config.json in ${folder} has no usable ${name}.`);
  };
  const width = size('n_embd');
  const inner = config.n_inner ?? 4 * width;
  if (width % size('n_head') !== 0 || inner !== 4 * width) {
    throw new TiebreakError('bad-input', `The model in ${folder} has sizes that a GPT-2 doesn't have.`);
  }
  const epsilon = config.layer_norm_epsilon ?? 1e-5;
  if (typeof epsilon !== 'number' || !(epsilon > 0)) {
    throw new TiebreakError('damaged', `The config.json in ${folder} has no usable layer_norm_epsilon.`);
  }
  return {
    model_type: 'gpt2',
    n_embd: width,
    n_layer: size('n_layer'),
    n_head: size('n_head'),
    n_positions: size('n_positions'),
    vocab_size: size('vocab_size'),
    layer_norm_epsilon: epsilon,
  };
}

/** What a configuration changes in the arithmetic, as it says it; null for GPT-2 as it is. */
function variantOf(config: Record<string, unknown>): string | null {
  const activation = config.activation_function ?? 'gelu_new';
  // Two names of one function.
  if (activation !== 'gelu_new' && activation !== 'gelu_pytorch_tanh')
    return `activation_function ${short(activation)}`;
  if (config.scale_attn_weights === false) return 'scale_attn_weights false';
  for (const name of ['scale_attn_by_inverse_layer_idx', 'add_cross_attention', 'quantization_config']) {
    if (config[name]) return name;
  }
  return null;
}

/** A value of a file as it may be shown. */
function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

function checkShapes(config: ModelConfig, tensors: ReadonlyMap<string, TensorSource>, folder: string): void {
  const expected = expectedShapes({
    width: config.n_embd,
    layers: config.n_layer,
    positions: config.n_positions,
    vocabulary: config.vocab_size,
  });
  if (tensors.has('v_head.weight')) expected.set('v_head.weight', [1, config.n_embd]);
  for (const [name, shape] of expected) {
    const found = tensors.get(name)?.shape.join(' x ') ?? 'missing';
    if (found !== shape.join(' x ')) {
      const message = `The model in ${folder} is damaged: ${name} is ${found} and should be ${shape.join(' x ')}.`;
      throw new TiebreakError('damaged', message);
    }
  }
}
