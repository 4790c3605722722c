import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectedShapes } from '../../src-main/checkpoint/gpt2-names.ts';
import { writeSafetensors } from '../../src-main/checkpoint/safetensors.ts';
import { trainTokenizer } from '../../src-main/tokenizer/train.ts';
import { op, tensor, writeZip } from './make-pytorch.ts';

/** A GPT-2 of two layers, as other programs store it. */
export const tokenizer = trainTokenizer(['a post and a comment, a post and a comment'], 270);
const size = { width: 8, layers: 2, positions: 16, vocabulary: tokenizer.vocabularySize };
export const config = {
  model_type: 'gpt2',
  n_embd: size.width,
  n_layer: size.layers,
  n_head: 2,
  n_positions: size.positions,
  vocab_size: size.vocabulary,
};
export type Tensors = Map<string, { shape: readonly number[]; data: Float32Array }>;

/** Its weights, which are the same every time; with a reward head where that is asked for. */
export function weights(head = true, width = size.width): Tensors {
  const shapes = expectedShapes({ ...size, width });
  if (head) shapes.set('v_head.weight', [1, width]);
  let seed = 1;
  const next = (): number => {
    seed = (seed * 16_807) % 2_147_483_647;
    return Math.fround(seed / 2_147_483_647 - 0.5);
  };
  return new Map(
    [...shapes].map(([name, shape]) => [
      name,
      { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, next) },
    ]),
  );
}

export const bytesOf = ({ data }: { readonly data: Float32Array }): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

export type FolderOptions = {
  readonly config?: object | string | null;
  readonly tokenizer?: object | null;
  readonly tensors?: Tensors;
  /** How a tensor is called in the file. */
  readonly name?: (name: string) => string;
};

/** A folder in Hugging Face's form. */
export async function writeFolder(folder: string, options: FolderOptions = {}): Promise<string> {
  const { tensors = weights(), name = (own) => own } = options;
  mkdirSync(folder, { recursive: true });
  const { config: given = config, tokenizer: tokens = tokenizer.json } = options;
  if (given !== null)
    writeFileSync(join(folder, 'config.json'), typeof given === 'string' ? given : JSON.stringify(given));
  if (tokens !== null) writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokens));
  await writeSafetensors(
    join(folder, 'model.safetensors'),
    new Map([...tensors].map(([own, one]) => [name(own), one])),
  );
  return folder;
}

/** The pickle of a state_dict with these tensors, one storage each, and the storages. */
export function stateDict(tensors: Tensors, extra: readonly (readonly [string, Buffer])[] = []) {
  const entries = [...tensors].map(([name, { shape }], i) => [name, tensor({ key: `${i}`, size: shape })] as const);
  const storages = Object.fromEntries([...tensors.values()].map((one, i) => [`${i}`, bytesOf(one)]));
  return { pickle: op.pickle(op.dictionary([...entries, ...extra])), storages };
}

/** A file of PyTorch with these tensors. */
export async function writeBin(path: string, tensors: Tensors = weights()): Promise<void> {
  const { pickle, storages } = stateDict(tensors);
  await writeZip(path, pickle, storages);
}
