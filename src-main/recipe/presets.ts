import type { PresetName } from '../contract/calls.ts';
import { type Preset, type PresetKey, presetPairs } from '../contract/presets.ts';
import type { TrainingKind } from '../contract/records.ts';

/** What the optimiser of both steps had in the original, and has in ours. */
const adamW = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decayVectors: 0, maxGradientNorm: 1, seed: 42 } as const;

/** What transformers' Trainer did unless told otherwise, with GPT-2's own dropout. */
const trainer = {
  ...adamW,
  layerDecay: 1,
  frozenLayers: 0,
  dropout: 0.1,
  fixedWarmup: 1,
  keepBest: 0,
  patience: 0,
} as const;

/** What guards ours against learning too much from little: the best of ten looks is kept. */
const guarded = {
  ...adamW,
  layerDecay: 0.9,
  frozenLayers: 0,
  dropout: 0,
  fixedWarmup: 0,
  keepBest: 1,
  patience: 3,
} as const;

const same = 'Computed in float32 on one device, where the original used float16 and DeepSpeed.';

export const presets: Readonly<Record<TrainingKind, Readonly<Record<PresetName, Preset>>>> = {
  sft: {
    original: {
      name: 'original',
      says: `The first step as the original ran it: the stock causal-language-model script on blocks of text. ${same}`,
      config: {
        ...trainer,
        maxTokens: 1024,
        epochs: 3,
        blocksPerBatch: 8,
        accumulation: 1,
        learningRate: 5e-5,
        warmupSteps: 0,
        weightDecay: 0,
        trainedShare: 1,
        heldOut: 0.05,
        evaluateEvery: 0,
      },
      pairs: null,
    },
    recommended: {
      name: 'recommended',
      says: 'The first step as we would run it: the same tokens a step, in memory that a small machine has.',
      config: {
        ...guarded,
        maxTokens: 512,
        epochs: 2,
        tokensPerBatch: 1024,
        blocksPerBatch: 0,
        accumulation: 8,
        learningRate: 5e-5,
        warmupSteps: 20,
        weightDecay: 0.01,
        trainedShare: 1,
        heldOut: 0.1,
        evaluateEvery: 0,
      },
      pairs: null,
    },
  },
  reward: {
    original: {
      name: 'original',
      says: `The second step as the original ran it: 16 neighbouring pairs a step, once through the data. ${same}`,
      config: {
        ...trainer,
        maxTokens: 512,
        cutOnce: 0,
        epochs: 1,
        pairsPerBatch: 8,
        accumulation: 2,
        learningRate: 1e-5,
        warmupSteps: 100,
        weightDecay: 0.01,
        trainedShare: 0.7,
        heldOut: 0.05,
        evaluateEvery: 500,
      },
      pairs: presetPairs.original,
    },
    recommended: {
      name: 'recommended',
      says: "The second step as we would run it: all pairs of a post together, people's answers with them, and the best of ten looks kept.",
      config: {
        ...guarded,
        maxTokens: 512,
        epochs: 2,
        tokensPerBatch: 2048,
        pairsPerBatch: 0,
        accumulation: 2,
        learningRate: 5e-5,
        warmupSteps: 100,
        weightDecay: 0.01,
        trainedShare: 1,
        heldOut: 0.1,
        evaluateEvery: 0,
      },
      pairs: presetPairs.recommended,
    },
  },
};

type Reasons = Readonly<Partial<Record<PresetKey, string>>>;

const common: Reasons = {
  layerDecay: 'Lower layers learn more slowly instead of not at all, or as fast as the top (Howard and Ruder, 2018).',
  dropout:
    "0.1 is GPT-2's own; it draws a number for every attention weight, which takes time and memory. Ours looks often instead, and keeps the best.",
  fixedWarmup: 'The original counts its warm-up whatever the length of the run; ours shortens it on little data.',
  keepBest: 'The original kept the last weights; ours keeps those of the look with the lowest validation loss.',
  patience: 'Three looks in a row without a better one, and the run ends: what follows would not be kept.',
  heldOut:
    'Where there is no validation split: 5% of few posts say little. Whole posts are held out, so that no post is on both sides; the original drew single rows.',
};

/** Why the presets differ where they do. */
export const presetReasons: Readonly<Record<TrainingKind, Reasons>> = {
  sft: {
    ...common,
    maxTokens: 'Blocks as long as the reward model reads, at half the memory.',
    epochs: 'The best look is kept, and each time through takes as long as the one before.',
    tokensPerBatch: 'Counts where blocks per batch is 0: two blocks at once.',
    blocksPerBatch: 'Eight blocks of 1024 tokens at once take many gigabytes for the logits alone.',
    accumulation: 'Eight small batches make the same step of 8,192 tokens.',
    warmupSteps: "The optimiser's first steps are its least certain.",
    weightDecay: 'The stock script had none.',
  },
  reward: {
    ...common,
    pairs:
      "All pairs of a post teach more than neighbours, which are the hardest to tell apart; and people's answers count.",
    cutOnce: 'A post that is cut alike for all its comments is read once for them.',
    epochs: 'The best look is kept, so a second time through can be tried.',
    tokensPerBatch:
      'Counts where pairs per batch is 0. Each comment of a post is read once, however many pairs it is in.',
    pairsPerBatch: 'Pairs of a post in one batch overfit less than shuffled over the whole run (Ouyang et al., 2022).',
    learningRate: 'A small model stands a higher rate, and a run of few steps needs one.',
    trainedShare:
      'The original froze the lowest 30% of the layers (4 of 12), but not the embeddings; its comment says that the first 70% are frozen. Ours lets all learn, the lower ones more slowly.',
    evaluateEvery: 'The original looked every 500 steps, which is never in a short run; 0 looks ten times a run.',
  },
};
