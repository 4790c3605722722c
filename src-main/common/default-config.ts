import { type TrainingConfig, type TrainingMethod, usualPairsPerPost } from '../contract/engine.ts';
import type { TrainingKind } from '../contract/records.ts';

/** The settings of a training where nothing else is said. Sizes count only for a GPT from scratch. */
export function defaultConfig(kind: TrainingKind, method: TrainingMethod = 'gpt'): TrainingConfig {
  const own = method === 'deep' ? deepConfig : method === 'together' ? togetherConfig : {};
  return { ...gptConfig(kind), ...own };
}

/** What is different where the sentence encoder is trained: it knows much already. */
const deepConfig = {
  maxTokens: 128,
  epochs: 2,
  tokensPerBatch: 2048,
  learningRate: 2e-4,
  layerDecay: 0.8,
  patience: 7,
} satisfies Partial<TrainingConfig>;

/** What is different where an encoder reads post and comment together. */
const togetherConfig = {
  maxTokens: 128,
  epochs: 3,
  tokensPerBatch: 2048,
  learningRate: 9e-5,
  layerDecay: 0.9,
  headRate: 6,
  warmupSteps: 20,
  weightDecay: 0.01,
  decayVectors: 0,
  frozenLayers: 0,
  patience: 5,
} satisfies Partial<TrainingConfig>;

function gptConfig(kind: TrainingKind): TrainingConfig {
  return {
    width: 128,
    layers: 2,
    heads: 4,
    vocabulary: 8192,
    maxTokens: 256,
    epochs: kind === 'sft' ? 3 : 2,
    tokensPerBatch: 1024,
    pairsPerBatch: 0,
    blocksPerBatch: 0,
    accumulation: 1,
    learningRate: kind === 'sft' ? 1e-3 : 3e-4,
    layerDecay: 1,
    headRate: 1,
    readsPost: 1,
    cutOnce: 1,
    warmupSteps: 20,
    fixedWarmup: 0,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0.01,
    decayVectors: 1,
    maxGradientNorm: 1,
    frozenLayers: 0,
    trainedShare: 1,
    dropout: 0,
    recompute: 0,
    mixedPrecision: 0,
    weighPeople: 0,
    pairsPerPost: usualPairsPerPost,
    spreadPairs: 1,
    heldOut: 0,
    evaluateEvery: 0,
    patience: 0,
    keepBest: 1,
    checkpointEvery: 100,
    seed: 42,
  };
}
