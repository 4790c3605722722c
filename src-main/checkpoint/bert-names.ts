/** What the tensors of our encoders of the BERT family (engine/model/bert.ts) are called where they are published. */

import type { BertFamily } from './encoder-config.ts';

/** Where a tensor of ours comes from: theirs one behind the other along the outputs, turned from [out, in] to [in, out] or as they are. */
export type TheirTensors = { readonly names: readonly string[]; readonly turned: boolean };

const embeddings: Readonly<Record<string, string>> = {
  'wte.weight': 'embeddings.word_embeddings.weight',
  'wpe.weight': 'embeddings.position_embeddings.weight',
  'wse.weight': 'embeddings.token_type_embeddings.weight',
  'wde.weight': 'encoder.relative_attention_bias.weight',
  'ln_e.weight': 'embeddings.LayerNorm.weight',
  'ln_e.bias': 'embeddings.LayerNorm.bias',
};

const parts: Readonly<Record<string, readonly string[]>> = {
  'attn.c_attn': ['attention.self.query', 'attention.self.key', 'attention.self.value'],
  'attn.c_proj': ['attention.output.dense'],
  ln_1: ['attention.output.LayerNorm'],
  'mlp.c_fc': ['intermediate.dense'],
  'mlp.c_proj': ['output.dense'],
  ln_2: ['output.LayerNorm'],
};

const mpnetParts: Readonly<Record<string, readonly string[]>> = {
  ...parts,
  'attn.c_attn': ['attention.attn.q', 'attention.attn.k', 'attention.attn.v'],
  'attn.c_proj': ['attention.attn.o'],
  ln_1: ['attention.LayerNorm'],
};

/** What a tensor of ours is called there. Throws where no such tensor is ours. */
export function theirTensors(family: BertFamily, name: string): TheirTensors {
  const whole = embeddings[name];
  if (whole) return { names: [whole], turned: false };
  const [, layer, part, kind] = /^h\.(\d+)\.(.*)\.(weight|bias)$/.exec(name) ?? [];
  const found = (family === 'mpnet' ? mpnetParts : parts)[part ?? ''];
  if (!found) throw new RangeError(`No encoder of the BERT family has a tensor ${name}`);
  return {
    names: found.map((one) => `encoder.layer.${layer}.${one}.${kind}`),
    turned: kind === 'weight' && !part!.startsWith('ln'),
  };
}

/** Matrices [out, in] one below the other as one [in, out]. */
export function joinTurned(matrices: readonly Float32Array[], columns: number): Float32Array {
  const rows = matrices.reduce((sum, { length }) => sum + length / columns, 0);
  const joined = new Float32Array(rows * columns);
  let from = 0;
  for (const matrix of matrices) {
    const own = matrix.length / columns;
    for (let row = 0; row < own; row++) {
      for (let column = 0; column < columns; column++) {
        joined[column * rows + from + row] = matrix[row * columns + column]!;
      }
    }
    from += own;
  }
  return joined;
}
