/** What every task has in common that learns pairs: their batches, and how it looks at those of the validation split. */

import type { PairGroup, TrainingConfig } from '../../contract/engine.ts';
import { orderedRewardBatches, type RewardBatchSizes, rewardEpochs } from '../batch/batches.ts';
import type { InputReader, TokenGroup } from '../batch/input-reader.ts';
import { pairBatches } from '../batch/pair-batches.ts';
import { lookAtPairs } from './pair-validation.ts';
import type { TrainingTask } from './task.ts';

/**
 * @param groups of the validation split, as they were read
 * @param encoded both splits as the model reads them, with inputs of `longest` tokens at most
 */
export function pairLearning<Input>(
  groups: Iterable<PairGroup>,
  encoded: Readonly<Record<'train' | 'validation', readonly TokenGroup<Input>[]>>,
  reader: InputReader<Input>,
  longest: number,
): Pick<TrainingTask, 'epochs' | 'nothingToDo' | 'validation'> {
  const sizesOf = ({ tokensPerBatch, maxTokens }: TrainingConfig): RewardBatchSizes => ({
    tokensPerBatch,
    maxTokens: Math.min(maxTokens, longest),
  });
  const readerUpTo = (maxTokens: number) => (maxTokens === longest ? reader : reader.upTo(maxTokens));

  return {
    epochs(config) {
      const { pairsPerBatch, seed } = config;
      const sizes = sizesOf(config);
      const own = readerUpTo(sizes.maxTokens);
      if (pairsPerBatch > 0) {
        return (epoch) => pairBatches(encoded.train, own, { ...sizes, pairsPerBatch }, { seed, epoch });
      }
      const batchesOf = rewardEpochs(encoded.train, own, sizes);
      return (epoch) => batchesOf(seed, epoch);
    },
    nothingToDo: 'There are no pairs to train on. Import ranked comments, or answer some pairs.',
    validation(config) {
      const sizes = sizesOf(config);
      const batches = orderedRewardBatches(encoded.validation, readerUpTo(sizes.maxTokens), sizes);
      return lookAtPairs(groups, encoded.validation, batches);
    },
  };
}
