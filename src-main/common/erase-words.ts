/** What erasing for good would come to, and came to, in words. */
import type { ErasedAmount, ErasePlan, EraseReport, Erasure, LearnedErased, OlderCopy } from '../contract/erasing.ts';
import { capital, counted, date, listed, plural } from './words.ts';

/** '1 post, 3 comments and 2 answers', without what there is none of; null where there is nothing. */
export function amountInWords({ posts, comments, answers }: LearnedErased): string | null {
  const parts = [
    posts > 0 ? counted(posts, 'post') : null,
    comments > 0 ? counted(comments, 'comment') : null,
    answers > 0 ? counted(answers, 'answer') : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : listed(parts);
}

const goes = ({ posts, comments, answers }: ErasedAmount): string => (posts + comments + answers === 1 ? 'goes' : 'go');

/** What goes, as a sentence each. */
export function goingInWords(amount: ErasedAmount): readonly string[] {
  const words = amountInWords(amount);
  const { texts } = amount;
  return [
    ...(words === null ? [] : [`${capital(words)} ${goes(amount)} for good.`]),
    ...(texts === 0
      ? []
      : [
          `${counted(texts, 'post')} ${plural(texts, 'loses its', 'lose their')} title and text; what others wrote under ${plural(texts, 'it', 'them')} stays.`,
        ]),
  ];
}

type Kept = Pick<ErasePlan, 'models' | 'runs' | 'reports' | 'copies'>;

/** What keeps it, or can't go on, as a sentence each. */
export function keptInWords({ models, runs, reports, copies }: Kept): readonly string[] {
  const one = models.length === 1;
  return [
    models.length === 0
      ? 'No model learned from it.'
      : `${listed(models)} learned from it and ${one ? 'keeps' : 'keep'} that, in weights and vocabulary: delete ${one ? 'it' : 'them'}, or train anew, to have none that did.`,
    ...(runs.length === 0
      ? []
      : [
          `${plural(runs.length, 'Training', 'Trainings')} ${listed(runs.map(String))} ${plural(runs.length, 'was', 'were')} broken off and can't go on then, since ${plural(runs.length, 'its', 'their')} data hold it and go, too.`,
        ]),
    ...(reports.length === 0
      ? []
      : [`Quoted in ${listed(reports.map((name) => `“${name}”`))}: reports are your own words, and stay as they are.`]),
    copiesInWords(copies),
  ];
}

function copiesInWords(copies: readonly OlderCopy[]): string {
  const elsewhere = 'Backups that you made before and keep elsewhere hold it still, until you delete them.';
  if (copies.length === 0) return elsewhere;
  const named = copies.map(({ name, at }) => `${name} (${date(at)})`);
  return `Still in ${listed(named)}, until ${copies.length === 1 ? 'that is' : 'those are'} removed. ${elsewhere}`;
}

/** What it means for good. */
export const forGood =
  "This can't be undone. An import of the same file leaves it out from then on, until you allow it again.";

/** What there is instead where nobody asked to be forgotten. */
export const insteadOfErasing = 'To take a whole import back, undo it under Imports; that one can be imported again.';

/** What went, and what is left. */
export function erasedInWords(report: EraseReport): readonly string[] {
  const words = amountInWords(report);
  const { texts } = report;
  return [
    words === null && texts === 0
      ? 'The text was corrected.'
      : [
          ...(words === null ? [] : [`Erased: ${words}.`]),
          ...(texts === 0
            ? []
            : [
                `${counted(texts, 'post')} lost ${plural(texts, 'its', 'their')} text and stayed for what others wrote.`,
              ]),
        ].join(' '),
    ...(report.wiped
      ? []
      : [
          'What is left of it in free parts of the database file could not be overwritten now: that is tried again at the next start.',
        ]),
  ];
}

/** 'learned from 3 comments erased since'; null where it did not. */
export function learnedErasedInWords(learned: LearnedErased): string | null {
  const words = amountInWords(learned);
  return words === null ? null : `learned from ${words} erased or corrected since`;
}

const kinds: Readonly<Record<Erasure['kind'], string>> = {
  post: 'a post',
  comment: 'a comment',
  person: 'what a person wrote or answered',
  correction: 'a text that was corrected',
};
export const kindOfErasure = ({ kind }: Erasure): string => kinds[kind];
