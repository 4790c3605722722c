import type { ShownOfPost } from '../contract/engine.ts';
import type { Manifest } from './folder.ts';

/**
 * What a model was trained to read, which Hugging Face's config.json has no field for. It stands there under `tiebreak`, and
 * transformers writes it out again with whatever it trains from such a folder.
 */
export type ReadingFacts = {
  readonly maxTokens: number;
  readonly context: ShownOfPost;
  /** Whether a post that doesn't fit is cut once for all its comments (tokenizer/input.ts). */
  readonly cutOnce: boolean;
};

/** How a GPT's inputs are cut: each by itself, unless the model was trained otherwise. */
export const cutsOnce = (manifest: Pick<Manifest, 'trainingConfig'> | null): boolean =>
  manifest?.trainingConfig.cutOnce === 1;

export function factsForConfig(kind: string, { maxTokens, context, cutOnce }: ReadingFacts): object {
  return { tiebreak: { format: 1, kind, max_length: maxTokens, context, cut_once: cutOnce } };
}

/** The facts in a config.json, as far as they are there and make sense. */
export function factsOfConfig(config: unknown): Partial<ReadingFacts> {
  const {
    max_length: length,
    context,
    cut_once: cutOnce,
  } = ((config as { tiebreak?: unknown } | null)?.tiebreak ?? {}) as Record<string, unknown>;
  return {
    ...(typeof length === 'number' && Number.isSafeInteger(length) && length >= 3 ? { maxTokens: length } : {}),
    ...(context === 'post' || context === 'none' ? { context } : {}),
    ...(typeof cutOnce === 'boolean' ? { cutOnce } : {}),
  };
}
