import { plural } from '../common/words.ts';
import type { NotSaid } from '../contract/reports.ts';

/** What an export may not be able to say, in words that follow the count. */
const reasons = {
  tie: (count: number) =>
    `${plural(count, 'pair was', 'pairs were')} left out: by what people or lists say, neither comment is better`,
  drawn: (count: number) => `${plural(count, 'pair was', 'pairs were')} left out: of each post only so many were drawn`,
  margin: (count: number) =>
    `${plural(count, 'pair has', 'pairs have')} a margin that was left out: a trainer takes margins of all pairs or of none`,
  'bad-as-tie': (count: number) =>
    `${plural(count, 'answer', 'answers')} "both are bad" became ${plural(count, 'a tie', 'ties')}: a ranking can't say more`,
  settled: (count: number) =>
    `${plural(count, 'answer was', 'answers were')} left out: a verdict stands in ${plural(count, 'its', 'their')} place`,
  'other-list': (count: number) =>
    `${plural(count, 'list', 'lists')} of a post that has several ${plural(count, 'was', 'were')} left out: a table can hold the places of one list, the format cupit of all`,
  'long-cell': (count: number) =>
    `${plural(count, 'comment is', 'comments are')} longer than the 32,767 characters that a cell of Excel holds: Excel breaks ${plural(count, 'it', 'them')} up, other programs read ${plural(count, 'it', 'them')} whole`,
} as const;

type NotSaidKind = keyof typeof reasons;

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
