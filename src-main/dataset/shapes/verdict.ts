import { asText } from '../as-text.ts';
import { isSaid, plainName } from './entries.ts';

/** What was chosen of two. */
export type Verdict = 'left' | 'right' | 'tie' | 'bad';

const nouns =
  /^(?:the)?(?:winner|model|response|answer|option|text|txt|output|completion|comment|candidate|item|choice|assistant|summary|side|reply|system|version|variant|conversation)?(?:is)?/;
const tails =
  /(?:is|are)?(?:much|slightly|clearly|significantly|abit|far)?(?:better|best|wins|won|win|preferred|winner|chosen|response|answer|side|one)?$/;
const lefts = new Set(['a', '1', 'left', 'first', 'one', '1st', 'leftvote']);
const rights = new Set(['b', '2', 'right', 'second', 'two', '2nd', 'rightvote']);
const bad = /bothbad|bothareb|bothworse|bothpoor|neither|noneofthe|bothwrong|bothunacceptable|^none$|^badtie$/;
const tie =
  /^(?:itsa|a)?tie|^tied|tievote|equal|^same|thesame|draw|nopreference|bothgood|aregood|^both$|nodifference|similar|^unsure$|indifferent/;

/**
 * What a word says of two: 'model_a', 'A', 'left' and 'Response 1' are the left one, 'tie (bothbad)' is bad.
 * Numbers are 1 and 2; where the two are counted from 0, say so. Null for what says neither.
 */
export function verdictIn(value: unknown, fromZero = false): Verdict | null {
  if (!isSaid(value) || typeof value === 'object' || typeof value === 'boolean') return null;
  const word = plainName(asText(value));
  if (bad.test(word)) return 'bad';
  if (tie.test(word)) return 'tie';
  const start = word.replace(nouns, '');
  const core = lefts.has(start) || rights.has(start) ? start : start.replace(tails, '');
  if (fromZero) {
    if (core === '0') return 'left';
    if (core === '1') return 'right';
    if (core === '2') return null;
  }
  return lefts.has(core) ? 'left' : rights.has(core) ? 'right' : null;
}
