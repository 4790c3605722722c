import type { TextPart } from '../contract/views.ts';

/** Words of a text that somebody searched, for a list. Pure. */

/** Of a text that is longer, so many characters are shown. */
const shown = 400;
/** Of these, so many at most stand before the first word that was found. */
const before = 120;

/** A word in Latin letters is the beginning of others from so many letters on; shorter ones begin too many. Where words are not parted by spaces, two signs say much. */
const shortestBeginning = 3;

/** Whether a word that somebody typed stands for all that begin with it. */
export const isBeginning = (word: string): boolean =>
  [...word].length >= shortestBeginning || !/^[\p{Script=Latin}\p{M}\p{N}]*$/u.test(word);

const aWord = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;

/** A word as it is compared: whatever its case and accents. */
const plain = (word: string): string => word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** A text, or what stands around the first word of it that was searched, as the parts that are such words and those that are not. */
export function markedParts(text: string, searched: string): readonly TextPart[] {
  const typed = [...searched.matchAll(aWord)].map(([word]) => ({ word: plain(word), begins: isBeginning(word) }));
  const isSearched = (word: string): boolean =>
    typed.some(({ word: each, begins }) => each !== '' && (begins ? word.startsWith(each) : word === each));
  const found = typed.length === 0 ? [] : [...text.matchAll(aWord)].filter(([word]) => isSearched(plain(word)));
  const from = beginningOf(text, found[0]?.index ?? 0);
  const to = Math.min(text.length, from + shown);
  const parts: TextPart[] = [];
  const add = (piece: string, isFound: boolean): void => {
    if (piece !== '') parts.push({ text: piece, found: isFound });
  };
  let at = from;
  for (const { 0: word, index } of found) {
    if (index + word.length > to) break;
    add((at === from && from > 0 ? '…' : '') + text.slice(at, index), false);
    add(word, true);
    at = index + word.length;
  }
  const rest = text.slice(at, to);
  const isCut = to < text.length;
  // Nothing is cut within a sign.
  add((at === from && from > 0 ? '…' : '') + (isCut ? `${rest.replace(/[\uD800-\uDBFF]$/, '')}…` : rest), false);
  return parts;
}

/** Where the shown part of a text begins, so that what was found in it is seen: at a word. */
function beginningOf(text: string, first: number): number {
  if (first <= before) return 0;
  const space = text.slice(first - before, first).search(/\s/u);
  return space === -1 ? first : first - before + space + 1;
}
