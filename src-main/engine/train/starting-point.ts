import { openModelFolder, writeModelFolder } from '../../checkpoint/model-folder.ts';
import type { TensorSource } from '../../checkpoint/safetensors.ts';
import { createNormal, createRandom } from '../../common/random.ts';
import type { Progress } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Tokenizer } from '../../tokenizer/bpe.ts';
import { loadTokenizer } from '../../tokenizer/files.ts';
import { trainTokenizer } from '../../tokenizer/train.ts';
import type { Gpt2Config } from '../model/gpt2.ts';
import { completeWeights, toGpt2Config, toModelConfig } from '../model/weights.ts';
import type { TrainJob } from './run-folder.ts';
import type { Prepared } from './run-prepared.ts';

export type StartingPoint = {
  readonly model: Gpt2Config;
  readonly tokenizer: Tokenizer;
  /** Those of a base are read from its folder when they are asked for. */
  readonly weights: ReadonlyMap<string, TensorSource>;
  /** Longest input: what was asked for, or what the base model can take. */
  readonly maxTokens: number;
};

/** The model that a training starts from: a base model, or a fresh GPT with a tokenizer trained on the training texts. */
export async function startingPoint(
  request: TrainJob,
  onProgress: (progress: Progress) => void,
): Promise<StartingPoint> {
  const { config, base, kind } = request;
  const normal = createNormal(createRandom(config.seed));
  const head = kind === 'reward';
  if (base !== null) {
    const folder = await openModelFolder(base);
    const model = toGpt2Config(folder.config);
    checkFrozen(config.frozenLayers, model.layers);
    return {
      model,
      tokenizer: await loadTokenizer(base),
      weights: completeWeights(model, head, folder.tensors, normal),
      maxTokens: Math.min(config.maxTokens, model.positions),
    };
  }
  if (config.width % config.heads !== 0) {
    throw new TiebreakError('bad-input', `The width ${config.width} can't be divided among ${config.heads} heads.`);
  }
  if (config.frozenLayers > 0 || config.trainedShare < 1) {
    throw new TiebreakError(
      'bad-input',
      'A GPT from scratch knows nothing worth freezing: set frozenLayers to 0 and trainedShare to 1, or name a base model.',
    );
  }
  const tokenizer = trainTokenizer(trainingTexts(request), config.vocabulary, (done, total) =>
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
  const weights = completeWeights(model, head, new Map(), normal);
  return { model, tokenizer, weights, maxTokens: config.maxTokens };
}

/** Writes the folder of a model that was trained from this point. */
export function writerOf({ modelFolder }: TrainJob, { model, tokenizer }: StartingPoint): Prepared['write'] {
  return (tensors, manifest) =>
    writeModelFolder(modelFolder, { config: toModelConfig(model), manifest, tensors, tokenizer });
}

/** Throws TiebreakError bad-input where more layers shall be frozen than there are. */
export function checkFrozen(frozen: number, layers: number): void {
  if (frozen <= layers) return;
  throw new TiebreakError('bad-input', `The model has ${layers} layers: frozenLayers can't be ${frozen}.`);
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
