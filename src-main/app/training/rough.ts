import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { dataFiles, type TrainingConfig, type TrainingMethod } from '../../contract/engine.ts';
import { memoryFor } from '../../engine/forecast/available-memory.ts';

/** The larger of the encoders that come with the program: MiniLM. */
const usualEncoder = { width: 384, layers: 6, heads: 12, vocabulary: 30_522 } as const;

type Sizes = Pick<TrainingConfig, 'width' | 'layers' | 'heads' | 'vocabulary'>;

/** A training may be worth a closer look where it could take this share of the memory there is, or so many seconds. */
const worthALook = { share: 0.25, seconds: 120 } as const;
/** Operations a second of a usual processor, and bytes of text in a token, both on the low side. */
const usual = { operations: 5e10, bytes: 4 } as const;

/**
 * Whether a training could be too large for this machine, or take long: a guess from its sizes alone, on the high side, which
 * spares small trainings the time of a forecast.
 * @param base folder of the model it starts from
 * @param folder where its data are
 */
export async function mayBeLarge(
  { config, method }: { readonly config: TrainingConfig; readonly method: TrainingMethod },
  base: string | null,
  folder: string,
): Promise<boolean> {
  const encoded = method === 'deep' || method === 'together';
  const { width, layers, heads, vocabulary } = encoded ? usualEncoder : await sizesOf(config, base);
  const { tokensPerBatch, pairsPerBatch, blocksPerBatch, maxTokens, epochs, recompute } = config;
  const tokens =
    pairsPerBatch > 0
      ? 2 * pairsPerBatch * maxTokens
      : blocksPerBatch > 0
        ? blocksPerBatch * maxTokens
        : tokensPerBatch;
  const parameters = 12 * layers * width ** 2 + vocabulary * width;
  // Weights, gradients twice and two moments; of a token some thirty vectors and three rows of attention in each layer, and logits.
  const kept = recompute > 0 ? 1 : layers;
  const bytes = 4 * (5 * parameters + tokens * (kept * (30 * width + 3 * heads * maxTokens) + 3 * vocabulary));
  if (bytes > worthALook.share * memoryFor(0)) return true;
  const { size } = await stat(join(folder, dataFiles.train));
  return (6 * parameters * epochs * size) / usual.bytes / usual.operations > worthALook.seconds;
}

async function sizesOf(config: TrainingConfig, base: string | null): Promise<Sizes> {
  if (base === null) return config;
  const text = await readFile(join(base, 'config.json'), 'utf8').catch(() => '{}');
  const { n_embd, n_layer, n_head, vocab_size } = JSON.parse(text) as Record<string, unknown>;
  const sizes = [n_embd, n_layer, n_head, vocab_size].map((size) => (typeof size === 'number' ? size : 0));
  const [width, layers, heads, vocabulary] = sizes as [number, number, number, number];
  return { width, layers, heads, vocabulary };
}
