/** What Compare asks and how it chooses, in words. Pure. */
import type { ListKind, OrderOfWork, Strategy } from '../contract/records.ts';

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

/** In which order pairs are worked through. */
export const workNames: Readonly<Record<OrderOfWork, string>> = {
  strategy: 'As the strategy says',
  post: 'A post at a time',
};

/** Each in one sentence. */
export const workSentences: Readonly<Record<OrderOfWork, string>> = {
  strategy: 'Each pair may be of another post.',
  post: 'A post is finished before the next begins, so that its text is read once: its pairs follow each other until its order is sure enough. The strategy says which post is next.',
};

/** What is asked of two comments: in the project's own words, where it has some. */
export const pairQuestion = (own: string): string => own.trim() || questionHeadings.pair;
