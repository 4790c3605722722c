/**
 * A reward model on a GPT-2 learns pairs: the loss is -log sigmoid(chosen - rejected), a tie counts half for either side
 * (Ouyang et al., Training language models to follow instructions with human feedback, 2022, section 3.5).
 */

import type { PairGroup } from '../../contract/engine.ts';
import { keptReader, sequenceReader } from '../batch/input-reader.ts';
import type { SequenceFolder } from '../batch/sequences.ts';
import { encodeGroups } from '../batch/tokens.ts';
import type { TrainJob } from '../run/job.ts';
import type { RequestContext } from '../runtime/request-context.ts';
import { rewardLossProgram } from './loss-graph.ts';
import { pairLearning } from './pair-learning.ts';
import { startingGpt2 } from './starting-gpt2.ts';
import type { TrainingTask } from './task.ts';

export async function rewardTask(
  job: TrainJob,
  { onProgress }: RequestContext,
  folder: SequenceFolder,
): Promise<TrainingTask> {
  const { model, tokenizer, ...start } = await startingGpt2(job, onProgress);
  const sequences = folder.sequences('inputs');
  const encode = (groups: Iterable<PairGroup>) =>
    encodeGroups(tokenizer, groups, start.maxTokens, job.config.cutOnce !== 0, sequences);
  const [train, validation] = [encode(job.data.train), encode(job.data.validation)];
  const { lengthOf } = sequences;
  const reader = keptReader(sequenceReader(model.heads), { lengthOf, read: (inputs) => inputs.map(sequences.read) });
  const encoded = { train: train.encoded, validation: validation.encoded };
  return {
    ...start,
    cuts: train.cuts,
    loss: (options) => rewardLossProgram(model, options),
    ...pairLearning(job.data.validation, encoded, reader, start.maxTokens),
    startCounts: false,
  };
}
