/** What long work comes to. */
import type { BestReport } from './best.ts';
import type { FileFormat, ModelFormat, RunFormat } from './calls.ts';
import type { DriftNotice } from './drift.ts';
import type { ModelMethod, TrainResult } from './engine.ts';
import type { EvaluationReport, Interval, MoreAnswers } from './evaluation.ts';
import type { FoundReading, Noun, ReadingCounts } from './reading.ts';
import type { Comment, CurationKind, ModelKind } from './records.ts';
import type { VotesReport } from './votes.ts';

/** Texts in a language that an encoder does not read. Said once. */
export type ForeignNotice = {
  /** What the encoder is called. */
  readonly encoder: string;
  /** Share of such texts among those that are long enough to tell. */
  readonly share: number;
  /** Pieces that its vocabulary cuts a word of them into; about 1.1 where it reads them. */
  readonly piecesPerWord: number;
  /** Share of their words that have a part of which it knows nothing. */
  readonly unknown: number;
  /** The script of most of their letters, where that is not Latin. */
  readonly script: string | null;
  /** What the multilingual encoder is called here that was fetched already; null where it has to be. */
  readonly multilingual: string | null;
};

/** What imports brought, what they read, and everything that did not come in as it stands in the files. */
export type ImportSummary = ReadingCounts & {
  /** What is new. */
  readonly posts: number;
  readonly comments: number;
  readonly labels: number;
  /** Contexts given to posts that were there already. */
  readonly contexts: number;
  /** Rewards that were computed elsewhere, given to comments that were there already. */
  readonly rewards: number;
  /** Comments that were there, and whose votes or places are newer now. */
  readonly updated: number;
  /** Posts whose text came, where only their comments were there. */
  readonly filled: number;
  /** Posts that came without their text. */
  readonly textless: number;
  /** Contexts whose id, or text of a post, no post has. They are among what was left out. */
  readonly unmatched: number;
  /** Contexts for a text that more than one post has; the same. */
  readonly ambiguous: number;
  /** Posts that have another context already: it stays. */
  readonly contextsKept: number;
  /** The first of what was left out, one by one; `file` is there where there is more than one file. */
  readonly skipped: readonly {
    readonly file?: string;
    readonly line: number;
    readonly of: Noun;
    readonly reason: string;
    readonly text: string;
  }[];
  readonly skippedCount: number;
  /** Rows that look as if they need the option for HTML. */
  readonly looksLikeHtml: number;
  /** Posts that went where the rest of their group already is, and not where they were asked to go. */
  readonly keptWithGroup: number;
  readonly seconds: number;
  /** Files that could not be brought in, and why; the others came in. Absent where there are none. */
  readonly failed?: readonly { readonly file: string; readonly message: string }[];
  /** What a folder holds and was left alone, and why. Absent where there is nothing. */
  readonly leftAlone?: readonly { readonly file: string; readonly why: string }[];
  /** Where much of what came is in a language that the encoder does not read, and that was not said before. */
  readonly foreign?: ForeignNotice;
  /** Imports that are unlike what the model in use learned from. Absent where none is. */
  readonly drift?: DriftNotice;
  /** What was not fetched of an address, in whole sentences. Absent where all was. */
  readonly notFetched?: readonly string[];
  /** What each file was read as. */
  readonly readings: readonly {
    readonly file: string;
    readonly found: FoundReading;
    /** Whether it was read as was said of an earlier file that looked the same. */
    readonly remembered?: true;
  }[];
};

/** How one way to rank did on the validation split, on the same pairs as the others. */
export type Candidate = {
  /** 'longer': the longer comment wins, without any model. */
  readonly method: 'longer' | ModelMethod;
  /** The newest model of this method; null for 'longer'. */
  readonly model: { readonly id: number; readonly name: string } | null;
  /** Share of right pairs, with a 95% interval over posts. */
  readonly accuracy: number;
  readonly interval: Interval;
  /**
   * Accuracy of the best model minus this one's, with a 95% interval over posts; null for the best itself. The difference is
   * clear where the interval lies above 0.
   */
  readonly behind: { readonly accuracy: number; readonly interval: Interval } | null;
};

/** What there is to rank with after a training, the most accurate on validation first. */
export type Candidates = {
  /** Pairs of the validation split with a better side. */
  readonly pairs: number;
  readonly list: readonly Candidate[];
  /** The number of the model that ranks from now on, unless a person chose another. */
  readonly best: number;
};

/** What is kept of a training. */
export type TrainReport = TrainResult & {
  readonly model: string;
  readonly run: number;
  /** Absent where validation has no pairs with a better side, and where models were not compared. */
  readonly candidates?: Candidates;
  /** Absent where votes were taken as they are. */
  readonly votes?: VotesReport;
  /** Of a training for the best. */
  readonly best?: BestReport;
  /** Where much of what it learned from is in a language that its encoder does not read, and that was not said before. */
  readonly foreign?: ForeignNotice;
  /** What more answers would bring, where a quick training was followed by looking ahead. */
  readonly more?: MoreAnswers;
};

/** What became of a table of a damaged database. */
export type RecoveredTable = {
  readonly table: string;
  /** Rows that could be read. */
  readonly read: number;
  /** Rows that came from a backup, in the place of some that could not. */
  readonly fromBackup: number;
  /** Rows that are there now: without those that pointed to what is lost. */
  readonly kept: number;
  /** Whether something of it could not be read. */
  readonly broken: boolean;
};

