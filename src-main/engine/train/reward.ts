import { frozenOf } from '../../common/frozen-layers.ts';
import type { TrainingConfig, TrainResult } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import {
  type Batch,
  type InputReader,
  orderedRewardBatches,
  type RewardBatchSizes,
  rewardBatches,
  sequenceReader,
  shortened,
  type TokenGroup,
} from '../batch/batches.ts';
import { pairBatches } from '../batch/pair-batches.ts';
import { encodeGroups } from '../batch/tokens.ts';
import type { TrainingContext } from '../runtime/request-context.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { toSteps } from './loop.ts';
import { rewardLossProgram, trainedParameters } from './programs.ts';
import { rewardValidation } from './reward-validation.ts';
import { openRunFolder, type TrainJob } from './run-folder.ts';
import { type Plan, type Prepared, runPrepared } from './run-prepared.ts';
import { startingPoint, writerOf } from './starting-point.ts';

/**
 * Trains a reward model on pairs: the loss is -log sigmoid(chosen - rejected), a tie counts half for either side
 * (Ouyang et al., Training language models to follow instructions with human feedback, 2022, section 3.5).
 */
export async function trainReward(runtime: Runtime, request: TrainJob, context: TrainingContext): Promise<TrainResult> {
  return runPrepared(runtime, request, context, await prepareReward(request, context));
}

export async function prepareReward(request: TrainJob, context: TrainingContext): Promise<Prepared> {
  const begun = performance.now();
  const { config, data } = request;
  const folder = openRunFolder(request.runFolder);
  const checkpoint = await folder.readCheckpoint();

  // The model and the texts as it reads them.
  const from = await startingPoint(request, context.onProgress);
  const train = encodeGroups(from.tokenizer, data.train, from.maxTokens);
  const validation = encodeGroups(from.tokenizer, data.validation, from.maxTokens);
  const reader = sequenceReader(from.tokenizer.endId);
  const plan = (changed: TrainingConfig): Plan => {
    const maxTokens = Math.min(changed.maxTokens, from.maxTokens);
    const cut = maxTokens < from.maxTokens ? shortened : (groups: readonly TokenGroup<Int32Array>[]) => groups;
    const sizes = { tokensPerBatch: changed.tokensPerBatch, maxTokens };
    return {
      trained: trainedParameters(from.model, true, ...frozenOf(changed, from.model.layers)),
      steps: rewardSteps(changed, cut(train.encoded, maxTokens), reader, sizes),
      evaluation: orderedRewardBatches(cut(validation.encoded, maxTokens), reader, sizes),
    };
  };

  return {
    folder,
    checkpoint,
    weights: from.weights,
    layers: from.model.layers,
    plan,
    loss: (options) => rewardLossProgram(from.model, options),
    ...rewardValidation(data.validation, validation.encoded, reader, { ...config, maxTokens: from.maxTokens }),
    startCounts: false,
    cuts: train.cuts,
    maxTokens: from.maxTokens,
    begun,
    write: writerOf(request, from),
  };
}

/** The batches of every step of a run, fixed by the seed. Throws TiebreakError nothing-to-do where there are no pairs. */
export function rewardSteps<Input>(
  { epochs, accumulation, pairsPerBatch, seed }: TrainingConfig,
  groups: readonly TokenGroup<Input>[],
  reader: InputReader<Input>,
  sizes: RewardBatchSizes,
): Batch[][] {
  const batchesOf = (epoch: number): Batch[] =>
    pairsPerBatch > 0
      ? pairBatches(groups, reader, { ...sizes, pairsPerBatch }, { seed, epoch })
      : rewardBatches(groups, reader, sizes, { seed, epoch });
  const steps = Array.from({ length: epochs }, (_, epoch) => toSteps(batchesOf(epoch), accumulation)).flat();
  if (steps.length > 0) return steps;
  throw new TiebreakError(
    'nothing-to-do',
    'There are no pairs to train on. Import ranked comments, or answer some pairs.',
  );
}
