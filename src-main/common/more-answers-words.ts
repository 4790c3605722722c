/** What more answers are likely to bring, in words: Compare and the terminal say it alike. */
import type { MoreAccuracy, MoreAnswers } from '../contract/evaluation.ts';
import type { CompareSummary, MoreExpected } from '../contract/views.ts';
import { rangeInWords } from './measured.ts';
import { counted, date, percent, wholeNumber } from './words.ts';

/** Pairs with a better side, and posts that they are of, below which the growth can't be told from chance. */
export const fewestHeldOut = { pairs: 80, posts: 5 } as const;
/** Answers after which a first training is worth it. */
export const fewestForTraining = 20;
/** Growth that most likely stays below this is little. */
const little = 0.001;

/** '+0.8', '−0.3': a share as percentage points. */
function points(share: number): string {
  const written = Math.abs(100 * share).toFixed(1);
  return `${share < 0 && written !== '0.0' ? '−' : '+'}${written}`;
}

/** Whether the growth is most likely little. */
export const isLittle = ({ average }: MoreAccuracy): boolean => average[1] < little;

/** Whether the answers that were meant have come meanwhile. */
const isOver = ({ answers, since }: MoreExpected): boolean => since >= answers;

/** One line. */
export function moreInLine(more: MoreExpected): string {
  const { answers, gain, judged } = more;
  if (isOver(more)) return `${wholeNumber(answers)} more answers: train to see`;
  if (gain === null) {
    const lacking =
      judged < fewestHeldOut.pairs ? `: ${judged} of ${fewestHeldOut.pairs} pairs tried` : ' on so few posts';
    return `${wholeNumber(answers)} more answers: too early to tell${lacking}`;
  }
  const worth = `about ${points(gain.mean)} points (${rangeInWords(gain.interval, points)})`;
  return `${wholeNumber(answers)} more answers: ${isLittle(gain) ? 'little now, ' : ''}${worth}`;
}

/** What the answers so far have brought, in a sentence; null where too few could be held out to say. */
export function broughtInLine({ curve, gain }: MoreExpected): string | null {
  const [first, last] = [curve[0], curve.at(-1)];
  if (gain === null || first === undefined || last === undefined || first === last) return null;
  return `From ${percent(first.accuracy)} to ${percent(last.accuracy)} right so far.`;
}

/** What is lacking until something can be said of what answers bring; null where it is said. */
export function untilKnown({ more, trained, sinceTraining }: CompareSummary): string | null {
  if (more) return null;
  if (trained) return 'A quick training says what answers bring';
  const lacking = fewestForTraining - sinceTraining;
  if (lacking > 0) return `${counted(lacking, 'more answer')}, then train to see what they bring`;
  return 'A training says what they bring';
}

/** What that means, how it is known, and what to do: a sentence or a few each. */
export function moreInSentences(more: MoreExpected): readonly string[] {
  const { answers, gain, since, trainedAt } = more;
  const come = since === 0 ? 'none has come since' : `${counted(since, 'has', 'have')} come since`;
  const from = `This is from the quick training of ${date(trainedAt)}, and about the ${wholeNumber(answers)} answers after it: ${come}.`;
  if (isOver(more)) return [`${from} Train again to see what the next ones would bring.`];
  return [...gainInSentences(more), ...(gain === null ? [] : [from])];
}

/** A share as pairs of 100: '0.8'. */
const ofHundred = (share: number): string => Math.abs(100 * share).toFixed(1);

/** Whether more answers would help, in a sentence of plain words. */
export function whetherMoreHelps({ answers, gain }: Pick<MoreAnswers, 'answers' | 'gain'>): string {
  const count = `${wholeNumber(answers)} more answers`;
  if (!gain) {
    return `Not known yet: too few could be held out to tell. Answer more pairs, on different posts, and train again.`;
  }
  const [low, high] = gain.average;
  const worth = `about ${ofHundred(gain.mean)} more right pairs of 100 (80% sure: ${rangeInWords(gain.average, points)})`;
  if (isLittle(gain)) {
    return `Hardly, on such posts: ${count} are likely to bring less than ${ofHundred(little)} more right pairs of 100. Other kinds of posts, or a slower way to train, may bring more.`;
  }
  if (low > 0) return `Yes: ${count} are likely to bring ${worth}.`;
  return gain.mean > 0
    ? `Perhaps: ${count} are likely to bring ${worth}, so none is possible as well.`
    : `Perhaps not: with ${count} the right pairs of 100 are likely to change by ${rangeInWords([low, high], points)}.`;
}

/** The same of a training that has just ended. */
export function gainInSentences({ pairs, judged, curve, answers, gain }: MoreAnswers): readonly string[] {
  const first = curve[0];
  const last = curve.at(-1);
  if (gain === null || first === undefined || last === undefined) {
    return [
      `Too few answers could be held out to tell what ${wholeNumber(answers)} more would bring: ${counted(judged, 'pair')} with a better side, and at least ${fewestHeldOut.pairs} on ${fewestHeldOut.posts} posts are needed. Answer more pairs, on different posts, and train again.`,
    ];
  }
  const [low, high] = gain.average;
  return [
    `${wholeNumber(answers)} more answers like those so far are likely to change the share of pairs that quick training finds right by ${points(gain.mean)} percentage points on average (80% sure: ${points(low)} to ${points(high)}).`,
    `A single training also goes up or down by which answers happen to come: in 8 of 10 cases it changes by ${rangeInWords(gain.interval, points)} points.`,
    ...(isLittle(gain)
      ? [
          `More answers on such posts bring little now: on average most likely less than ${(100 * little).toFixed(1)} points. Answers on other kinds of posts, or a slower way to train, may bring more, and each answer still makes the ranking of its own post surer.`,
        ]
      : []),
    `How it is known: ${counted(judged, 'pair')} of the ${wholeNumber(pairs)} that were learned from were held out in turn. ${percent(first.accuracy)} of them were right after ${wholeNumber(Math.round(first.pairs))} others, ${percent(last.accuracy)} after ${wholeNumber(Math.round(last.pairs))}; a curve that flattens is drawn on from there.`,
  ];
}
