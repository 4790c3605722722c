import { writeModelFolder } from '../../src-main/checkpoint/model-folder.ts';
import { createNormal, createRandom } from '../../src-main/common/random.ts';
import { type Gpt2Config, parameters } from '../../src-main/engine/model/gpt2.ts';
import { freshWeights, toModelConfig } from '../../src-main/engine/model/weights.ts';
import { gpt2Tokenizer } from '../../src-main/tokenizer/files.ts';

/** Width, layers, heads and the longest input, as numbers with commas between them. */
export type Shape = string;

/**
 * Writes a model that knows nothing: a GPT-2 with GPT-2's own vocabulary and random weights, in Hugging Face's form, so that both sides
 * begin with the same numbers.
 * @param kind with a head that gives rewards, or without
 */
export async function writeFreshGpt2(
  folder: string,
  shape: Shape,
  seed: number,
  kind: 'reward' | 'sft',
): Promise<void> {
  const numbers = shape.split(',').map(Number);
  if (numbers.length !== 4 || !numbers.every((n) => Number.isInteger(n) && n > 0)) {
    throw new Error(`--config takes four whole numbers here, such as 256,4,4,128, not '${shape}'`);
  }
  const [width, layers, heads, positions] = numbers as [number, number, number, number];
  const tokenizer = await gpt2Tokenizer();
  const config: Gpt2Config = { width, layers, heads, positions, vocabulary: tokenizer.vocabularySize, epsilon: 1e-5 };
  await writeModelFolder(folder, {
    config: toModelConfig(config),
    manifest: { kind, createdAt: new Date(0).toISOString(), trainingConfig: {}, result: {}, maxTokens: positions },
    tensors: freshWeights(parameters(config, kind === 'reward'), createNormal(createRandom(seed))),
    tokenizer,
  });
}
