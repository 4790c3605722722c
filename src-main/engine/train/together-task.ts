/**
 * A training of an encoder that reads post and comment as one sequence, with the loss of reward-task.ts. The encoder knows language;
 * its head is fresh.
 */

import type { CutCounts, PairGroup } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { createColumn } from '../batch/column.ts';
import { type Kept, keptReader, type TokenGroup } from '../batch/input-reader.ts';
import type { SequenceFolder, Sequences } from '../batch/sequences.ts';
import { type PairReader, readTogether, type TogetherInput, togetherReader } from '../batch/together-feeds.ts';
import { writeTogetherFolder } from '../head/together-folder.ts';
import { type PretrainedEncoder, readingUpTo, readsMarked } from '../model/text-encoder.ts';
import { asTogether, togetherParameters } from '../model/together-reward.ts';
import { asSources, freshWeights } from '../model/weights.ts';
import type { TrainJob } from '../run/job.ts';
import type { RequestContext } from '../runtime/request-context.ts';
import { stopIfAborted } from '../score/stop-if-aborted.ts';
import { togetherLossProgram } from './loss-graph.ts';
import { pairLearning } from './pair-learning.ts';
import { checkFrozen, type TrainingTask } from './task.ts';

/**
 * @param read gives the encoder to begin with
 * @throws TiebreakError bad-input for an encoder that reads single texts only
 */
export async function togetherTask(
  { config: settings, data, modelFolder }: TrainJob,
  { signal }: RequestContext,
  read: () => Promise<PretrainedEncoder>,
  folder: SequenceFolder,
): Promise<TrainingTask> {
  const encoder = readingUpTo(await read(), settings.maxTokens);
  if (!readsMarked(encoder)) {
    throw new TiebreakError(
      'bad-input',
      'This encoder reads one text at a time, so it can\'t read a post and a comment together: take another one, or train "deep".',
    );
  }
  const config = asTogether(encoder.config);
  checkFrozen(settings.frozenLayers, config.layers);
  const reader: PairReader = { config, tokenizer: encoder.tokenizer, readsPost: settings.readsPost !== 0 };
  const inputs = keepInputs(folder.sequences('inputs'));
  const train = await readGroups(reader, data.train, inputs, signal);
  const validation = await readGroups(reader, data.validation, inputs, signal);
  const parameters = togetherParameters(config);
  // A fresh head is zero: nothing is drawn.
  const head = freshWeights(parameters.slice(-1), () => 0);
  return {
    parameters,
    layers: config.layers,
    weights: asSources(new Map([...encoder.tensors, ...head])),
    maxTokens: config.positions,
    cuts: train.cuts,
    loss: (options) => togetherLossProgram(config, options),
    ...pairLearning(
      data.validation,
      { train: train.encoded, validation: validation.encoded },
      keptReader(togetherReader(config), inputs.kept),
      config.positions,
    ),
    startCounts: true,
    write: (tensors, manifest) => writeTogetherFolder(modelFolder, { ...reader, tensors, manifest }),
  };
}

/** Inputs that are known by their numbers. */
function keepInputs(sequences: Sequences) {
  const [seconds, befores] = [createColumn(Int32Array), createColumn(Float64Array)];
  const kept: Kept<TogetherInput> = {
    lengthOf: sequences.lengthOf,
    read: (numbers) =>
      numbers.map((number) => ({
        ids: sequences.read(number),
        second: seconds.at(number),
        before: befores.at(number),
      })),
  };
  return {
    kept,
    add({ ids, second, before }: TogetherInput): number {
      seconds.push(second);
      befores.push(before);
      return sequences.add(ids);
    },
  };
}

async function readGroups(
  reader: PairReader,
  groups: Iterable<PairGroup>,
  { add }: ReturnType<typeof keepInputs>,
  signal: AbortSignal,
): Promise<{ readonly encoded: TokenGroup<number>[]; readonly cuts: CutCounts }> {
  const encoded: TokenGroup<number>[] = [];
  let [count, postCut, commentCut] = [0, 0, 0];
  for (const { texts, pairs, ranks } of groups) {
    await stopIfAborted(signal);
    const { inputs, cuts } = readTogether(reader, texts, () => 0);
    encoded.push({ inputs: inputs.map(add), pairs, ...(ranks ? { ranks } : {}) });
    count += cuts.inputs;
    postCut += cuts.postCut;
    commentCut += cuts.commentCut;
  }
  return { encoded, cuts: { inputs: count, postCut, commentCut } };
}
