import type { PostWithComments } from '../contract/records.ts';
import type { DataNumbers, Distribution, TextStatistics } from '../contract/statistics.ts';
import { histogramOfCounts } from './histogram.ts';

type RankSums = { comments: number; characters: number; votes: number; voted: number };

/** The figures of the texts, and the histograms beside them. */
export type TextDescription = { readonly texts: TextStatistics } & Pick<
  DataNumbers,
  'characters' | 'commentsPerPost' | 'votes'
>;

const ranksShown = 20;

/** Describes posts and their comments in one pass. Values are counted: what is kept grows with how many different ones there are, not with the comments. */
export function describeTexts(posts: Iterable<PostWithComments>): TextDescription {
  const perPost = new Map<number, number>();
  const characters = new Map<number, number>();
  const words = new Map<number, number>();
  const ranks = new Map<number, RankSums>();
  const allVotes = new Map<number, number>();
  for (const post of posts) {
    count(perPost, post.comments.length);
    for (const { text, rank, votes } of post.comments) {
      count(characters, text.length);
      count(words, wordsIn(text));
      if (votes !== null) count(allVotes, votes);
      if (rank === null || rank >= ranksShown) continue;
      const sums = ranks.get(rank) ?? { comments: 0, characters: 0, votes: 0, voted: 0 };
      sums.comments += 1;
      sums.characters += text.length;
      sums.votes += votes ?? 0;
      sums.voted += votes === null ? 0 : 1;
      ranks.set(rank, sums);
    }
  }
  const commentsPerPost = distribution(perPost);
  const lengths = distribution(characters);
  const texts = {
    posts: commentsPerPost.count,
    comments: lengths.count,
    commentsPerPost,
    characters: lengths,
    words: distribution(words),
    byRank: [...ranks]
      .toSorted(([a], [b]) => a - b)
      .map(([rank, sums]) => ({
        rank,
        comments: sums.comments,
        meanCharacters: sums.characters / sums.comments,
        meanVotes: sums.voted === 0 ? null : sums.votes / sums.voted,
      })),
  };
  return {
    texts,
    characters: histogramOfCounts(characters),
    commentsPerPost: histogramOfCounts(perPost),
    votes: allVotes.size === 0 ? null : histogramOfCounts(allVotes),
  };
}

/** Pieces between white space. */
function wordsIn(text: string): number {
  return text.match(/\S+/gu)?.length ?? 0;
}

function count(histogram: Map<number, number>, value: number): void {
  histogram.set(value, (histogram.get(value) ?? 0) + 1);
}

/** Mean and quantiles (linear between neighbours, as most programs do) of counted values; all 0 where there is none. */
export function distribution(histogram: ReadonlyMap<number, number>): Distribution {
  const entries = [...histogram].toSorted(([a], [b]) => a - b);
  const total = entries.reduce((sum, [, times]) => sum + times, 0);
  if (total === 0) return { count: 0, mean: 0, lowerQuartile: 0, median: 0, upperQuartile: 0, highest: 0 };
  const at = (place: number): number => {
    let passed = 0;
    for (const [value, times] of entries) {
      passed += times;
      if (place < passed) return value;
    }
    return entries.at(-1)![0];
  };
  const quantile = (share: number): number => {
    const place = share * (total - 1);
    const below = at(Math.floor(place));
    return below + (at(Math.ceil(place)) - below) * (place - Math.floor(place));
  };
  return {
    count: total,
    mean: entries.reduce((sum, [value, times]) => sum + value * times, 0) / total,
    lowerQuartile: quantile(0.25),
    median: quantile(0.5),
    upperQuartile: quantile(0.75),
    highest: entries.at(-1)![0],
  };
}
