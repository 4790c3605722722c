import type { Figure, Finding } from '../contract/figures.ts';

/**
 * What a finding is about, in the order in which it matters to somebody who has comments ranked: first whether people agree at all, then
 * what a model should beat, then what votes are worth, then what else can be seen.
 */
const topics = ['agreement', 'length', 'time', 'close', 'spread', 'tone', 'size', 'texts', 'repeats'] as const;

/** Something that might be told first. */
export type Candidate = Finding & {
  readonly topic: (typeof topics)[number];
  /**
   * How strong it is, from 0 to 1: how far the nearer end of its interval is from what it would be if there were nothing to tell, as a
   * share of the furthest it could be. 0 where the interval holds that value, or where it merely describes.
   */
  readonly strength: number;
};

/** A figure with what it says most clearly. */
export type Found = { readonly figure: Figure; readonly finding: Candidate };

/** From these on, a finding is strong, clear, or there at all. */
const grades = [0.4, 0.1, 1e-9] as const;
const shown = 3;

/**
 * The three most telling: those of a higher grade first, among equals in the order of the topics; of each topic its strongest.
 * Candidates rest on enough pairs or comments: who makes one sees to that, so that few data say little.
 */
export function findingsOf(candidates: readonly Candidate[]): readonly Finding[] {
  const ranked = candidates.toSorted(
    (a, b) => gradeOf(a) - gradeOf(b) || topics.indexOf(a.topic) - topics.indexOf(b.topic) || b.strength - a.strength,
  );
  const chosen = ranked.filter((one, place) => ranked.findIndex(({ topic }) => topic === one.topic) === place);
  return chosen.slice(0, shown).map(({ says, rests, figure }) => ({ says, rests, figure }));
}

const gradeOf = ({ strength }: Candidate): number => {
  const grade = grades.findIndex((least) => strength >= least);
  return grade === -1 ? grades.length : grade;
};

/** How far an interval is from a value, at its nearer end, as a share of the way from there to `furthest`; 0 where it holds the value. */
export function distanceFrom([low, high]: readonly [number, number], value: number, furthest: number): number {
  if (low <= value && value <= high) return 0;
  const nearer = low > value ? low : high;
  return Math.min(1, Math.abs(nearer - value) / Math.abs(furthest - value));
}
