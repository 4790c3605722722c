import { frozenOf } from '../../common/frozen-layers.ts';
import { createRandom } from '../../common/random.ts';
import type { TrainingConfig, TrainResult } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { type Batch, blockBatches, toBlocks } from '../batch/batches.ts';
import { encodeAll } from '../batch/tokens.ts';
import type { TrainingContext } from '../runtime/request-context.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { toSteps } from './loop.ts';
import { languageModelLossProgram, trainedParameters } from './programs.ts';
import { type Look, openRunFolder, type TrainJob } from './run-folder.ts';
import { type Plan, type Prepared, runPrepared } from './run-prepared.ts';
import { startingPoint, writerOf } from './starting-point.ts';
import type { Trainer } from './trainer.ts';

/**
 * Supervised fine-tuning: trains a language model on the posts with their comments, as the reward model will read them. The
 * texts are joined and cut into blocks of the longest input (Radford et al., 2018).
 */
export async function trainSft(runtime: Runtime, request: TrainJob, context: TrainingContext): Promise<TrainResult> {
  return runPrepared(runtime, request, context, await prepareSft(request, context));
}

export async function prepareSft(request: TrainJob, context: TrainingContext): Promise<Prepared> {
  const begun = performance.now();
  const { data } = request;
  const folder = openRunFolder(request.runFolder);
  const checkpoint = await folder.readCheckpoint();

  // The model, and the texts, to be cut into blocks. Nothing is cut: what doesn't fit into a block goes on in the next.
  const from = await startingPoint(request, context.onProgress);
  const read = (groups: typeof data.train) => {
    const texts = groups.flatMap((group) => group.texts);
    return encodeAll(from.tokenizer, texts, Number.MAX_SAFE_INTEGER).encoded;
  };
  const [train, validation] = [read(data.train), read(data.validation)];

  const plan = (config: TrainingConfig): Plan => {
    const sizes = {
      tokensPerBatch: config.tokensPerBatch,
      blocksPerBatch: config.blocksPerBatch,
      maxTokens: Math.min(config.maxTokens, from.maxTokens),
      padding: from.tokenizer.endId,
    };
    const cut = (texts: readonly Int32Array[]) => toBlocks(texts, sizes.maxTokens, config.blocksPerBatch > 0);
    const blocks = cut(train);
    const steps = Array.from({ length: config.epochs }, (_, epoch) =>
      toSteps(blockBatches(blocks, sizes, createRandom(config.seed, epoch)), config.accumulation),
    ).flat();
    if (steps.length === 0)
      throw new TiebreakError('nothing-to-do', 'There are no texts to train on. Import some first.');
    // The logits of a batch are large, and what evaluates has memory of its own: a quarter at a time costs no speed.
    const quarter = {
      ...sizes,
      tokensPerBatch: sizes.tokensPerBatch / 4,
      blocksPerBatch: Math.ceil(sizes.blocksPerBatch / 4),
    };
    return {
      trained: trainedParameters(from.model, false, ...frozenOf(config, from.model.layers)),
      steps,
      evaluation: blockBatches(cut(validation), quarter, null),
    };
  };
  const { evaluation } = plan({ ...request.config, epochs: 1 });

  return {
    folder,
    checkpoint,
    weights: from.weights,
    layers: from.model.layers,
    plan,
    loss: (options) => languageModelLossProgram(from.model, options),
    validate: evaluation.length > 0 ? (trainer) => validateTokens(trainer, evaluation) : null,
    samples: [],
    cuts: { inputs: data.train.reduce((n, { texts }) => n + texts.length, 0), postCut: 0, commentCut: 0 },
    startCounts: false,
    maxTokens: from.maxTokens,
    begun,
    write: writerOf(request, from),
  };
}

/** Mean cross-entropy per token, and its exponential. */
async function validateTokens(trainer: Trainer, batches: readonly Batch[]): Promise<Look> {
  const tokens = batches.reduce((total, { share }) => total + share, 0);
  let loss = 0;
  for (const batch of batches) loss += (await trainer.evaluate(batch.feeds(1 / tokens))).loss![0]!;
  return { figures: { loss, perplexity: Math.exp(loss) } };
}
