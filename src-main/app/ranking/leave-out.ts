import type { TextInput } from '../../contract/engine.ts';
import type { Evidence } from '../../contract/why.ts';

export type Two = readonly [TextInput, TextInput];

/** Two comments without one kind of evidence, or without one sentence of one of them. */
export type LeftOut = {
  readonly texts: Two;
  readonly what: { readonly kind: Evidence } | { readonly of: 'first' | 'second'; readonly sentence: string };
};

/** Sentences of a comment that are left out in turn, at most: the longest. */
const mostSentences = 10;
const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

/**
 * Two comments of a post with one kind of evidence left out at a time: length (the longer one ends after as many words as the shorter one
 * has), form (lower case, words with single spaces between them), order (the words in alphabetical order), post (it says nothing), and
 * each sentence of a comment of several. What would change nothing is not among them.
 */
export function leaveOuts(texts: Two): readonly LeftOut[] {
  const [first, second] = texts;
  const both = (change: (text: string) => string): Two => [
    { ...first, comment: change(first.comment) },
    { ...second, comment: change(second.comment) },
  ];
  const shorter = Math.min(countWords(first.comment), countWords(second.comment));
  const whole: readonly LeftOut[] = [
    { what: { kind: 'length' }, texts: both((text) => firstWords(text, shorter)) },
    { what: { kind: 'form' }, texts: both(plainWords) },
    { what: { kind: 'order' }, texts: both(sortedWords) },
    { what: { kind: 'post' }, texts: [withoutPost(first), withoutPost(second)] },
  ];
  const single: readonly LeftOut[] = [
    ...withoutEach(first.comment).map(({ sentence, rest }) => ({
      what: { of: 'first' as const, sentence },
      texts: [{ ...first, comment: rest }, second] as const,
    })),
    ...withoutEach(second.comment).map(({ sentence, rest }) => ({
      what: { of: 'second' as const, sentence },
      texts: [first, { ...second, comment: rest }] as const,
    })),
  ];
  return [...whole, ...single].filter((left) => !isSame(left.texts, texts));
}

const withoutPost = (text: TextInput): TextInput => ({ ...text, post: '' });

const isSame = (one: Two, other: Two): boolean =>
  [0, 1].every((i) => one[i]!.comment === other[i]!.comment && one[i]!.post === other[i]!.post);

const countWords = (text: string): number => text.match(/\S+/gu)?.length ?? 0;

/** A text up to the end of so many words, as it stands. */
function firstWords(text: string, count: number): string {
  let left = count;
  for (const { 0: word, index } of text.matchAll(/\S+/gu)) {
    if (left === 0) return text.slice(0, index).trimEnd();
    left -= 1;
    if (left === 0) return text.slice(0, index + word.length);
  }
  return text;
}

/** A text that would have no word left stays as it is. */
function plainWords(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}'’]+/gu, ' ')
    .trim();
  return plain === '' ? text : plain;
}

function sortedWords(text: string): string {
  const words = text.match(/\S+/gu) ?? [];
  return words.length < 2 ? text : words.toSorted().join(' ');
}

/** A text without each of its sentences in turn; nothing for a text of one. */
function withoutEach(text: string): readonly { readonly sentence: string; readonly rest: string }[] {
  const found = Array.from(sentences.segment(text), ({ segment, index }) => ({ segment, index })).filter(
    ({ segment }) => segment.trim() !== '',
  );
  if (found.length < 2) return [];
  const longest = new Set(found.toSorted((a, b) => b.segment.length - a.segment.length).slice(0, mostSentences));
  return found
    .filter((one) => longest.has(one))
    .map(({ segment, index }) => ({
      sentence: segment.trim(),
      rest: (text.slice(0, index) + text.slice(index + segment.length)).trim(),
    }));
}
