/** The GPT-2 that a training starts from: a base model, or a fresh one with a tokenizer of its own. */

import { openModelFolder, writeModelFolder } from '../../checkpoint/model-folder.ts';
import type { TensorSource } from '../../checkpoint/safetensors.ts';
import { createNormal, createRandom } from '../../common/random.ts';
import type { Progress } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Tokenizer } from '../../tokenizer/bpe.ts';
import { loadTokenizer } from '../../tokenizer/files.ts';
import { trainTokenizer } from '../../tokenizer/train.ts';
import { type Gpt2Config, parameters } from '../model/gpt2.ts';
import { completeWeights, toGpt2Config, toModelConfig } from '../model/weights.ts';
import type { TrainJob } from '../run/job.ts';
import { checkFrozen, type TrainingTask } from './task.ts';

/** What a task takes from it; its weights are read when they are asked for. */
export type StartingGpt2 = Pick<TrainingTask, 'parameters' | 'layers' | 'weights' | 'maxTokens' | 'write'> & {
  readonly model: Gpt2Config;
  readonly tokenizer: Tokenizer;
};

/** Throws TiebreakError bad-input where the settings and the model don't go together. */
export async function startingGpt2(job: TrainJob, onProgress: (progress: Progress) => void): Promise<StartingGpt2> {
  const { tokenizer, model, known, maxTokens } =
    job.base === null ? freshGpt2(job, onProgress) : await baseGpt2(job, job.base);
  const head = job.kind === 'reward';
  return {
    model,
    tokenizer,
    parameters: parameters(model, head),
    layers: model.layers,
    weights: completeWeights(model, head, known, createNormal(createRandom(job.config.seed))),
    maxTokens,
    write: (tensors, manifest) =>
      writeModelFolder(job.modelFolder, { config: toModelConfig(model), manifest, tensors, tokenizer }),
  };
}

type Origin = Pick<StartingGpt2, 'model' | 'tokenizer' | 'maxTokens'> & {
  /** The weights that are there already. */
  readonly known: ReadonlyMap<string, TensorSource>;
};

async function baseGpt2({ config }: TrainJob, base: string): Promise<Origin> {
  const folder = await openModelFolder(base);
  const model = toGpt2Config(folder.config);
  checkFrozen(config.frozenLayers, model.layers);
  return {
    model,
    tokenizer: await loadTokenizer(base),
    known: folder.tensors,
    maxTokens: Math.min(config.maxTokens, model.positions),
  };
}

/** Its tokenizer is trained on the training texts. */
function freshGpt2(job: TrainJob, onProgress: (progress: Progress) => void): Origin {
  const { config } = job;
  if (config.width % config.heads !== 0) {
    throw new TiebreakError('bad-input', `The width ${config.width} can't be divided among ${config.heads} heads.`);
  }
  if (config.frozenLayers > 0 || config.trainedShare < 1) {
    throw new TiebreakError(
      'bad-input',
      'A GPT from scratch knows nothing worth freezing: set frozenLayers to 0 and trainedShare to 1, or name a base model.',
    );
  }
  const tokenizer = trainTokenizer(trainingTexts(job), config.vocabulary, (done, total) =>
    onProgress({ phase: 'tokenizer', done, total, speed: null, secondsLeft: null }),
  );
  const model: Gpt2Config = {
    width: config.width,
    layers: config.layers,
    heads: config.heads,
    vocabulary: tokenizer.vocabularySize,
    positions: config.maxTokens,
    epsilon: 1e-5,
  };
  return { model, tokenizer, known: new Map(), maxTokens: config.maxTokens };
}

/** Every post once and every comment, as the tokenizer learns from them. */
function* trainingTexts({ data }: TrainJob): Iterable<string> {
  for (const { texts } of data.train) {
    const posts = new Set<string>();
    for (const { post, comment } of texts) {
      if (!posts.has(post)) yield post;
      posts.add(post);
      yield comment;
    }
  }
}
