/** What every task has in common that learns pairs: their batches, and how it looks at those of the validation split. */

import type { PairGroup, TrainingConfig } from '../../contract/engine.ts';
import { orderedRewardBatches, type RewardBatch, type RewardBatchSizes, rewardBatches } from '../batch/batches.ts';
import type { InputReader, TokenGroup } from '../batch/input-reader.ts';
import { pairBatches } from '../batch/pair-batches.ts';
import { lookAtPairs } from './pair-validation.ts';
import type { TrainingTask } from './task.ts';

/**
 * @param groups of the validation split, as they were read
 * @param encoded both splits as the model reads them, with inputs of `longest` tokens at most
 */
export function pairLearning<Input>(
  groups: readonly PairGroup[],
  encoded: Readonly<Record<'train' | 'validation', readonly TokenGroup<Input>[]>>,
  reader: InputReader<Input>,
  longest: number,
): Pick<TrainingTask, 'epochs' | 'nothingToDo' | 'validation'> {
  const sizesOf = ({ tokensPerBatch, maxTokens }: TrainingConfig): RewardBatchSizes => ({
    tokensPerBatch,
    maxTokens: Math.min(maxTokens, longest),
  });
  const shortened = (split: readonly TokenGroup<Input>[], maxTokens: number) =>
    maxTokens === longest
      ? split
      : split.map((group) => ({ ...group, inputs: reader.shorten(group.inputs, maxTokens) }));

  return {
    epochs(config) {
      const { epochs, pairsPerBatch, seed } = config;
      const sizes = sizesOf(config);
      const train = shortened(encoded.train, sizes.maxTokens);
      return Array.from({ length: epochs }, (_, epoch): RewardBatch<Input>[] =>
        pairsPerBatch > 0
          ? pairBatches(train, reader, { ...sizes, pairsPerBatch }, { seed, epoch })
          : rewardBatches(train, reader, sizes, { seed, epoch }),
      );
    },
    nothingToDo: 'There are no pairs to train on. Import ranked comments, or answer some pairs.',
    validation(config) {
      const sizes = sizesOf(config);
      const validation = shortened(encoded.validation, sizes.maxTokens);
      return lookAtPairs(groups, validation, orderedRewardBatches(validation, reader, sizes));
    },
  };
}
