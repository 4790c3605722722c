import { maximum } from '../common/lists.ts';
import { ordinary } from '../common/verdicts.ts';
import type { Steps } from '../evaluation/steps.ts';
import { reliabilities, type Voted } from './reliability.ts';
import { type PersonAnswer, pairsOf, sharesOf } from './shared-pairs.ts';

/** Of a person of whom nothing is known, what is believed before (reliability.ts). */
const unknown = 0.8;
/** Nobody counts for nothing: what they say is kept, and never a division by zero. */
const least = 0.01;

/**
 * What each person's answers count in a training, 1 for the most reliable one's: the log odds of choosing the better comment, which is by how
 * much an answer of theirs moves the odds of its pair (Nitzan and Paroush, 1982), as a share of the highest. Who is right as often as a coin, or
 * less, counts next to nothing. Those who share no pair with others are taken to be as reliable as is believed before.
 * @param answers those that count
 */
export function* trustSteps(answers: readonly PersonAnswer[]): Steps<(annotator: string) => number> {
  const numbers = new Map<string, number>();
  const votes: Voted[][] = [];
  for (const { said } of yield* pairsOf(ordinary(answers))) {
    votes.push(
      [...said].map(([name, counts]) => {
        const person = numbers.get(name) ?? numbers.size;
        numbers.set(name, person);
        return { person, ...sharesOf(counts) };
      }),
    );
    yield;
  }
  const found = yield* reliabilities(votes, numbers.size);
  const weightOf = (reliability: number): number => Math.max(least, Math.log(reliability / (1 - reliability)));
  const weights = new Map([...numbers].map(([name, person]) => [name, weightOf(found[person]?.value ?? unknown)]));
  const most = maximum(weights.values(), least);
  // Whoever gave only verdicts has no weight, and needs none.
  return (annotator) => (weights.get(annotator) ?? most) / most;
}
