import type { TrainingConfig } from '../contract/engine.ts';

/** What each setting means, in a sentence. */
export const configComments: Readonly<Record<keyof TrainingConfig, string>> = {
  width: 'Numbers per token inside the model (n_embd). Only for a GPT from scratch.',
  layers: 'Transformer layers. Only for a GPT from scratch.',
  heads: 'Attention heads per layer; must divide the width. Only for a GPT from scratch.',
  vocabulary: 'Tokens of the byte-level BPE that is trained on the data. Only for a GPT from scratch.',
  maxTokens:
    'Longest input in tokens. A GPT loses the beginning of the post (cutOnce), a text reader the end of each text; it reads 128.',
  epochs: 'How often the training goes through the data.',
  tokensPerBatch:
    'Tokens that run at once, with the padding, where there is any; more is faster on a GPU and takes more memory. For a reward model on a GPT they count as if each comment were read with its post, though a post is read once.',
  pairsPerBatch:
    'Pairs that run at once, drawn from all posts and each pair by itself; 0 keeps the pairs of a post together and goes by tokensPerBatch. Only for a reward model.',
  blocksPerBatch:
    'Blocks of text that run at once, whole ones alone; 0 goes by tokensPerBatch. Only for a language model.',
  accumulation: 'Batches whose gradients are added up for one step.',
  learningRate: 'Highest learning rate; it rises to it during the warm-up and then falls linearly to 0.',
  layerDecay: 'Factor of the learning rate with each layer downwards; 1 trains all layers alike.',
  headRate:
    'Factor of the learning rate of what stands behind the last layer: a fresh head has more to learn than the layers.',
  readsPost: '1: post and comment are read as one text, 0: the comment alone. Only for together.',
  cutOnce:
    '1: a post that is too long is cut to one length for all comments that it is too long for, and read once for them; 0: as far as each comment needs it, as the original did. Only for a reward model on a GPT.',
  warmupSteps: 'Steps of the warm-up, at most a fifth of the run.',
  fixedWarmup:
    "1: the warm-up takes all its steps, however short the run is, and begins at 0, as the transformers library's Trainer counts; 0: at most a fifth of the run.",
  beta1: "AdamW's decay of the first moment.",
  beta2: "AdamW's decay of the second moment.",
  epsilon: "AdamW's number against division by zero.",
  weightDecay: 'How strongly AdamW pulls weights towards 0.',
  decayVectors: 'Whether biases and the weights of layer norms are pulled towards 0 as well: 1 or 0.',
  maxGradientNorm: 'Gradients longer than this are scaled down to it; 0 leaves them as they are.',
  frozenLayers: 'How many of the lowest layers stay as they are, the embeddings with them.',
  trainedShare:
    "Share of the layers that is trained, from the top and rounded down; those below stay as they are, but the embeddings learn. The original's 0.7 trains 8 of GPT-2's 12 layers and freezes the lowest 4, where its comment says that the first 70% are frozen.",
  dropout: 'Share of activations set to 0 while training; 0 is off.',
  recompute:
    'With 1, layers compute once more for the gradient what they could have kept for it: less memory, more time. 0 keeps it.',
  mixedPrecision:
    '1: matrix products in float16, everything else, the weights and the optimiser in float32, with a scaled loss: faster and lighter on a graphics card that has float16; other devices compute in float32 all the same. 0: everything in float32.',
  weighPeople:
    "1: each person's answers count by how reliable they are, as People has it; 0: all people's alike. Matters only where people share pairs. Only for a reward model.",
  pairsPerPost:
    'Pairs of one post that are learned from, at most; those that people answered are always among them. Of very long threads as many pairs are drawn, always the same ones: all pairs of 12,000 comments are 72 million. Only for a reward model.',
  spreadPairs:
    '1: of a post with more pairs every comment is in about as many of those that are drawn; 0: each pair is drawn by chance. Only for a reward model.',
  heldOut:
    'Share of the training posts that is held out to validate on where there is no validation split, drawn by the seed; 0 holds none out.',
  evaluateEvery: 'Steps between two looks at the validation split; 0 looks ten times a run.',
  patience:
    'Looks at the validation split in a row that find nothing better before the training ends early; 0 goes to the end.',
  keepBest: '1 keeps the weights with the lowest validation loss, 0 the last ones.',
  checkpointEvery: 'Steps between two checkpoints, from which a killed run goes on; 0 writes none.',
  seed: 'The same seed on the same data gives the same numbers.',
};
