import { outcomeOf } from '../common/outcomes.ts';
import type { Answer, Preference } from '../contract/records.ts';
import type { Steps } from '../evaluation/steps.ts';

/** What is read of an answer. */
export type PersonAnswer = Pick<
  Answer<Preference>,
  'postId' | 'leftId' | 'rightId' | 'choice' | 'annotator' | 'origin' | 'createdAt' | 'durationMs'
> &
  Partial<Pick<Answer, 'verdict' | 'chosenBy'>>;

/** How often it was said that the comment with the lower number is better, that the other one is, and that neither is. */
export type Counts = { first: number; second: number; tie: number };

export type SharedPair = {
  readonly name: string;
  readonly postId: number;
  /** What each person said of it, whichever side the comments stood on. */
  readonly said: ReadonlyMap<string, Counts>;
  /** The sum of everyone's shares: each person counts once, however often they answered. */
  readonly sum: Readonly<Counts>;
};

/** The pair of an answer, whichever comment was left. */
export const pairName = ({ leftId, rightId }: Pick<PersonAnswer, 'leftId' | 'rightId'>): string =>
  leftId < rightId ? `${leftId} ${rightId}` : `${rightId} ${leftId}`;

/** Counts an answer. */
export function count(counts: Counts, { leftId, rightId, choice }: PersonAnswer): void {
  const { outcome } = outcomeOf(choice);
  if (outcome === 'tie') counts.tie++;
  else if ((outcome === 'left') === leftId < rightId) counts.first++;
  else counts.second++;
}

export const noCounts = (): Counts => ({ first: 0, second: 0, tie: 0 });
const timesOf = ({ first, second, tie }: Counts): number => first + second + tie;

/** Counts as shares, which add up to 1. */
export function sharesOf(counts: Counts): Counts {
  const times = timesOf(counts);
  return { first: counts.first / times, second: counts.second / times, tie: counts.tie / times };
}

/** All pairs with what each person said of them, in the order in which they were first answered. */
export function* pairsOf(answers: readonly PersonAnswer[]): Steps<readonly SharedPair[]> {
  const pairs = new Map<string, { readonly postId: number; readonly said: Map<string, Counts> }>();
  for (const answer of answers) {
    const name = pairName(answer);
    const pair = pairs.get(name) ?? { postId: answer.postId, said: new Map<string, Counts>() };
    const counts = pair.said.get(answer.annotator) ?? noCounts();
    count(counts, answer);
    pair.said.set(answer.annotator, counts);
    pairs.set(name, pair);
    yield;
  }
  const summed: SharedPair[] = [];
  for (const [name, { postId, said }] of pairs) {
    const sum = noCounts();
    for (const counts of said.values()) {
      const shares = sharesOf(counts);
      sum.first += shares.first;
      sum.second += shares.second;
      sum.tie += shares.tie;
    }
    summed.push({ name, postId, said, sum });
    yield;
  }
  return summed;
}

/**
 * How often another person says the same of a pair, 0 to 1, on the mean of these persons and of all answers. @param person whose answers
 * the counts are; others must have answered
 */
export function agreementWithOthers({ said, sum }: SharedPair, person: string, counts: Counts): number {
  const own = sharesOf(said.get(person)!);
  const shares = sharesOf(counts);
  const same =
    shares.first * (sum.first - own.first) +
    shares.second * (sum.second - own.second) +
    shares.tie * (sum.tie - own.tie);
  return same / (said.size - 1);
}

/** How often two of the people who answered a pair say the same, 0 to 1. */
export function agreementOnPair(pair: SharedPair): number {
  const all = [...pair.said].map(([person, counts]) => agreementWithOthers(pair, person, counts));
  return all.reduce((sum, share) => sum + share, 0) / all.length;
}

/** How often two answers of one person on one pair are the same, 0 to 1; there must be two. */
export function selfAgreement(counts: Counts): number {
  const times = timesOf(counts);
  const alike = [counts.first, counts.second, counts.tie].reduce((sum, each) => sum + each * (each - 1), 0);
  return alike / (times * (times - 1));
}

/** Whether the person answered the pair more than once. */
export const isRepeated = (counts: Counts): boolean => timesOf(counts) > 1;
