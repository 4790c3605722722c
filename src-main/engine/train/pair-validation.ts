/** Looks at the pairs of the validation split: their loss, their figures, and the rewards of a few. */

import type { PairGroup } from '../../contract/engine.ts';
import { countRight } from '../../evaluation/accuracy.ts';
import { judgedPairs } from '../../evaluation/figures.ts';
import { originalMetrics } from '../../evaluation/original-metrics.ts';
import type { Batches, RewardBatch } from '../batch/batches.ts';
import type { TokenGroup } from '../batch/input-reader.ts';
import type { SampleTexts, Validation } from './task.ts';

/** How many pairs are shown with their rewards at every look. */
const mostSamples = 16;
/** Characters of a text that are shown. */
const mostCharacters = 500;

/**
 * The mean loss over all pairs, the share of untied pairs in the right order (equal rewards count half), the original recipe's
 * figures, and the rewards of a few pairs, always the same.
 * @param groups as they were read, gone through twice
 * @param encoded the same groups as the model reads them
 * @param batches all of their pairs
 */
export function lookAtPairs<Input>(
  groups: Iterable<PairGroup>,
  encoded: readonly TokenGroup<Input>[],
  batches: Batches<RewardBatch<Input>>,
): Validation {
  let pairs = 0;
  for (const { share } of batches) pairs += share;
  const chosen = chooseSamples(groups);
  return {
    batches,
    samples: chosen.map(({ texts }) => texts),
    async look(trainer) {
      let loss = 0;
      const rewards = new Map<Input, number>();
      for (const batch of batches) {
        const result = await trainer.evaluate(batch.feeds(1 / pairs));
        loss += result.loss![0]!;
        for (const [i, input] of batch.inputs.entries()) rewards.set(input, result.rewards![i]!);
      }
      const rewarded = encoded.map((group) => withRewards(group, rewards));
      const counted = rewarded.map((group) => countRight(judgedPairs(group, group.rewards)));
      const [right, of] = [sum(counted.map(({ right }) => right)), sum(counted.map(({ of }) => of))];
      return {
        figures: of > 0 ? { loss, accuracy: right / of } : { loss },
        metrics: originalMetrics(rewarded),
        rewards: chosen.map(({ group, chosen, rejected }) => ({
          chosenReward: rewarded[group]!.rewards[chosen]!,
          rejectedReward: rewarded[group]!.rewards[rejected]!,
        })),
      };
    },
  };
}

/** A group with its rewards. A comment in no pair was not run: it has none, and no place in the order. */
function withRewards<Input>({ inputs, pairs, ranks }: TokenGroup<Input>, of: ReadonlyMap<Input, number>) {
  const known = inputs.map((input) => of.get(input));
  return {
    pairs,
    rewards: known.map((reward) => reward ?? Number.NaN),
    ranks: known.map((reward, i) => (reward === undefined ? null : (ranks?.[i] ?? null))),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** A pair by its group's number and its comments' places in that, and its texts. */
type Sample = {
  readonly group: number;
  readonly chosen: number;
  readonly rejected: number;
  readonly texts: SampleTexts;
};

/** Pairs with a better side, evenly from first to last. */
function chooseSamples(groups: Iterable<PairGroup>): Sample[] {
  const decided = ({ pairs }: PairGroup) => pairs.filter(({ target }) => target !== 0.5);
  let all = 0;
  for (const group of groups) all += decided(group).length;
  const count = Math.min(mostSamples, all);
  const samples: Sample[] = [];
  let [number, seen] = [0, 0];
  for (const group of groups) {
    const pairs = decided(group);
    for (let next = place(samples.length); next < seen + pairs.length; next = place(samples.length)) {
      const { first, second, target } = pairs[next - seen]!;
      const [chosen, rejected] = target > 0.5 ? [first, second] : [second, first];
      samples.push({ group: number, chosen, rejected, texts: textsOf(group, chosen, rejected) });
    }
    number++;
    seen += pairs.length;
  }
  return samples;

  /** Of a sample, among all pairs; behind them all for one more than there are. */
  function place(sample: number): number {
    return sample < count ? Math.floor((sample * all) / count) : all;
  }
}

function textsOf({ texts }: PairGroup, chosen: number, rejected: number): SampleTexts {
  return {
    post: shortened(texts[chosen]!.post),
    chosen: shortened(texts[chosen]!.comment),
    rejected: shortened(texts[rejected]!.comment),
  };
}

function shortened(text: string): string {
  if (text.length <= mostCharacters) return text;
  // Half a character is no text.
  return `${text.slice(0, mostCharacters).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
