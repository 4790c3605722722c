import { answersPart } from '../analysis/answers.ts';
import { findingsOf } from '../analysis/findings.ts';
import { createPairsReader } from '../analysis/pairs.ts';
import { type Part, researchSection } from '../analysis/part.ts';
import { repeatsPart, titlePattern } from '../analysis/repeats.ts';
import { createSentimentReader } from '../analysis/sentiment.ts';
import { createTextsReader } from '../analysis/texts.ts';
import { createVotesReader } from '../analysis/votes.ts';
import { createWordingReader } from '../analysis/wording.ts';
import { randomFrom } from '../common/random.ts';
import { counted, wholeNumber } from '../common/words.ts';
import type { Figure } from '../contract/figures.ts';
import type { PostWithComments } from '../contract/records.ts';
import type { DataNumbers, DataStatistics, Statistics } from '../contract/statistics.ts';
import { describeTexts } from '../dataset/describe.ts';
import { agreementIntervals, agreementOf } from '../labeling/agreement.ts';
import {
  answersBesideVotes,
  answersPerDay,
  answerTimes,
  countsByAnnotator,
  countsBySplit,
  duplicateComments,
  duplicatePosts,
  recurringTitles,
  sharedAnswers,
  totals,
} from '../store/counts.ts';
import type { ReadingStore } from '../store/open.ts';
import { postsWithComments } from '../store/posts.ts';

/** All that can be said of the data and the answers in numbers. */
export function statisticsOf(store: ReadingStore): Statistics {
  return { ...countsOf(store), texts: describeTexts(postsWithComments(store)).texts };
}

const seed = 1;
/** Posts beyond this number are drawn by chance where all would take too long: about 100,000 comments. */
const postsRead = 20_000;
/** The same for sentiment, which takes a tenth of a millisecond for a comment. */
const postsFelt = 5000;

/** The same with the plots. @param onProgress hears how many of the posts were read */
export function dataStatisticsOf(
  store: ReadingStore,
  onProgress: (done: number, total: number) => void,
): DataStatistics {
  const counts = countsOf(store);
  const all = counts.totals.posts;
  const readers = {
    texts: createTextsReader(seed),
    votes: createVotesReader(seed),
    pairs: createPairsReader(seed),
    sentiment: createSentimentReader(seed),
    wording: createWordingReader(seed),
  };
  const [some, few] = [drawing(all, postsRead), drawing(all, postsFelt)];
  const read = (post: PostWithComments): void => {
    readers.texts.read(post);
    if (some.draw()) {
      readers.votes.read(post);
      readers.pairs.read(post);
      readers.wording.read(post);
    }
    if (few.draw()) readers.sentiment.read(post);
  };
  const described = describeTexts(watched(postsWithComments(store), read, (done) => onProgress(done, all)));
  const posts = duplicatePosts(store);
  const comments = duplicateComments(store);
  const titles = recurringTitles(store, titlePattern);
  const numbers: DataNumbers = {
    ...counts,
    ...described,
    answersPerDay: answersPerDay(store),
    duplicatePosts: posts.top,
    duplicateComments: comments.top,
    duplicates: { posts: posts.all, comments: comments.all },
  };
  const times = Map.groupBy(answerTimes(store), ({ annotator }) => annotator);
  const pairs = { length: some.toldOf(readers.pairs.length()), votes: readers.pairs.votes() };
  const parts: readonly Part[] = [
    readers.texts.part(numbers, pairs.length),
    some.told(readers.votes.part(numbers.votes, pairs.votes)),
    few.told(readers.sentiment.part()),
    some.told(readers.wording.part()),
    answersPart(numbers, {
      times: new Map([...times].map(([name, answers]) => [name, answers.map(({ durationMs }) => durationMs)])),
      intervals: agreementIntervals(sharedAnswers(store), seed),
      besideVotes: answersBesideVotes(store),
      seed,
    }),
    repeatsPart({ ...titles, titles: titles.texts, posts: titles.all }, numbers),
  ];
  return {
    ...numbers,
    findings: findingsOf(parts.flatMap((part) => part.findings ?? [])),
    sections: [...parts.map(({ section }) => section), researchSection(parts)],
  };
}

/** Draws about so many of all posts by chance, all where there are no more, and says so in the sentences of what was made of them. */
function drawing(all: number, most: number) {
  const random = randomFrom(seed);
  let drawn = 0;
  return {
    draw: (): boolean => {
      if (all > most && random() >= most / all) return false;
      drawn += 1;
      return true;
    },
    told: (part: Part): Part => ({
      ...part,
      section: { ...part.section, figures: part.section.figures.map(sampled) },
      research: (part.research ?? []).map(sampled),
    }),
    toldOf: <T extends { readonly figure: Figure }>(found: readonly T[]): readonly T[] =>
      found.map((one) => ({ ...one, figure: sampled(one.figure) })),
  };
  function sampled(figure: Figure): Figure {
    if (drawn >= all) return figure;
    return {
      ...figure,
      says: `${figure.says} This rests on ${counted(drawn, 'post')} of ${wholeNumber(all)}, drawn by chance.`,
    };
  }
}

function countsOf(store: ReadingStore): Omit<Statistics, 'texts'> {
  return {
    totals: totals(store),
    splits: countsBySplit(store),
    annotators: countsByAnnotator(store),
    agreement: agreementOf(sharedAnswers(store)),
  };
}

function* watched(
  posts: Iterable<PostWithComments>,
  read: (post: PostWithComments) => void,
  onRead: (done: number) => void,
): Generator<PostWithComments, void, void> {
  let done = 0;
  for (const post of posts) {
    read(post);
    yield post;
    done += 1;
    if (done % 100 === 0) onRead(done);
  }
}
