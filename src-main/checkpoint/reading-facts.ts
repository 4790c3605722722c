import type { ShownOfPost } from '../contract/engine.ts';

/**
 * What a model was trained to read, which Hugging Face's config.json has no field for. It stands there under `tiebreak`, and
 * transformers writes it out again with whatever it trains from such a folder.
 */
export type ReadingFacts = {
  readonly maxTokens: number;
  readonly context: ShownOfPost;
};

export function factsForConfig(kind: string, { maxTokens, context }: ReadingFacts): object {
  return { tiebreak: { format: 1, kind, max_length: maxTokens, context } };
}

/** The facts in a config.json, as far as they are there and make sense. */
export function factsOfConfig(config: unknown): Partial<ReadingFacts> {
  const { max_length: length, context } = ((config as { tiebreak?: unknown } | null)?.tiebreak ?? {}) as Record<
    string,
    unknown
  >;
  return {
    ...(typeof length === 'number' && Number.isSafeInteger(length) && length >= 3 ? { maxTokens: length } : {}),
    ...(context === 'post' || context === 'none' ? { context } : {}),
  };
}
