/**
 * Supervised fine-tuning: a language model learns the posts with their comments, as the reward model will read them. The texts
 * are joined and cut into blocks of the longest input (Radford et al., 2018).
 */

import { createRandom } from '../../common/random.ts';
import type { PairGroup, TrainingConfig } from '../../contract/engine.ts';
import type { Batches } from '../batch/batches.ts';
import { blockBatches, blocksIn } from '../batch/block-batches.ts';
import type { SequenceFolder, Sequences } from '../batch/sequences.ts';
import { encodeAll } from '../batch/tokens.ts';
import type { TrainJob } from '../run/job.ts';
import type { RequestContext } from '../runtime/request-context.ts';
import { languageModelLossProgram } from './loss-graph.ts';
import { startingGpt2 } from './starting-gpt2.ts';
import type { Look, TrainingTask } from './task.ts';
import type { Trainer } from './trainer.ts';

export async function languageModelTask(
  job: TrainJob,
  { onProgress }: RequestContext,
  folder: SequenceFolder,
): Promise<TrainingTask> {
  const { model, tokenizer, ...start } = await startingGpt2(job, onProgress);
  // No text is cut: what doesn't fit into a block goes on in the next.
  const encode = (groups: Iterable<PairGroup>, into: Sequences): Sequences => {
    for (const { texts } of groups) {
      for (const ids of encodeAll(tokenizer, texts, Number.MAX_SAFE_INTEGER).encoded) into.add(ids);
    }
    return into;
  };
  const train = encode(job.data.train, folder.sequences('train'));
  const validation = encode(job.data.validation, folder.sequences('validation'));
  const sizesOf = ({ tokensPerBatch, blocksPerBatch, maxTokens }: TrainingConfig) => ({
    tokensPerBatch,
    blocksPerBatch,
    maxTokens: Math.min(maxTokens, start.maxTokens),
    padding: tokenizer.endId,
  });
  const blocksOf = (texts: Sequences, config: TrainingConfig) =>
    blocksIn(texts, sizesOf(config).maxTokens, config.blocksPerBatch > 0);

  return {
    ...start,
    cuts: { inputs: train.count, postCut: 0, commentCut: 0 },
    loss: (options) => languageModelLossProgram(model, options),
    epochs(config) {
      const blocks = blocksOf(train, config);
      return (epoch) => blockBatches(blocks, sizesOf(config), createRandom(config.seed, epoch));
    },
    nothingToDo: 'There are no texts to train on. Import some first.',
    validation(config) {
      // The logits of a batch are large, and what evaluates has memory of its own: a quarter at a time costs no speed.
      const sizes = sizesOf(config);
      const quarter = {
        ...sizes,
        tokensPerBatch: sizes.tokensPerBatch / 4,
        blocksPerBatch: Math.ceil(sizes.blocksPerBatch / 4),
      };
      const batches = blockBatches(blocksOf(validation, config), quarter, null);
      return { batches, samples: [], look: (trainer) => lookAtTokens(trainer, batches) };
    },
    startCounts: false,
  };
}

/** Mean cross-entropy per token, and its exponential. */
async function lookAtTokens(trainer: Trainer, batches: Batches): Promise<Look> {
  let [tokens, loss] = [0, 0];
  for (const { share } of batches) tokens += share;
  for (const batch of batches) loss += (await trainer.evaluate(batch.feeds(1 / tokens))).loss![0]!;
  return { figures: { loss, perplexity: Math.exp(loss) } };
}
