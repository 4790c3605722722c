import { median } from 'd3-array';
import { blindOnes } from '../common/blind.ts';
import { mostPeople } from '../common/people-words.ts';
import { ordinary } from '../common/verdicts.ts';
import type { Interval } from '../contract/evaluation.ts';
import type { HalfOfAnswers, MeasuredShare, PeopleFigures, PersonFigures } from '../contract/people.ts';
import { bootstrapSteps } from '../evaluation/bootstrap.ts';
import type { Steps } from '../evaluation/steps.ts';
import { wilsonInterval } from '../evaluation/wilson.ts';
import { agreementOf, agreementSteps } from './agreement.ts';
import { reliabilities, type Voted } from './reliability.ts';
import {
  agreementOnPair,
  agreementWithOthers,
  type Counts,
  count,
  isRepeated,
  noCounts,
  type PersonAnswer,
  pairName,
  pairsOf,
  type SharedPair,
  selfAgreement,
  sharesOf,
} from './shared-pairs.ts';

const seed = 1;
const resamples = 400;
/** With fewer pairs, drawing them again says too little of chance. */
const fewestDrawn = 10;
/** Fewer answers have no halves worth comparing. */
const fewestHalved = 20;
const postsListed = 20;

/**
 * How people answer, each by themselves and beside the others (docs/people.md).
 * @param all those that count, the oldest first, several of a person on a pair among them; verdicts are left out, and where it is said how far people
 *   agree, pairs that were chosen by what comments say
 * @param own the person at the screen, who is listed even where others gave many more answers
 */
export function* peopleSteps(all: readonly PersonAnswer[], own?: string): Steps<PeopleFigures> {
  const answers = ordinary(all);
  yield;
  const blind = blindOnes(answers);
  yield;
  const shared = yield* sharedPairs(blind);
  const byPerson = Map.groupBy(answers, ({ annotator }) => annotator);
  yield;
  const names = [...byPerson.keys()].sort((a, b) => byPerson.get(b)!.length - byPerson.get(a)!.length);
  const numbers = new Map(names.map((name, number) => [name, number]));
  const votes: Voted[][] = [];
  for (const { said } of shared.values()) {
    votes.push([...said].map(([name, counts]) => ({ person: numbers.get(name)!, ...sharesOf(counts) })));
    yield;
  }
  const reliable = yield* reliabilities(votes, names.length);
  const people: PersonFigures[] = [];
  const listed = names.slice(0, mostPeople);
  if (own !== undefined && byPerson.has(own) && !listed.includes(own)) listed.push(own);
  for (const name of listed) {
    const figures = yield* figuresOf(name, byPerson.get(name)!, shared);
    people.push({ ...figures, reliability: reliable[numbers.get(name)!]! });
  }
  const disputed = yield* disputedPosts([...(blind === answers ? shared : yield* sharedPairs(answers)).values()]);
  return {
    people,
    total: names.length,
    agreement: yield* agreementOfAll(blind, shared),
    disputed: disputed.slice(0, postsListed),
    disputedTotal: disputed.length,
  };
}

/** Pairs that two people or more answered, by name. */
function* sharedPairs(answers: readonly PersonAnswer[]): Steps<ReadonlyMap<string, SharedPair>> {
  const pairs = yield* pairsOf(answers);
  return new Map(pairs.filter(({ said }) => said.size > 1).map((pair) => [pair.name, pair]));
}

function* figuresOf(
  annotator: string,
  answers: readonly PersonAnswer[],
  shared: ReadonlyMap<string, SharedPair>,
): Steps<Omit<PersonFigures, 'reliability'>> {
  const blind = blindOnes(answers);
  const own = yield* countsByPair(blind);
  const agreeing = agreementsOf(annotator, own, shared);
  const repeated = [...own.values()].filter(isRepeated).map(selfAgreement);
  const sided = answers.filter(
    ({ origin, choice }) => origin === 'compare' && (choice === 'left' || choice === 'right'),
  );
  const halves = fewestHalved <= blind.length ? halvesOf(blind) : null;
  return {
    annotator,
    answers: answers.length,
    shared: agreeing.length,
    agreement: yield* drawnShare(agreeing),
    repeated: repeated.length,
    consistency: independentShare(repeated),
    seconds: secondsOf(answers),
    sided: sided.length,
    left: independentShare(sided.map(({ choice }) => Number(choice === 'left'))),
    ties: answers.filter(({ choice }) => choice === 'tie' || choice === 'bad').length / answers.length,
    change: halves && [yield* halfOf(annotator, halves[0], shared), yield* halfOf(annotator, halves[1], shared)],
  };
}

