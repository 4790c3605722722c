import { beginningCounted } from '../../tokenizer/long-texts.ts';

/** What can be counted in a text: all finite, in a time that grows with its length alone. */
const word = /[\p{L}\p{N}']+/gu;
const self = new Set(['i', "i'm", "i've", "i'd", 'my', 'me']);
const other = new Set(['you', 'your', "you're"]);
const negative = new Set(['not', 'no', 'never', "don't", "can't", "isn't", "doesn't"]);
const openers = new Set(['yes', 'no', 'well', 'so', 'and', 'but']);
const modal = new Set(['should', 'would', 'could', 'might', 'may', 'must', 'can', 'will']);
const doubting = new Set(['think', 'guess', 'probably', 'maybe', 'perhaps', 'seem', 'seems', 'imo', 'imho', 'sure']);
const past = /^(?:was|were|had|did|.+ed)$/u;
/** The commonest English words, which carry the sentence and not its matter. */
const functionWords = new Set('the of and a to in is that it for as with was on be by this are or an'.split(' '));
/** Letters of a word that is called long. */
const long = 7;

/** The features by name, in the order in which textFeatures gives them. */
export const textFeatureNames = [
  'log characters',
  'log words',
  'characters per word',
  'share of different words',
  'punctuation per character',
  'commas per word',
  'exclamation marks per word',
  'question marks per word',
  'has an exclamation mark',
  'has a question mark',
  'has an ellipsis',
  'digits per character',
  'capitals per character',
  'words in capitals per word',
  'line breaks per word',
  'has paragraphs',
  'has a link',
  'has code',
  'begins with a capital',
  'ends with a sentence',
  'quotation marks per word',
  'brackets per word',
  'has a hyphen',
  'log words per sentence',
  'log sentences',
  'I per word',
  'you per word',
  'not per word',
  'begins with I',
  'begins with yes, no or and',
  'long words per word',
  'log long words',
  'addresses somebody',
  'log links',
  'has a dash',
  'has a colon',
  'has a semicolon',
  'log paragraphs',
  'log numbers',
  'log names',
  'log first sentence',
  'longest word',
  'function words per word',
  'modal verbs per word',
  'past forms per word',
  'doubt per word',
] as const;

/** The logarithm of the length in characters, which the prior goes by. */
export function logLength(text: string): number {
  return Math.log1p(text.length);
}

/** @param whole of which only the beginning is counted in, where it has megabytes */
export function textFeatures(whole: string): number[] {
  const text = beginningCounted(whole);
  const characters = Math.max(1, text.length);
  const parts = text.split(/\s+/u).filter((part) => part !== '');
  const words = Math.max(1, parts.length);
  const plain = text.toLowerCase().match(word) ?? [];
  const sentences = Math.max(1, count(text, /[.!?](?=\s|$)/gu));
  const capitals = parts.filter((part) => !/\p{Ll}/u.test(part) && count(part, /\p{Lu}/gu) > 1).length;
  const longWords = plain.filter(({ length }) => length >= long).length;
  const share = (of: ReadonlySet<string>): number => plain.filter((one) => of.has(one)).length / words;
  const begins = plain[0] ?? '';
  return [
    logLength(text),
    Math.log1p(parts.length),
    characters / words,
    new Set(plain).size / Math.max(1, plain.length),
    count(text, /[.,;:]/gu) / characters,
    count(text, /,/gu) / words,
    count(text, /!/gu) / words,
    count(text, /\?/gu) / words,
    has(text.includes('!')),
    has(text.includes('?')),
    has(/\.\.\.|…/u.test(text)),
    count(text, /\p{Nd}/gu) / characters,
    count(text, /\p{Lu}/gu) / characters,
    capitals / words,
    count(text, /\n/gu) / words,
    has(text.includes('\n\n')),
    has(/https?:|www\./u.test(text)),
    has(/`|^ {4}/mu.test(text)),
    has(/^\p{Lu}/u.test(text)),
    has(/[.!?"'”]$/u.test(text.trimEnd())),
    count(text, /["'“”‘’]/gu) / words,
    count(text, /[()]/gu) / words,
    has(text.includes('-')),
    Math.log(words / sentences),
    Math.log(sentences),
    share(self),
    share(other),
    share(negative),
    has(begins === 'i' || begins === "i'm"),
    has(openers.has(begins)),
    longWords / words,
    Math.log1p(longWords),
    has(/(?:^|\s)@[\p{L}\p{N}]/u.test(text)),
    Math.log1p(count(text, /https?:|www\./gu)),
    has(/\s[-–—]+\s|—/u.test(text)),
    has(text.includes(':')),
    has(text.includes(';')),
    Math.log1p(count(text, /\n\n/gu)),
    Math.log1p(count(text, /\p{Nd}+/gu)),
    // Capitals within a sentence.
    Math.log1p(count(text, /[\p{Ll},;] \p{Lu}\p{Ll}/gu)),
    logLength(text.slice(0, firstEnd(text))),
    plain.reduce((most, { length }) => Math.max(most, length), 0),
    share(functionWords),
    share(modal),
    plain.filter((one) => past.test(one)).length / words,
    share(doubting),
  ];
}

/** Where the first sentence ends, or the first line. */
function firstEnd(text: string): number {
  const end = text.search(/[.!?\n]/u);
  return end === -1 ? text.length : end;
}

function count(text: string, what: RegExp): number {
  return text.match(what)?.length ?? 0;
}

function has(condition: boolean): number {
  return condition ? 1 : 0;
}
