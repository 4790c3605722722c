import { append, maximum, minimum } from '../common/lists.ts';
import type { ScoreMeaning } from '../contract/reading.ts';
import type { RawFact } from './facts.ts';
import { figureOf, keyOf } from './values.ts';

/** What 'score' means, for a whole file. */
export type Judgement = {
  readonly meaning: ScoreMeaning | 'undecided' | null;
  /** How that was decided, with an example; null where there is no score. */
  readonly says: string | null;
};

/** Gathers the scores of a file, list by list, in constant memory. */
export type Judge = {
  readonly take: (raw: RawFact) => void;
  readonly judgement: () => Judgement;
};

/** At least this share of the lists must look like places, for scores to be places: "nearly all". */
const nearlyAll = 0.9;
/** Fewer lists could look so by chance, where anything speaks for votes. */
const fewLists = 20;
/** Lists of two, such as 1 and 0, are often so by chance: it takes longer ones to tell. */
const shortList = 2;

/**
 * Places from 0 are what the rows of CUP IT have: each comment its own, the lowest 0 and hardly a gap. Votes are never so in nearly all posts of a
 * file. Where lists begin at 1, or a small file's scores could be either, nobody but a person can tell.
 */
export function createJudge(decimal: '.' | ','): Judge {
  const counts = { fromZero: 0, fromOne: 0, neither: 0, falling: 0, long: 0 };
  let votesExample: readonly [more: number, fewer: number] | null = null;
  let placesExample: readonly [better: number, worse: number] | null = null;
  let table: { key: string; scores: number[] } | null = null;
  let scored = false;
  let fromASite = false;

  function takeList(scores: readonly number[]): void {
    if (scores.length < 2) return;
    const [least, most] = [minimum(scores), maximum(scores)];
    const kind = placesIn(scores, least, most);
    counts[kind] += 1;
    if (kind === 'neither') {
      if (votesExample === null || most - least > votesExample[0] - votesExample[1]) votesExample = [most, least];
      return;
    }
    if (scores.length > shortList) counts.long += 1;
    placesExample ??= [least, scores.toSorted((a, b) => a - b)[1]!];
    if (scores.every((score, at) => at === 0 || score < scores[at - 1]!)) counts.falling += 1;
  }

  function take(raw: RawFact): void {
    if (raw.kind === 'comment') {
      // Only sites say what a comment stands under.
      if (typeof figureOf(raw.comment.score, decimal) === 'number') scored = true;
      return;
    }
    if (raw.kind !== 'post') return;
    const scores: number[] = [];
    for (const { score, text, id, author, date } of raw.comments) {
      fromASite ||= (id ?? author ?? date ?? null) !== null;
      if (score === undefined || score === null || text === null || text === '') continue;
      const figure = figureOf(score, decimal);
      if (typeof figure === 'number') scores.push(figure);
    }
    if (scores.length === 0) return;
    scored = true;
    if (raw.list === 'row' || raw.comments.length > 1) {
      takeList(scores);
      return;
    }
    // A table: the rows of one post follow each other.
    const { id, thread, group, title, text } = raw.post;
    const key = keyOf(id) ?? JSON.stringify([thread, group, title, text]);
    if (table?.key === key) {
      // More would change nothing: such a list is one of votes or of places by then.
      if (table.scores.length < 10_000) append(table.scores, scores);
      return;
    }
    if (table) takeList(table.scores);
    table = { key, scores };
  }

  function judgement(): Judgement {
    if (table) takeList(table.scores);
    table = null;
    if (!scored) return { meaning: null, says: null };
    const { fromZero, fromOne, neither, falling, long } = counts;
    const lists = fromZero + fromOne + neither;
    if (lists === 0) return { meaning: 'votes', says: 'score was read as votes: more is better' };
    if (neither > (1 - nearlyAll) * lists) {
      const [more, fewer] = votesExample!;
      const says = more === fewer ? 'more is better' : `${more} is better than ${fewer}`;
      return { meaning: 'votes', says: `score was read as votes: ${says}` };
    }
    const [better, worse] = placesExample!;
    // Sites give votes, whose best comments come first. A few small posts may look like places by chance.
    const mayBeVotes = falling >= nearlyAll * (fromZero + fromOne) || (fromASite && long < fewLists);
    if (fromZero >= nearlyAll * lists && !mayBeVotes) {
      return { meaning: 'places', says: `score was read as places: ${better} is better than ${worse}` };
    }
    return {
      meaning: 'undecided',
      says: `score could be votes, where ${worse} is better than ${better}, or places, where ${better} is better than ${worse}`,
    };
  }

  return { take, judgement };
}

function placesIn(scores: readonly number[], least: number, most: number): 'fromZero' | 'fromOne' | 'neither' {
  const n = scores.length;
  const isPlaces = least >= 0 && scores.every(Number.isSafeInteger) && new Set(scores).size === n;
  // Gaps happen, where comments were left out.
  const gaps = Math.max(1, Math.floor(n / 4));
  if (!isPlaces || least > 1 || most > n - 1 + least + gaps) return 'neither';
  return least === 0 ? 'fromZero' : 'fromOne';
}
