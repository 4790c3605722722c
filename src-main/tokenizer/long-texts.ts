import { partOf } from '../common/long-texts.ts';

/** How much of a text can matter to who reads so many tokens of it: the rest of one of megabytes is not made tokens at all. */

/** Characters of one token, at most, with room to spare: the longest of GPT-2 has 128. */
const longestToken = 128;
const least = 16_384;

/** Characters that so many tokens have at most. */
export const charactersOf = (tokens: number): number => Math.max(least, longestToken * (tokens + 1));

/** The beginning that the first tokens stand for. */
export const beginningFor = (text: string, tokens: number): string => text.slice(0, charactersOf(tokens));

/** The end that the last tokens stand for. */
export const endFor = (text: string, tokens: number): string => text.slice(-charactersOf(tokens));

/** Characters of a comment that a quick model counts in: some hundredths of a second of work. Of its length it knows the whole. */
const counted = 100_000;

/** The beginning of a comment in which a quick model counts; the program that goes along with exported ones cuts at the same place. */
export const beginningCounted = (text: string): string => partOf(text, 0, counted);
