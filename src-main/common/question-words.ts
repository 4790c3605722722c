/** What Compare asks and how it chooses, in words. Pure. */
import type { ListKind, Strategy } from '../contract/records.ts';

/** What the kinds of questions are called where one is chosen. */
export const questionNames: Readonly<Record<'pair' | ListKind, string>> = {
  pair: 'Pairs',
  'best-worst': 'Best and worst of four',
  order: 'Order of up to six',
};

/** The question itself, as a heading. */
export const questionHeadings: Readonly<Record<'pair' | ListKind, string>> = {
  pair: 'Which comment is better?',
  'best-worst': 'Which is best, and which is worst?',
  order: 'Put these in order, best first',
};

/** What the ways of choosing a pair are called. */
export const strategyNames: Readonly<Record<Strategy, string>> = {
  random: 'By chance',
  coverage: 'Spread evenly',
  information: 'What tells the model most',
  uncertainty: 'What the model is least sure of',
  finish: 'Finish post by post',
};

/** Each in one sentence. */
export const strategySentences: Readonly<Record<Strategy, string>> = {
  random:
    'Every post and each of its pairs is as likely. In simulations no other way made a better model of the same answers.',
  coverage: 'Posts and comments with few answers come first.',
  information:
    'Pairs come first whose answer would decide between the many models that the answers so far leave possible; it needs a quick model.',
  uncertainty: 'Pairs come first that the model holds for a toss-up; it needs a quick model.',
  finish: 'The pair comes first that tells most about the order of the post you are at, until that is sure enough.',
};
