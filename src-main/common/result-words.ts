/** What a model came to, in plain words: its page, that of its run, notices and the terminal say it alike. */
import type { EvaluationReport, Interval } from '../contract/evaluation.ts';
import { isFewPairs, isFigure, longerRule, measuredInterval } from './measured.ts';

/** The share of pairs that a coin gets right. */
export const chance = 0.5;

/** What is known of a model where it was measured; without the rest where only its training measured it. */
type Measured = Pick<EvaluationReport, 'model' | 'accuracy'> &
  Partial<Pick<EvaluationReport, 'accuracyInterval' | 'pairs' | 'answered' | 'baselines'>>;

/** A share as people count, out of 10: '8', 'nearly 10' where a few are missing. */
function ofTen(share: number): string {
  const whole = Math.round(10 * share);
  if (whole === 10 && share < 1) return 'nearly 10';
  return whole === 0 && share > 0 ? 'fewer than 1' : String(whole);
}

/** The same between the ends of an interval, which it never narrows: '6 to 10'. */
function rangeOfTen([low, high]: Interval): string {
  const [from, to] = [Math.floor(10 * low + 1e-9), Math.ceil(10 * high - 1e-9)];
  return from === to ? String(from) : `${from} to ${to}`;
}

/** How often something is right out of 10, as widely as its pairs leave it open where they are few: '8', '6 to 10'. */
export function outOfTen(value: number, interval: Interval | undefined, pairs: number | undefined): string {
  const ends = measuredInterval(interval);
  return ends && isFewPairs(pairs ?? null) ? rangeOfTen(ends) : ofTen(value);
}

/** Whose word says what is right of a model's pairs; it is not known of what was measured earlier. */
export function agreesWith({ answered, pairs }: Pick<Measured, 'answered' | 'pairs'>): string {
  if (answered === 0) return "people's votes";
  return answered !== undefined && answered === pairs ? 'people' : "people's answers and votes";
}

/**
 * How often a model agrees with people, beside what needs no model: 'quick-1 agrees with people on 8 of 10 pairs that it has not
 * seen; “the longer comment wins” does on 6, chance on 5.' null where nothing was measured.
 */
export function resultInWords(evaluation: Measured): string | null {
  const { model, accuracy, accuracyInterval, pairs, baselines } = evaluation;
  if (!isFigure(accuracy)) return null;
  const own = outOfTen(accuracy, accuracyInterval, pairs);
  const longer = baselines?.longer;
  const rule = isFigure(longer?.accuracy)
    ? `; ${longerRule} does on ${outOfTen(longer!.accuracy, longer!.accuracyInterval, pairs)}, chance on ${ofTen(chance)}`
    : '';
  return `${model} agrees with ${agreesWith(evaluation)} on ${own} of 10 pairs that it has not seen${rule}.`;
}
