import { TiebreakError } from '../contract/errors.ts';

const prefixes = ['model.transformer.', 'transformer.', 'model.'];
const layerPart = /^h\.\d+\.(ln_1|ln_2|attn\.c_attn|attn\.c_proj|mlp\.c_fc|mlp\.c_proj)\.(weight|bias)$/;
const otherParts = new Set(['wte.weight', 'wpe.weight', 'ln_f.weight', 'ln_f.bias', 'v_head.weight']);
const buffer = /^h\.\d+\.attn\.(bias|masked_bias)$/;
/** The head of a GPT2ForSequenceClassification with one label, as TRL trains reward models, is the same as ours. */
const theirHead = 'score.weight';

/**
 * Our name of a tensor in a GPT-2 checkpoint: Hugging Face's without prefix, and `v_head.weight` for the reward head.
 * Hugging Face's GPT2Model reads files with our names, so nothing is renamed on the way out. Null for what carries no weights of its own: causal-mask buffers and the tied output matrix
 * `lm_head.weight`.
 */
export function parameterName(name: string): string | null {
  const own = withoutPrefix(name);
  if (own === theirHead) return 'v_head.weight';
  return layerPart.test(own) || otherParts.has(own) ? own : null;
}

/** Whether a tensor says nothing that the rest doesn't: the mask that makes attention causal. */
export function isBuffer(name: string): boolean {
  return buffer.test(withoutPrefix(name));
}

/** Whether it is the output matrix, which GPT-2 shares with its token embedding. */
export function isOutputMatrix(name: string): boolean {
  return withoutPrefix(name) === 'lm_head.weight';
}

function withoutPrefix(name: string): string {
  const prefix = prefixes.find((candidate) => name.startsWith(candidate)) ?? '';
  return name.slice(prefix.length);
}

/** The name that transformers' models with a head give a parameter of ours. */
export function transformersName(parameter: string): string {
  return parameter === 'v_head.weight' ? theirHead : `transformer.${parameter}`;
}

/**
 * The tensors that are parameters, under our names. A tensor that a file holds twice (the original recipe's did) must be
 * the same both times in shape.
 * @throws TiebreakError damaged
 */
export function toParameters<T extends { readonly shape: readonly number[] }>(
  tensors: ReadonlyMap<string, T>,
): Map<string, T> {
  const parameters = new Map<string, T>();
  for (const [name, tensor] of tensors) {
    const parameter = parameterName(name);
    if (parameter === null) continue;
    const known = parameters.get(parameter);
    if (known !== undefined && known.shape.join() !== tensor.shape.join()) {
      throw new TiebreakError(
        'damaged',
        `The weights hold ${parameter} twice, in two sizes. Take a complete copy of the file.`,
      );
    }
    if (known === undefined) parameters.set(parameter, tensor);
  }
  return parameters;
}

/**
 * The parameters of a GPT-2 of this shape, by name, with their shapes. Linear layers are [in, out]; the reward head, which
 * a language model lacks, is [1, width].
 */
export function expectedShapes(shape: {
  readonly width: number;
  readonly layers: number;
  readonly positions: number;
  readonly vocabulary: number;
}): Map<string, readonly number[]> {
  const { width: d, layers, positions, vocabulary } = shape;
  const shapes = new Map<string, readonly number[]>([
    ['wte.weight', [vocabulary, d]],
    ['wpe.weight', [positions, d]],
  ]);
  for (let layer = 0; layer < layers; layer++) {
    const parts: readonly (readonly [string, readonly number[]])[] = [
      ['ln_1.weight', [d]],
      ['ln_1.bias', [d]],
      ['attn.c_attn.weight', [d, 3 * d]],
      ['attn.c_attn.bias', [3 * d]],
      ['attn.c_proj.weight', [d, d]],
      ['attn.c_proj.bias', [d]],
      ['ln_2.weight', [d]],
      ['ln_2.bias', [d]],
      ['mlp.c_fc.weight', [d, 4 * d]],
      ['mlp.c_fc.bias', [4 * d]],
      ['mlp.c_proj.weight', [4 * d, d]],
      ['mlp.c_proj.bias', [d]],
    ];
    for (const [part, size] of parts) shapes.set(`h.${layer}.${part}`, size);
  }
  shapes.set('ln_f.weight', [d]);
  shapes.set('ln_f.bias', [d]);
  return shapes;
}
