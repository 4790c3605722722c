import type { NotSaid, PairTotals } from '../contract/reports.ts';
import { counted, excerpt, percent, wholeNumber } from './words.ts';

/** From here on, the pairs of one post are more than one expects of it: those of 100 comments. */
const manyOfOne = 4_950;

/** How many pairs there will be, and where one thread makes very many of them, which. */
export function pairTotalsInWords(totals: PairTotals): string {
  const { pairs, posts, largest, whole } = totals;
  const head = `${whole ? '' : 'More than '}${counted(pairs, 'pair')} of ${counted(posts, 'post')}.`;
  if (!largest || !hasLargeThread(totals)) return head;
  const share = whole ? `, ${percent(largest.pairs / pairs)} of all` : '';
  const more = largest.comments > 1 ? ` with ${counted(largest.comments, 'comment')}` : '';
  return `${head} One post${more} makes ${wholeNumber(largest.pairs)} of them${share}: “${excerpt(largest.post, 60)}”.`;
}

/** Whether one thread makes so many pairs that a person should know before they are written. */
export const hasLargeThread = ({ largest }: PairTotals): boolean => (largest?.pairs ?? 0) >= manyOfOne;

/** What an export could not say, a sentence each. */
export const notSaidInWords = (notSaid: readonly NotSaid[]): readonly string[] =>
  notSaid.map(({ count, reason }) => `${wholeNumber(count)} ${reason}.`);
