import type { PostWithComments } from './contract/records.ts';
import type { DataStatistics, Statistics } from './contract/statistics.ts';
import { describeTexts } from './dataset/statistics.ts';
import { agreementOf } from './labeling/agreement.ts';
import type { Store } from './store/open.ts';
import { postsWithComments } from './store/posts.ts';
import {
  countsByAnnotator,
  countsBySplit,
  duplicateComments,
  duplicatePosts,
  labelsPerDay,
  sharedAnswers,
  totals,
} from './store/statistics.ts';

/** All that can be said of the data and the labels in numbers. */
export function statisticsOf(store: Store): Statistics {
  return { ...countsOf(store), texts: describeTexts(postsWithComments(store)).texts };
}

/** The same with what the plots show. @param onProgress hears how many of the posts were read */
export function dataStatisticsOf(store: Store, onProgress: (done: number, total: number) => void): DataStatistics {
  const counts = countsOf(store);
  const posts = duplicatePosts(store);
  const comments = duplicateComments(store);
  return {
    ...counts,
    ...describeTexts(watched(postsWithComments(store), (done) => onProgress(done, counts.totals.posts))),
    labelsPerDay: labelsPerDay(store),
    duplicatePosts: posts.top,
    duplicateComments: comments.top,
    duplicates: { posts: posts.all, comments: comments.all },
  };
}

function countsOf(store: Store): Omit<Statistics, 'texts'> {
  return {
    totals: totals(store),
    splits: countsBySplit(store),
    annotators: countsByAnnotator(store),
    agreement: agreementOf(sharedAnswers(store)),
  };
}

function* watched(
  posts: Iterable<PostWithComments>,
  onRead: (done: number) => void,
): Generator<PostWithComments, void, void> {
  let done = 0;
  for (const post of posts) {
    yield post;
    done += 1;
    if (done % 500 === 0) onRead(done);
  }
}
