import { type Outcome, outcomeOf } from '../common/outcomes.ts';
import { randomFrom } from '../common/random.ts';
import type { Interval } from '../contract/evaluation.ts';
import type { Answer, Preference } from '../contract/records.ts';
import type { Agreement } from '../contract/statistics.ts';
import { percentileInterval } from '../evaluation/bootstrap.ts';
import { type Steps, toEnd } from '../evaluation/steps.ts';

/** An answer on a pair that others answered as well. */
export type SharedAnswer = Pick<Answer<Preference>, 'leftId' | 'rightId' | 'choice' | 'annotator'> & {
  readonly verdict?: boolean;
};
/** What is compared: that both are bad is a tie. */
type Value = Outcome['outcome'];

/**
 * How far people agree on the pairs that at least two of them answered. One answer per person and pair is expected. Verdicts are left out.
 * Which comment of a pair is called the first is arbitrary, so every pair goes into alpha both ways round: otherwise the
 * order in which a file lists its comments would pass for a common opinion.
 */
export function agreementOf(answers: Iterable<SharedAnswer>): Agreement {
  const shared = sharedPairs(answers);
  if (shared.length === 0) return { pairs: 0, share: null, alpha: null };
  return {
    pairs: shared.length,
    share: shared.filter(isAlike).length / shared.length,
    alpha: nominalAlpha(shared.flatMap(bothWays)),
  };
}

const isAlike = (said: readonly Value[]): boolean => said.every((outcome) => outcome === said[0]);
const bothWays = (said: readonly Value[]): readonly (readonly Value[])[] => [said, said.map(mirrored)];

type Intervals = { readonly share: Interval; readonly alpha: Interval };

/** 95% intervals of the share and of alpha, by drawing whole pairs with replacement; null without a shared pair. */
export const agreementIntervals = (answers: Iterable<SharedAnswer>, seed: number, resamples = 400): Intervals | null =>
  toEnd(agreementSteps(answers, seed, resamples));

/** The same in steps of one drawing each. */
export function* agreementSteps(
  answers: Iterable<SharedAnswer>,
  seed: number,
  resamples = 400,
): Steps<Intervals | null> {
  const shared = sharedPairs(answers);
  if (shared.length === 0) return null;
  // What alpha is made of is a sum over the pairs.
  const parts = shared.map((said) => {
    const ties = said.filter((outcome) => outcome === 'tie').length;
    const lefts = said.filter((outcome) => outcome === 'left').length;
    const alike = [ties, lefts, said.length - ties - lefts].reduce((sum, times) => sum + times * times, 0);
    const observed = (said.length ** 2 - alike) / (said.length - 1);
    return { same: isAlike(said) ? 1 : 0, values: said.length, ties, observed };
  });
  const random = randomFrom(seed);
  const drawn: { readonly share: number; readonly alpha: number }[] = [];
  for (let drawing = 0; drawing < resamples; drawing++) {
    let [same, values, ties, observed] = [0, 0, 0, 0];
    for (let i = 0; i < parts.length; i++) {
      const part = parts[Math.floor(random() * parts.length)]!;
      same += part.same;
      values += part.values;
      ties += part.ties;
      observed += part.observed;
    }
    // Both ways round, a first side wins as often as a second one.
    const sides = values - ties;
    const expected = 2 * sides * (2 * values - sides) + 2 * ties * (2 * values - 2 * ties);
    drawn.push({ share: same / parts.length, alpha: 1 - ((2 * values - 1) * 2 * observed) / expected });
    yield;
  }
  return {
    share: percentileInterval(drawn.map(({ share }) => share)),
    alpha: percentileInterval(drawn.map(({ alpha }) => alpha)),
  };
}

/** What was said of each pair that two or more people answered, the same way round by all. */
function sharedPairs(answers: Iterable<SharedAnswer>): readonly (readonly Value[])[] {
  const pairs = new Map<string, Value[]>();
  for (const { leftId, rightId, choice, verdict } of answers) {
    if (verdict) continue;
    const { outcome } = outcomeOf(choice);
    const turned = leftId > rightId;
    const key = turned ? `${rightId} ${leftId}` : `${leftId} ${rightId}`;
    const said = pairs.get(key);
    if (said) said.push(turned ? mirrored(outcome) : outcome);
    else pairs.set(key, [turned ? mirrored(outcome) : outcome]);
  }
  return [...pairs.values()].filter((said) => said.length > 1);
}

function mirrored(outcome: Value): Value {
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
