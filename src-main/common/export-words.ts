import type { NotSaid, PairTotals } from '../contract/reports.ts';
import type { NoBundle } from '../contract/views.ts';
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

const trainOther =
  'for a training elsewhere train one deep or together on a text reader of the BERT family, and export that.';

/** Why a model has no bundle, and what to do for a training elsewhere, in a sentence. */
export const noBundleInWords: Readonly<Record<NoBundle, string>> = {
  quick: `A quick model learns in seconds, and its text reader stays as it is: ${trainOther}`,
  use: `It reads with Universal Sentence Encoder, which neither PyTorch nor transformers has: ${trainOther}`,
  blend: 'A blend is several models with their weights, and a training elsewhere goes on with one: export one of them.',
};