function* countsByPair(answers: readonly PersonAnswer[]): Steps<ReadonlyMap<string, Counts>> {
  const own = new Map<string, Counts>();
  for (const answer of answers) {
    const counts = own.get(pairName(answer)) ?? noCounts();
    count(counts, answer);
    own.set(pairName(answer), counts);
    yield;
  }
  return own;
}

const agreementsOf = (
  annotator: string,
  own: ReadonlyMap<string, Counts>,
  shared: ReadonlyMap<string, SharedPair>,
): readonly number[] =>
  [...own].flatMap(([name, counts]) => {
    const pair = shared.get(name);
    return pair ? [agreementWithOthers(pair, annotator, counts)] : [];
  });

/** In the order in which they were given, which is not always that in which they came in. */
function halvesOf(answers: readonly PersonAnswer[]): readonly [readonly PersonAnswer[], readonly PersonAnswer[]] {
  const inOrder = answers.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  const middle = Math.floor(inOrder.length / 2);
  return [inOrder.slice(0, middle), inOrder.slice(middle)];
}

function* halfOf(
  annotator: string,
  answers: readonly PersonAnswer[],
  shared: ReadonlyMap<string, SharedPair>,
): Steps<HalfOfAnswers> {
  const agreeing = agreementsOf(annotator, yield* countsByPair(answers), shared);
  return { agreement: agreeing.length === 0 ? null : mean(agreeing), seconds: secondsOf(answers) };
}

function secondsOf(answers: readonly PersonAnswer[]): number | null {
  const times = answers.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]));
  return times.length === 0 ? null : median(times)! / 1000;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A mean over pairs, with an interval by drawing pairs with replacement. */
function* drawnShare(values: readonly number[]): Steps<MeasuredShare | null> {
  if (values.length === 0) return null;
  if (values.length < fewestDrawn) return { value: mean(values), interval: null };
  const parts = values.map((sum) => ({ sum, count: 1 }));
  const interval: Interval = yield* bootstrapSteps(parts, seed, resamples);
  // Where all are alike, so is every drawing, whatever chance does.
  return { value: mean(values), interval: interval[0] === interval[1] ? null : interval };
}

/** A share of independent cases; for those between 0 and 1 the interval is rather too wide. */
const independentShare = (values: readonly number[]): MeasuredShare | null =>
  values.length === 0 ? null : { value: mean(values), interval: wilsonInterval(mean(values), values.length) };

function* agreementOfAll(
  answers: readonly PersonAnswer[],
  shared: ReadonlyMap<string, SharedPair>,
): Steps<PeopleFigures['agreement']> {
  const newest = new Map<string, PersonAnswer>();
  for (const answer of answers) {
    const pair = pairName(answer);
    const name = `${pair} ${answer.annotator}`;
    const known = newest.get(name);
    // By the time at which they were given: that in which they came in depends on which file came first.
    if (shared.has(pair) && (known === undefined || known.createdAt <= answer.createdAt)) newest.set(name, answer);
    yield;
  }
  const found = agreementOf(newest.values());
  yield;
  const intervals = yield* agreementSteps(newest.values(), seed, resamples);
  const drawn = found.pairs >= fewestDrawn ? intervals : null;
  return {
    ...found,
    shareInterval: drawn?.share ?? null,
    alphaInterval: found.alpha === null ? null : (drawn?.alpha ?? null),
  };
}

/** Posts on whose pairs people differ: by the number of pairs, times how often two people differ there. */
function* disputedPosts(shared: readonly SharedPair[]): Steps<PeopleFigures['disputed']> {
  const posts = new Map<number, { pairs: number; same: number; readonly people: Set<string> }>();
  for (const pair of shared) {
    const post = posts.get(pair.postId) ?? { pairs: 0, same: 0, people: new Set<string>() };
    post.pairs++;
    post.same += agreementOnPair(pair);
    for (const name of pair.said.keys()) post.people.add(name);
    posts.set(pair.postId, post);
    yield;
  }
  return [...posts]
    .map(([post, { pairs, same, people }]) => ({ post, pairs, people: people.size, share: same / pairs }))
    .filter(({ pairs, share }) => pairs * (1 - share) > 1e-9)
    .sort((a, b) => b.pairs * (1 - b.share) - a.pairs * (1 - a.share) || a.share - b.share || a.post - b.post);
}
