/** Why one comment stands before another, in words that pages and the terminal share. Pure. */
import type { NamedShare } from '../contract/engine.ts';
import type { Evidence, Precedent, Precedents, Verdict, Why, WhyAnswers } from '../contract/why.ts';
import { counted, figure, listed, wholeNumber } from './words.ts';

export const evidenceNames: Readonly<Record<Evidence | 'answers', string>> = {
  length: 'Length',
  form: 'Form',
  words: 'Words',
  meaning: 'Meaning',
  post: 'The post',
  order: 'Word order',
  answers: 'Answers',
};

/** What each kind is, where a reward is the sum of them. */
const exactly: Readonly<Record<Evidence, string>> = {
  length: 'How long a comment is, in characters, words and sentences.',
  form: 'How it is written, as far as that can be counted: punctuation, capitals, paragraphs, links, questions, kinds of words.',
  words: 'Which words it has, and which pairs of neighbouring words.',
  meaning: 'What it says, as its vector has it: numbers that are near each other for texts that mean nearly the same.',
  post: 'How what it says goes with what the post says, by the vectors of both.',
  order: 'In which order its words stand.',
};

/** What was done to leave each kind out. */
const leftOut: Readonly<Record<Evidence, string>> = {
  length: 'What is lost when the longer comment ends after as many words as the shorter one has.',
  form: 'What is lost when both are in lower case, without punctuation and line breaks.',
  words: exactly.words,
  meaning: exactly.meaning,
  post: 'What is lost when the model sees nothing of the post.',
  order: 'What is lost when the words of both stand in alphabetical order: the same words, which say nothing together.',
};

const answersMean = 'What people’s answers on this post add to the model.';

/** What a kind of evidence is, in a sentence. */
export const evidenceMeans = (kind: Evidence | 'answers', way: Why['way']): string =>
  kind === 'answers' ? answersMean : (way === 'exact' ? exactly : leftOut)[kind];

/** Counted features whose names say how they are reckoned, as a person would call them. */
const featureWords: Readonly<Record<string, string>> = {
  'share of different words': 'words that are not repeated',
  'punctuation per character': 'punctuation',
  'commas per word': 'commas',
  'exclamation marks per word': 'many exclamation marks',
  'question marks per word': 'many question marks',
  'has an exclamation mark': 'an exclamation mark',
  'has a question mark': 'a question mark',
  'has an ellipsis': 'an ellipsis',
  'digits per character': 'digits',
  'capitals per character': 'capitals',
  'words in capitals per word': 'words in capitals',
  'line breaks per word': 'line breaks',
  'has paragraphs': 'paragraphs',
  'has a link': 'a link',
  'has code': 'code',
  'begins with a capital': 'a capital at the beginning',
  'ends with a sentence': 'a full stop or the like at the end',
  'quotation marks per word': 'quotation marks',
  'brackets per word': 'brackets',
  'has a hyphen': 'a hyphen',
  'log words per sentence': 'words in a sentence',
  'I per word': 'words such as I and my',
  'you per word': 'words such as you',
  'not per word': 'words such as not and never',
  'begins with I': 'I at the beginning',
  'begins with yes, no or and': 'yes, no, and or the like at the beginning',
  'long words per word': 'long words among all',
  'log long words': 'number of long words',
  'addresses somebody': 'an @ with a name',
  'log links': 'number of links',
  'has a dash': 'a dash',
  'has a colon': 'a colon',
  'has a semicolon': 'a semicolon',
  'log paragraphs': 'number of paragraphs',
  'log numbers': 'numbers',
  'log names': 'capitals within a sentence, as in names',
  'log first sentence': 'length of the first sentence',
  'longest word': 'longest word',
  'function words per word': 'words such as the, of and to',
  'modal verbs per word': 'words such as should and could',
  'past forms per word': 'past forms',
  'doubt per word': 'words such as maybe and I think',
  'characters per word': 'letters in a word',
};

const decimals = 2;
const smallest = 0.5 / 10 ** decimals;

/** The side that a share speaks for; null where it rounds to nothing. */
export const sideOf = (share: number): 'first' | 'second' | null =>
  Math.abs(share) < smallest ? null : share > 0 ? 'first' : 'second';

/** '0.31 for the first', 'nothing for either'. */
export function shareInWords(share: number): string {
  const side = sideOf(share);
  return side === null ? 'nothing for either' : `${figure(Math.abs(share), decimals)} for the ${side}`;
}

