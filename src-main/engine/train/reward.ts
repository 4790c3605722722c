import type { TrainingConfig, TrainResult } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Runtime } from '../runtime/runtime.ts';
import {
  type Batch,
  type InputReader,
  orderedRewardBatches,
  type RewardBatchSizes,
  rewardBatches,
  sequenceReader,
  type TokenGroup,
} from './batches.ts';
import type { TrainingContext } from './context.ts';
import { toSteps } from './loop.ts';
import { rewardLossProgram, trainedParameters } from './programs.ts';
import { openRunFolder, type TrainJob, type Validation } from './run-folder.ts';
import { runPrepared } from './run-prepared.ts';
import { startingPoint, writerOf } from './starting-point.ts';
import { encodeGroups } from './tokens.ts';
import type { Trainer } from './trainer.ts';

/**
 * Trains a reward model on pairs: the loss is -log sigmoid(chosen - rejected), a tie counts half for either side
 * (Ouyang et al., Training language models to follow instructions with human feedback, 2022, section 3.5).
 */
export async function trainReward(runtime: Runtime, request: TrainJob, context: TrainingContext): Promise<TrainResult> {
  const begun = performance.now();
  const { config, data } = request;
  const folder = openRunFolder(request.runFolder);
  const checkpoint = await folder.readCheckpoint();

  // The model and the texts as it reads them.
  const from = await startingPoint(request, context.onProgress);
  const train = encodeGroups(from.tokenizer, data.train, from.maxTokens);
  const validation = encodeGroups(from.tokenizer, data.validation, from.maxTokens);
  const reader = sequenceReader(from.tokenizer.endId);
  const sizes = { ...config, maxTokens: from.maxTokens };
  const steps = rewardSteps(config, train.encoded, reader, sizes);
  const validationBatches = orderedRewardBatches(validation.encoded, reader, sizes);

  return runPrepared(runtime, request, context, {
    folder,
    checkpoint,
    weights: from.weights,
    trained: trainedParameters(from.model, true, config.frozenLayers),
    layers: from.model.layers,
    steps,
    loss: (options) => rewardLossProgram(from.model, options),
    validate: validationBatches.length > 0 ? (trainer) => validateRewards(trainer, validationBatches) : null,
    startCounts: false,
    cuts: train.cuts,
    maxTokens: from.maxTokens,
    begun,
    write: writerOf(request, from),
  });
}

/** The batches of every step of a run, fixed by the seed. Throws TiebreakError nothing-to-do where there are no pairs. */
export function rewardSteps<Input>(
  { epochs, accumulation, seed }: TrainingConfig,
  groups: readonly TokenGroup<Input>[],
  reader: InputReader<Input>,
  sizes: RewardBatchSizes,
): Batch[][] {
  const steps = Array.from({ length: epochs }, (_, epoch) =>
    toSteps(rewardBatches(groups, reader, sizes, { seed, epoch }), accumulation),
  ).flat();
  if (steps.length > 0) return steps;
  throw new TiebreakError(
    'nothing-to-do',
    'There are no pairs to train on. Import ranked comments, or answer some pairs.',
  );
}

/** Mean loss over all pairs, and the share of untied pairs in the right order; equal rewards count half. */
export async function validateRewards(trainer: Trainer, batches: readonly Batch[]): Promise<Validation> {
  const pairs = batches.reduce((total, { share }) => total + share, 0);
  let [loss, right, judged] = [0, 0, 0];
  for (const batch of batches) {
    const feeds = batch.feeds(1 / pairs);
    const result = await trainer.evaluate(feeds);
    loss += result.loss![0]!;
    const { first, second, target } = feeds;
    for (let i = 0; i < batch.share; i++) {
      const goal = target!.data[i]! - 0.5;
      if (goal === 0) continue;
      const difference = result.rewards![first!.data[i]!]! - result.rewards![second!.data[i]!]!;
      right += difference === 0 ? 0.5 : Number(difference > 0 === goal > 0);
      judged += 1;
    }
  }
  return judged > 0 ? { loss, accuracy: right / judged } : { loss };
}
