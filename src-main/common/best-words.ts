/** What a training for the best came to, in words: the pages and the terminal say it alike. */
import { type BestMethod, type BestPart, type BestReport, bestMethods, sureEnough } from '../contract/best.ts';
import type { Run } from '../contract/records.ts';
import { isFigure } from './measured.ts';
import { methodLabels, modelMethodOfRun } from './training-words.ts';
import { capital, counted, figure, listed, percent } from './words.ts';

/** What is done in each part of a training for the best, as it stands behind 'Now:'. */
const partWords: Readonly<Record<BestMethod | 'blend', string>> = {
  quick: 'a quick model, to rank with at once',
  alone: 'a text reader for the comment alone',
  together: 'a text reader for post and comment together',
  deep: 'a text reader for post and comment apart',
  blend: 'a blend of them, and which of all is best',
};
const allParts = [...bestMethods, 'blend'] as const;

const atHand = (done: number): number => Math.min(Math.max(0, done), allParts.length - 1);
const placeOf = (at: number): string => `part ${at + 1} of ${allParts.length}`;

/** Which part of a training for the best is at hand, from how many are done, as progress names it: 'together (4 of 5)'. */
export function partName(done: number): string {
  const at = atHand(done);
  return `${allParts[at]} (${at + 1} of ${allParts.length})`;
}

/** The same as it stands in a sentence: 'part 2 of 5 (comment alone)'. */
export function partPlace(done: number): string {
  const at = atHand(done);
  const part = allParts[at]!;
  return `${placeOf(at)} (${part === 'blend' ? part : methodLabels[part].toLowerCase()})`;
}

/** The same with what is done in it. */
export function partAtHand(done: number): string {
  const at = atHand(done);
  return `${capital(placeOf(at))}: ${partWords[allParts[at]!]}`;
}

/** What the run of a part is, before the name of the whole: 'An encoder that reads the comment alone: part 2 of 5'. */
export function partOfWhole(run: Pick<Run, 'config'>): string {
  const at = (allParts as readonly string[]).indexOf(modelMethodOfRun(run));
  return at < 0 ? 'A part' : `${capital(partWords[allParts[at]!])}: ${placeOf(at)}`;
}

/** A share in whole percent, never more than it is: what is not enough must not look so. */
const wholePercent = (share: number): string => `${Math.floor(100 * share + 1e-9)}%`;
const sureness = (share: number): string => (share > 0.99 ? 'more than 99%' : wholePercent(share));

/** The quick model of a training for the best. */
export const quickOf = ({ parts }: BestReport): string =>
  parts.find(({ method }) => method === 'quick')?.model ?? 'quick';

/** Which model ranks, and how often it is right beside the other. @param model as below */
export function bestInShort(best: BestReport, model: string): string {
  const { blend, parts, chosen } = best;
  const quick = quickOf(best);
  if (blend === null) return nothingToBlend(quick);
  const of = listed(parts.map((part) => part.model));
  const right =
    isFigure(blend.accuracy) && isFigure(blend.accuracyOfQuick)
      ? ` It is right on ${percent(blend.accuracy)} of ${counted(blend.pairs, 'pair')}, ${quick} alone on ${percent(blend.accuracyOfQuick)}.`
      : '';
  return chosen === 'blend'
    ? `${model} ranks, a blend of ${of}.${right}`
    : `${quick} ranks. ${model} is a blend of ${of}.${right} That is not surely better; more answers may settle it.`;
}

const nothingToBlend = (quick: string): string => `${quick} ranks: there was nothing to blend it with.`;

/**
 * Which model ranks, and why, in a few sentences.
 * @param model the name of what the training made: the blend, or the quick model where there is no blend
 */
export function bestWords(best: BestReport, model: string): string {
  const { blend, parts, chosen } = best;
  const quick = quickOf(best);
  if (blend === null) return nothingToBlend(quick);
  const of = listed(parts.map((part) => part.model));
  const right =
    isFigure(blend.accuracy) && isFigure(blend.accuracyOfQuick)
      ? ` It is right on ${percent(blend.accuracy)}, and ${quick} alone on ${percent(blend.accuracyOfQuick)} (error ${figure(blend.loss)} against ${figure(blend.lossOfQuick)}).`
      : '';
  const where = blend.heldOut
    ? 'that were held out of the training posts, or are of the validation split,'
    : 'of the validation split,';
  const held = `${model} is a blend of ${of}, held against ${quick} on ${counted(blend.pairs, 'pair')} ${where} with weights learned on the other posts there.${right}`;
  const sure = `By the error it is ${sureness(blend.surenessByLoss)} sure that the blend is better, by the share of pairs ${sureness(blend.surenessByAccuracy)}`;
  return chosen === 'blend'
    ? `${held} ${sure}: ${model} ranks.`
    : `${held} ${sure}. One of them must be ${wholePercent(sureEnough)}, and the other above ${wholePercent(1 - sureEnough)}, so ${quick} ranks. More answers may settle it.`;
}

/** The parts of a blend, the one that decides most first; null in place of a share where there is no blend. */
export function partRows({ parts, blend }: BestReport): readonly (Omit<BestPart, 'share'> & {
  readonly label: string;
  readonly share: number | null;
})[] {
  return parts
    .toSorted((a, b) => b.share - a.share)
    .map((part) => ({ ...part, label: methodLabels[part.method], share: blend === null ? null : part.share }));
}

/** What was left out and why, a sentence or two for each reason. */
export const leftOutWords = ({ leftOut }: BestReport): readonly string[] =>
  [...new Set(leftOut.map(({ why }) => why))].map((why) => {
    const methods = leftOut.filter((one) => one.why === why).map(({ method }) => methodLabels[method].toLowerCase());
    return `${capital(listed(methods))} ${methods.length === 1 ? 'was' : 'were'} left out. ${why}`;
  });
