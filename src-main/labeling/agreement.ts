import type { Outcome } from '../contract/records.ts';
import type { Agreement } from '../contract/statistics.ts';

export type Answer = {
  readonly leftId: number;
  readonly rightId: number;
  readonly outcome: Outcome;
  readonly annotator: string;
};

/**
 * How far people agree on the pairs that at least two of them answered. One answer per person and pair is expected.
 * Which comment of a pair is called the first is arbitrary, so every pair goes into alpha both ways round: otherwise the
 * order in which a file lists its comments would pass for a common opinion.
 */
export function agreementOf(answers: Iterable<Answer>): Agreement {
  const pairs = new Map<string, Outcome[]>();
  for (const { leftId, rightId, outcome } of answers) {
    const turned = leftId > rightId;
    const key = turned ? `${rightId} ${leftId}` : `${leftId} ${rightId}`;
    const said = pairs.get(key);
    if (said) said.push(turned ? mirrored(outcome) : outcome);
    else pairs.set(key, [turned ? mirrored(outcome) : outcome]);
  }
  const shared = [...pairs.values()].filter((said) => said.length > 1);
  if (shared.length === 0) return { pairs: 0, share: null, alpha: null };
  const alike = shared.filter((said) => said.every((outcome) => outcome === said[0])).length;
  return {
    pairs: shared.length,
    share: alike / shared.length,
    alpha: nominalAlpha([...shared, ...shared.map((said) => said.map(mirrored))]),
  };
}

function mirrored(outcome: Outcome): Outcome {
  if (outcome === 'tie') return 'tie';
  return outcome === 'left' ? 'right' : 'left';
}

/**
 * Krippendorff's alpha for nominal values: 1 - observed / expected disagreement, where a unit's pairs of values weigh
 * 1 / (values - 1). Units with fewer than two values don't count. null where all values are equal, or there is none.
 */
export function nominalAlpha<T>(units: Iterable<readonly T[]>): number | null {
  const totals = new Map<T, number>();
  let values = 0;
  let observed = 0;
  for (const unit of units) {
    if (unit.length < 2) continue;
    const counts = new Map<T, number>();
    for (const value of unit) counts.set(value, (counts.get(value) ?? 0) + 1);
    for (const [value, times] of counts) {
      totals.set(value, (totals.get(value) ?? 0) + times);
      observed += (times * (unit.length - times)) / (unit.length - 1);
    }
    values += unit.length;
  }
  const expected = [...totals.values()].reduce((sum, times) => sum + times * (values - times), 0);
  return expected === 0 ? null : 1 - ((values - 1) * observed) / expected;
}
