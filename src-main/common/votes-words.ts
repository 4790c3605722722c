/** What a training made of votes, in words: the pages and the terminal say it alike. */
import type { TimeUse, VotesUse } from '../contract/calls.ts';
import type { TimeEffect, VotesMeasured, VotesReport } from '../contract/votes.ts';
import { counted, listed, percent, plainNumber, wholeNumber } from './words.ts';

export const votesUseLabels: Readonly<Record<VotesUse, string>> = { plain: 'Who has more', sure: 'How sure it is' };
export const timeUseLabels: Readonly<Record<TimeUse, string>> = {
  ignore: 'Leave it',
  regress: 'Regress it out',
  later: 'Later ones alone',
};

/**
 * What was chosen, what that did to the pairs, and what it was worth, in a few sentences.
 * @param comparable whether validation has pairs by which a training without it could be compared
 */
export function votesWords(report: VotesReport, { comparable }: { readonly comparable: boolean }): string {
  const { measured } = report;
  const worth = measured
    ? measuredWords(measured, report.time !== 'ignore')
    : comparable
      ? 'What that is worth was not measured, since it takes a second training: train once more with votes as they are, and compare the two runs on validation.'
      : 'What that is worth could not be measured: it takes pairs in the validation split.';
  return [...chosenWords(report), changesWords(report), worth].join(' ');
}

function chosenWords({ margin, votes, time, effect }: VotesReport): readonly string[] {
  return [
    ...(margin > 0 ? [`A difference below ${plainNumber(margin)} in votes was no preference.`] : []),
    ...(votes === 'sure' ? ['A pair counted as far as its difference of votes is sure.'] : []),
    ...(time === 'later' ? ['Votes counted only where the comment that came later has more, as in SHP.'] : []),
    ...(effect ? [effectWords(effect)] : []),
  ];
}

function effectWords({ slope, lists, comments }: TimeEffect): string {
  if (lists === 0) {
    return 'There was no time to regress out of votes: no comments of one post came with votes and different times.';
  }
  const factor = 10 ** slope;
  const change = `${percent(Math.abs(1 - factor))} ${factor < 1 ? 'fewer' : 'more'} votes`;
  return `The time was regressed out: a comment that came ten times as late had about ${change} (${counted(comments, 'comment')} in ${counted(lists, 'list')}).`;
}

function changesWords({ changes: { plain, dropped, turned, softened } }: VotesReport): string {
  const what = [
    ...(dropped > 0 ? [`${wholeNumber(dropped)} were left out`] : []),
    ...(turned > 0 ? [`${wholeNumber(turned)} were turned round`] : []),
    ...(softened > 0 ? [`${wholeNumber(softened)} counted for less than certain`] : []),
  ];
  const of = counted(plain, 'pair');
  return what.length === 0 ? `That changed none of ${of} in training.` : `Of ${of} in training, ${listed(what)}.`;
}

function measuredWords({ pairs, with: seen, without, difference }: VotesMeasured, timed: boolean): string {
  const [low, high] = difference.interval;
  const says =
    low > 0 ? 'it clearly helped' : high < 0 ? 'it clearly hurt' : 'that can be chance, so it is no reason to keep it';
  const still = timed ? ' These pairs still hold the time, which no text can know.' : '';
  return `On the same ${counted(pairs, 'pair')} of the validation split, with votes as they are, ${percent(seen.value)} are right with it, ${percent(without.value)} without: ${points(difference.value)} points (95% interval ${points(low)} to ${points(high)}), ${says}.${still}`;
}

const points = (share: number): string => `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}`.replace('-', '−');
