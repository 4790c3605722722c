import { letterSize } from './marks.ts';

/** Widths of letters in shares of the letters' size, by what they are: about those of Inter, and rather too wide than too narrow. */
const widths: readonly (readonly [RegExp, number])[] = [
  [/\p{Mn}/u, 0],
  [/[ijl.,:;'|!()[\]]/u, 0.32],
  [/[frt\s]/u, 0.42],
  // Also as a minus, which is as wide as a digit.
  [/[-−]/u, 0.65],
  [/[mwMW%@]/u, 0.95],
  [/\p{Lu}/u, 0.72],
  [/\p{N}/u, 0.65],
  [/\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}/u, 1.05],
];

/** About how wide a text is in the letters of plots, in pixels. */
export const textWidth = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (widths.find(([kind]) => kind.test(letter))?.[1] ?? 0.59), 0) * letterSize;

/** A text in at most `most` lines of this width, broken between words where it can be; what has no room ends in '…'. */
export function wrapped(text: string, width: number, most: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  const words = text.split(/\s+/).filter(Boolean);
  for (const [index, word] of words.entries()) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (textWidth(longer) <= width) {
      current = longer;
      continue;
    }
    if (current !== '') lines.push(current);
    current = word;
    if (lines.length === most || textWidth(word) > width) {
      const rest = lines.length === most ? lines.pop() : undefined;
      return [...lines, cut([rest, ...words.slice(index)].filter((part) => part !== undefined).join(' '), width)];
    }
  }
  return current === '' && lines.length > 0 ? lines : [...lines, current];
}

/** As much of a text as fits beside '…'. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const letters = [...text];
  while (letters.length > 0 && textWidth(`${letters.join('')}…`) > width) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}
