/** Looks at the pairs of the validation split: their loss, their figures, and the rewards of a few. */

import type { PairGroup } from '../../contract/engine.ts';
import { countRight } from '../../evaluation/accuracy.ts';
import { judgedPairs } from '../../evaluation/figures.ts';
import { originalMetrics } from '../../evaluation/original-metrics.ts';
import type { RewardBatch } from '../batch/batches.ts';
import type { TokenGroup } from '../batch/input-reader.ts';
import type { SampleTexts, Validation } from './task.ts';

/** How many pairs are shown with their rewards at every look. */
const mostSamples = 16;
/** Characters of a text that are shown. */
const mostCharacters = 500;

/**
 * The mean loss over all pairs, the share of untied pairs in the right order (equal rewards count half), the original recipe's
 * figures, and the rewards of a few pairs, always the same.
 * @param groups as they were read
 * @param encoded the same groups as the model reads them
 * @param batches all of their pairs
 */
export function lookAtPairs<Input>(
  groups: readonly PairGroup[],
  encoded: readonly TokenGroup<Input>[],
  batches: readonly RewardBatch<Input>[],
): Validation {
  const pairs = batches.reduce((total, { share }) => total + share, 0);
  const chosen = chooseSamples(groups);
  return {
    batches,
    samples: chosen.map(({ group, chosen, rejected }) => textsOf(groups[group]!, chosen, rejected)),
    async look(trainer) {
      let loss = 0;
      const rewards = new Map<Input, number>();
      for (const batch of batches) {
        const result = await trainer.evaluate(batch.feeds(1 / pairs));
        loss += result.loss![0]!;
        for (const [i, input] of batch.inputs.entries()) rewards.set(input, result.rewards![i]!);
      }
      const rewarded = encoded.map((group) => withRewards(group, rewards));
      const { right, of } = countRight(rewarded.flatMap((group) => judgedPairs(group, group.rewards)));
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

type Place = { readonly group: number; readonly chosen: number; readonly rejected: number };

/** Pairs with a better side, evenly from first to last. */
function chooseSamples(groups: readonly PairGroup[]): Place[] {
  const all = groups.flatMap(({ pairs }, group) =>
    pairs.flatMap(({ first, second, target }): Place[] => {
      if (target === 0.5) return [];
      return [target > 0.5 ? { group, chosen: first, rejected: second } : { group, chosen: second, rejected: first }];
    }),
  );
  const count = Math.min(mostSamples, all.length);
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!);
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
