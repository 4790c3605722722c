import { plural } from '../common/words.ts';
import type { NotSaid } from '../contract/reports.ts';

/** What an export may not be able to say, in words that follow the count. */
const reasons = {
  tie: (count: number) => `${plural(count, 'pair was', 'pairs were')} left out: people hold neither side to be better`,
  'both-ways': (count: number) =>
    `${plural(count, 'pair was', 'pairs were')} left out: comments of one text win over another text here and lose to it there`,
  drawn: (count: number) => `${plural(count, 'pair was', 'pairs were')} left out: of each post only so many were drawn`,
  margin: (count: number) =>
    `${plural(count, 'pair has', 'pairs have')} a margin that was left out: a trainer takes margins of all pairs or of none`,
  'bad-as-tie': (count: number) =>
    `${plural(count, 'answer', 'answers')} "both are bad" became ${plural(count, 'a tie', 'ties')}: a ranking can't say more`,
} as const;

export type NotSaidKind = keyof typeof reasons;

/** Counts what one export can't say. */
export type NotSaidTally = {
  readonly add: (kind: NotSaidKind, count?: number) => void;
  readonly list: () => readonly NotSaid[];
};

export function createNotSaid(): NotSaidTally {
  const counts = new Map<NotSaidKind, number>();
  return {
    add: (kind, count = 1) => {
      if (count > 0) counts.set(kind, (counts.get(kind) ?? 0) + count);
    },
    list: () => [...counts].map(([kind, count]) => ({ kind, count, reason: reasons[kind](count) })),
  };
}
