import type { Steps } from '../evaluation/steps.ts';
import { type Counts, type PersonAnswer, pairName, pairsOf, type SharedPair, sharesOf } from './shared-pairs.ts';

/** A pair on which people differ. */
export type Disputed = {
  readonly postId: number;
  readonly firstId: number;
  readonly secondId: number;
  /** What each of them says of it, by all their answers on it. */
  readonly voices: readonly Voice[];
  /** How much they differ: the mean over people of how many others contradict them, in halves where a tie stands against a side. */
  readonly dispute: number;
};

type Voice = { readonly annotator: string; readonly says: 'first' | 'second' | 'tie' };

/** What a tie against a side counts, beside one side against the other. */
const tieAgainstSide = 0.5;
const nothing = 1e-9;

/**
 * The pairs that two or more people answered and on which they differ, those with the most dispute first, of these the most even. Pairs on
 * which a verdict counts are settled, and not among them.
 * @param answers those that count, verdicts among them
 */
export function* disputedSteps(answers: readonly PersonAnswer[]): Steps<readonly Disputed[]> {
  const settled = new Set<string>();
  const ordinary: PersonAnswer[] = [];
  for (const answer of answers) {
    if (answer.verdict) settled.add(pairName(answer));
    else ordinary.push(answer);
  }
  yield;
  const disputed: Disputed[] = [];
  for (const pair of yield* pairsOf(ordinary)) {
    if (pair.said.size > 1 && !settled.has(pair.name)) {
      const dispute = disputeOf(pair);
      if (dispute > nothing) disputed.push(found(pair, dispute));
    }
    yield;
  }
  return disputed.sort(
    (a, b) =>
      b.dispute - a.dispute || a.voices.length - b.voices.length || a.postId - b.postId || a.firstId - b.firstId,
  );
}

/** The sum over every two people of how much they differ, by how many others each has: two sides 1, a tie and a side a half. */
function disputeOf({ said, sum }: SharedPair): number {
  const between = (one: Counts, other: Counts): number =>
    one.first * other.second +
    one.second * other.first +
    tieAgainstSide * (one.tie * (other.first + other.second) + (one.first + one.second) * other.tie);
  let all = between(sum, sum);
  for (const counts of said.values()) all -= between(sharesOf(counts), sharesOf(counts));
  // Every two people stand in it both ways round.
  return all / 2 / (said.size - 1);
}

function found({ name, postId, said }: SharedPair, dispute: number): Disputed {
  const [firstId, secondId] = name.split(' ').map(Number) as [number, number];
  const voices = [...said].map(([annotator, { first, second }]): Voice => {
    return { annotator, says: first > second ? 'first' : second > first ? 'second' : 'tie' };
  });
  return { postId, firstId, secondId, voices, dispute };
}
