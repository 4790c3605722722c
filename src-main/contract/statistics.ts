/** What the data and the answers look like, in numbers. */
import type { Finding, Section } from './figures.ts';
import type { AnswerOrigin, Split } from './records.ts';

export type Distribution = {
  readonly count: number;
  readonly mean: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  readonly highest: number;
};

export type TextStatistics = {
  readonly posts: number;
  readonly comments: number;
  readonly commentsPerPost: Distribution;
  readonly characters: Distribution;
  readonly words: Distribution;
  /** By place in the data, 0 is best. */
  readonly byRank: readonly {
    readonly rank: number;
    readonly comments: number;
    readonly meanCharacters: number;
    /** null where no comment of this rank has votes. */
    readonly meanVotes: number | null;
  }[];
};

/** `labels` are answers that count, by the name that the terminal prints. */
export type SplitCounts = { readonly posts: number; readonly comments: number; readonly labels: number };

export type AnnotatorCounts = {
  readonly annotator: string;
  readonly origin: AnswerOrigin;
  readonly labels: number;
  readonly ties: number;
  readonly revoked: number;
};

export type Agreement = {
  /** Pairs answered by two or more people. */
  readonly pairs: number;
  /** Share of these pairs on which all who answered said the same; null where there is no such pair. */
  readonly share: number | null;
  /** Krippendorff's alpha for nominal values: 1 is agreement, 0 is what chance gives; null where it is undefined. */
  readonly alpha: number | null;
};

/** How many posts, comments, answers that count, models and runs there are. */
export type Totals = Readonly<Record<'posts' | 'comments' | 'labels' | 'models' | 'runs', number>>;

/** All that can be said of the data and the answers in numbers. */
export type Statistics = {
  readonly totals: Totals;
  readonly splits: Readonly<Record<Split, SplitCounts>>;
  readonly texts: TextStatistics;
  readonly annotators: readonly AnnotatorCounts[];
  readonly agreement: Agreement;
};

/**
 * Equal classes of a histogram: counts[i] holds values from edges[i] up to, not including, edges[i + 1]. There is one edge
 * more than there are classes. The first class also takes all below it, the last one all above it.
 */
export type HistogramOf = { readonly edges: readonly number[]; readonly counts: readonly number[] };

/** Statistics with what the plots are made of. */
export type DataNumbers = Statistics & {
  readonly characters: HistogramOf;
  readonly commentsPerPost: HistogramOf;
  /** null where no comment has votes. */
  readonly votes: HistogramOf | null;
  /** Answers that count, by day (UTC, YYYY-MM-DD) and person. */
  readonly answersPerDay: readonly { readonly day: string; readonly annotator: string; readonly answers: number }[];
  /** Texts of posts (with their titles) that stand in the store more than once, the most frequent first; 20 at most. */
  readonly duplicatePosts: readonly { readonly excerpt: string; readonly times: number }[];
  readonly duplicateComments: readonly { readonly excerpt: string; readonly times: number }[];
  /** Number of posts, and of comments, whose text stands in the store more than once. */
  readonly duplicates: { readonly posts: number; readonly comments: number };
};

/** Statistics with the findings and plots that views and reports show. */
export type DataStatistics = DataNumbers & {
  readonly findings: readonly Finding[];
  readonly sections: readonly Section[];
};
