import type { Statistics } from './contract/statistics.ts';
import { describePosts } from './dataset/statistics.ts';
import { agreementOf } from './labeling/agreement.ts';
import type { Store } from './store/open.ts';
import { postsWithComments } from './store/posts.ts';
import { countsByAnnotator, countsBySplit, sharedAnswers, totals } from './store/statistics.ts';

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
