import type { Split } from './contract/records.ts';
import { describePosts, type TextStatistics } from './dataset/statistics.ts';
import { type Agreement, agreementOf } from './labeling/agreement.ts';
import type { Store } from './store/open.ts';
import { postsWithComments } from './store/posts.ts';
import {
  type AnnotatorCounts,
  countsByAnnotator,
  countsBySplit,
  type SplitCounts,
  sharedAnswers,
  totals,
} from './store/statistics.ts';

export type Statistics = {
  readonly totals: ReturnType<typeof totals>;
  readonly splits: Readonly<Record<Split, SplitCounts>>;
  readonly texts: TextStatistics;
  readonly annotators: readonly AnnotatorCounts[];
  readonly agreement: Agreement;
};

/** All that can be said of the data and the labels in numbers. */
export function statisticsOf(store: Store): Statistics {
  return {
    totals: totals(store),
    splits: countsBySplit(store),
    texts: describePosts(postsWithComments(store)),
    annotators: countsByAnnotator(store),
    agreement: agreementOf(sharedAnswers(store)),
  };
}