/** A new database in the place of a damaged one. */
export type Recovery = {
  readonly home: string;
  /** What was wrong with the damaged one. */
  readonly problems: readonly string[];
  readonly tables: readonly RecoveredTable[];
  /** The backup that gave what could not be read: a file, or the name of an automatic one; null where there was none. */
  readonly backup: string | null;
  /** The folder that the damaged one was put into. */
  readonly aside: string;
};

/** The reward model that ranks where none is named. */
export type ModelInUse = {
  readonly name: string;
  /** chosen: by a person; best: of those that the newest one's training compared on validation; newest: of all. */
  readonly why: 'chosen' | 'best' | 'newest';
};

/** What follows a training: its model beside the others, its figures, and the rewards of all comments. */
export type AfterTraining = {
  /** null where validation has no pairs with a better side, for language models, and where it did not come to that. */
  readonly candidates: Candidates | null;
  /** On the test split, or on validation where that has no pairs; null where neither has, and as above. */
  readonly evaluation: EvaluationReport | null;
  /** What it made of votes; absent where they were taken as they are. */
  readonly votes?: VotesReport;
  /** Comments that the model has given a reward; of a training for the best, those of the model that it chose. */
  readonly scored: number;
  /** As in TrainReport. */
  readonly more?: MoreAnswers;
  /** From now on; null without any reward model. */
  readonly modelInUse: ModelInUse | null;
  /** It was cancelled in between. The model is kept, and the rest is made up for when it is needed. */
  readonly cutShort: boolean;
};

/** A training with what followed it. */
export type TrainOutcome = Omit<TrainReport, 'candidates'> & AfterTraining;

/** A comment in its place: 0 is best; reward and position are null where the model has not seen it. */
export type RankedComment = Comment & { readonly reward: number | null; readonly position: number | null };

/** A comment in its place once people's answers are joined with the model's rewards. */
export type JoinedComment = RankedComment & {
  /** Worth, and the interval that holds it in 90 of 100 cases, in the units of answers; null where that isn't known. */
  readonly worth: number | null;
  readonly interval: readonly [low: number, high: number] | null;
  /** Between which places it is in 90 of 100 cases, 0 is best. */
  readonly places: readonly [best: number, worst: number] | null;
  /** Answers on it that count. */
  readonly answers: number;
  /** The chance that it is better than the next one; null for the last, and where that isn't known. */
  readonly beatsNext: number | null;
  /** What a person said of its place, which is told apart from it; null for nothing. */
  readonly byHand: CurationKind | null;
};

export type RankedPost = {
  readonly id: number;
  readonly key: string;
  readonly title: string | null;
  readonly text: string;
  readonly split: string;
  /** The share of all its pairs that this order is expected to put right; null where that isn't known. */
  readonly right: number | null;
  readonly comments: readonly JoinedComment[];
};

/** The two comments of a post on which one more answer of the person would tell most, and how much, in bits. */
export type PostQuestion = {
  readonly post: number;
  readonly one: number;
  readonly other: number;
  readonly bits: number;
};

export type Ranking = {
  readonly model: string;
  /** How many comments had no reward from this model yet. */
  readonly scored: number;
  readonly posts: readonly RankedPost[];
  /** Where posts were asked for on which one more answer would tell most: the posts are these, the most telling first. */
  readonly questions?: readonly PostQuestion[];
};

/** The same of all posts, as they are asked for. */
export type RankingOfAll = Omit<Ranking, 'posts' | 'questions'> & {
  /** How many posts there are. */
  readonly count: number;
  readonly posts: AsyncIterable<RankedPost>;
};

/** A comment that was pinned, excluded, or neither of that (null), and what it was before. */
export type CuratedComment = {
  readonly comment: number;
  readonly post: number;
  readonly kind: CurationKind | null;
  readonly before: CurationKind | null;
};

/** What an export could not say as it stands in the store. */
export type NotSaid = {
  /** A short name that stays the same, such as 'tie'. */
  readonly kind: string;
  readonly count: number;
  /** What it is, in words that follow the count: 'pairs were left out: neither side is better'. */
  readonly reason: string;
};

/** How many pairs a file of pairs has, and the post that has the most of them. */
export type PairTotals = {
  readonly pairs: number;
  readonly posts: number;
  /** null where there are no pairs. */
  readonly largest: { readonly post: string; readonly comments: number; readonly pairs: number } | null;
  /** False where counting was cut short: there are more pairs. */
  readonly whole: boolean;
};

/** rows: posts (cupit), comments (csv, xlsx, parquet), pairs, answers, tasks or records. */
export type ExportReport = {
  readonly file: string;
  readonly rows: number;
  readonly notSaid: readonly NotSaid[];
  readonly seconds: number;
};
export type ExportSummary = ExportReport & { readonly format: FileFormat; readonly model: string | null };

/** A model that was brought in. */
export type ModelReport = {
  readonly model: string;
  readonly kind: ModelKind;
  readonly parameters: number;
  /** A sentence on what was taken for granted, where something was. */
  readonly note: string | null;
};
/** Runs that were written for other programs. */
export type RunsExport = { readonly file: string; readonly runs: number; readonly format: RunFormat };

/** A report on runs that was written as a file. */
export type RunsReport = { readonly file: string; readonly runs: number; readonly bytes: number };

/** A model that was written elsewhere: where, and its files. */
export type ModelExportReport = {
  readonly model: string;
  readonly as: ModelFormat;
  /** Absolute. */
  readonly out: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly seconds: number;
};