/** How the rewards of the two differ, and what that comes to with people's answers, in a sentence or two. */
export function differenceInWords({ model, difference, answers, chance }: Why): string {
  const side = sideOf(difference);
  const alone =
    side === null
      ? `${model} gives both the same reward.`
      : `${model} gives the ${side} ${figure(Math.abs(difference), decimals)} more reward.`;
  if (chance === null) return alone;
  const by = answers.onPost === 0 ? 'By the model alone' : 'Joined with people’s answers';
  return `${alone} ${by}, the first is better with a chance of ${Math.round(100 * chance)}%.`;
}

/** What the parts are, and whether they add up, in a sentence or two. */
export const wayInWords = (way: Why['way']): string =>
  way === 'exact'
    ? 'The reward of this model is a sum, so all parts but the answers together are the difference of the two rewards, exactly.'
    : 'The rewards of this model are no sums, so each part is what the difference loses without one kind of evidence. Such parts need not add up to the difference: kinds overlap, and a text without one of them is unlike what the model knows.';

/** '“kindly” (0.12 for the first)', the largest first; '' where none speaks for either. Features stand in words, and words in quotation marks. */
export function namedInWords(kind: Evidence, named: readonly NamedShare[]): string {
  const nameOf = (what: string): string => (kind === 'form' ? (featureWords[what] ?? what) : `“${what}”`);
  const telling = named.filter(({ share }) => sideOf(share) !== null);
  return listed(telling.map(({ what, share }) => `${nameOf(what)} (${shareInWords(share)})`));
}

/** What people said of the two, and how far their answers on the whole post change the model's difference. */
export function answersInWords({ share, onPost, onBoth }: WhyAnswers): string {
  if (onPost === 0) return 'Nobody has answered on this post yet.';
  const people = onBoth.first + onBoth.second + onBoth.neither;
  const both =
    people === 0 ? 'Nobody has compared these two.' : `Of these two, ${verdictInWords(onBoth, 'first', 'second')}.`;
  const joined =
    share === null
      ? 'The post has too many comments for answers to be joined with the model.'
      : `${counted(onPost, 'answer')} on this post ${onPost === 1 ? 'was' : 'were'} joined with the model.`;
  return `${both} ${joined}`;
}

/** '2 people prefer the first, 1 the second'. */
function verdictInWords({ first, second, neither }: Verdict, one: string, other: string): string {
  const parts = [
    ...(first > 0 ? [[first, `the ${one}`] as const] : []),
    ...(second > 0 ? [[second, `the ${other}`] as const] : []),
    ...(neither > 0 ? [[neither, 'neither'] as const] : []),
  ];
  return listed(
    parts.map(([count, what], i) =>
      i === 0 ? `${counted(count, 'person prefers', 'people prefer')} ${what}` : `${wholeNumber(count)} ${what}`,
    ),
  );
}

/** What is shown of compared pairs, or why none is, in a sentence or two. */
export function precedentsInWords({ list, pairs, unread, older }: Precedents): string {
  if (pairs === 0) return 'People have compared no other pair yet.';
  if (unread === pairs)
    return 'The compared comments have no vectors yet, by which they could be held against these two: train a quick model, or leave the app open until it has read them.';
  const of = `${counted(pairs, 'compared pair')}${older ? ' of the newest answers' : ''}`;
  const without =
    unread === 0 ? '' : ` ${counted(unread, 'pair has', 'pairs have')} no vectors yet and could not be looked at.`;
  if (list.length === 0) return `Among ${of}, none differs as these two do.${without}`;
  return `Among ${of}, these differ most nearly as the two do.${without}`;
}

/** What a compared pair says of the two, and how nearly it is like them. */
export function precedentInWords({ people, likeness }: Precedent): string {
  const said = verdictInWords(people, 'better one', 'worse one');
  const alike = `likeness ${figure(Math.abs(likeness), decimals)}`;
  return likeness > 0
    ? `Speaks for the first, which differs from the second as the better one here from the worse one (${alike}; ${said}).`
    : `Speaks for the second, which differs from the first as the better one here from the worse one (${alike}; ${said}).`;
}

/** What likeness is. */
export const likenessMeans =
  'Likeness is the cosine of the differences of the comments’ vectors: 1 where one pair differs exactly as the other does, 0 where they have nothing to do with each other.';
