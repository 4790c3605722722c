/** That imported comments are unlike those that a model learned from, in whole sentences with figures. */
import type { DriftReport } from '../contract/drift.ts';
import { counted, percent, wholeNumber } from './words.ts';

/** How they differ, a sentence each; none where they are alike. */
export function driftInWords(report: DriftReport, model: string): readonly string[] {
  const { file, length, language, meaning, differs } = report;
  const who = (first: boolean): string => (first ? `The comments of ${file}` : 'They');
  return differs.map((kind, place) => {
    const they = who(place === 0);
    if (kind === 'length') {
      const longer = length.value > 0.5;
      return `${they} are ${longer ? 'longer' : 'shorter'} than what ${model} learned from: half of them have ${than(longer, length.words)}, there half have ${than(longer, length.learnedWords)}.`;
    }
    if (kind === 'language' && language) {
      return `${they} are in another language: ${percent(language.share)} of them are ${writtenIn(language.most)}, and ${percent(language.learnedShare)} of what ${model} learned from.`;
    }
    return `${they} say other things, or say them otherwise: ${percent(meaning?.further)} of them are further from the nearest texts that ${model} learned from than is usual among those, where it is 50% (measured in the text reader ${meaning?.encoder}).`;
  });
}

/** What follows from it. */
export const driftAdvice = (model: string): string =>
  `The order that ${model} gives them may be less sure: compare some of their pairs, and train again.`;

/** What the terminal says where nothing differs. */
export function alikeInWords({ file, comments, learned, meaning }: DriftReport, model: string): string {
  const blind = meaning === null ? ' What they mean was not looked at, since too few texts have been read.' : '';
  return `The comments of ${file} are like what ${model} learned from, as far as ${counted(comments, 'comment')} and ${wholeNumber(learned)} of those tell.${blind}`;
}

/** How it is judged, for whoever asks. */
export const driftMeans =
  'Comments drawn by chance are held against those that the model learned from: how many words they have, which language or script they are in, and how far they are, to the text reader, from the nearest five that it learned from. A difference is told where a comment of the one kind is ahead of one of the other in 71 of 100 cases or more (that is called a large difference), or where a fifth more of them are in a language that was rare.';

const than = (longer: boolean, words: number): string =>
  `${longer ? 'more' : 'fewer'} than ${counted(Math.round(words), 'word')}`;

const writtenIn = (kind: string | null): string => {
  if (kind === 'English') return 'in English';
  if (kind === 'not English' || kind === null) return 'not in English';
  return `in ${kind} ${['Chinese', 'Japanese', 'Korean'].includes(kind) ? 'characters' : 'letters'}`;
};
