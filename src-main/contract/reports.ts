/** What long work comes to. */
import type { TrainResult } from './engine.ts';
import type { Comment } from './records.ts';

export type ImportSummary = {
  readonly posts: number;
  readonly comments: number;
  readonly labels: number;
  /** The first of the rows that were left out; `file` is there where there is more than one file. */
  readonly skipped: readonly { readonly file?: string; readonly line: number; readonly reason: string }[];
  readonly skippedCount: number;
  /** Rows that look as if they need the option for HTML. */
  readonly looksLikeHtml: number;
  /** Posts that went where the rest of their group already is, and not where they were asked to go. */
  readonly keptWithGroup: number;
  readonly seconds: number;
};

export type TrainReport = TrainResult & {
  readonly model: string;
  readonly run: number;
};

/** A comment in its place: 0 is best; reward and position are null where the model has not seen it. */
export type RankedComment = Comment & { readonly reward: number | null; readonly position: number | null };

type RankedPost = {
  readonly id: number;
  readonly key: string;
  readonly title: string | null;
  readonly text: string;
  readonly split: string;
  readonly comments: readonly RankedComment[];
};

export type Ranking = {
  readonly model: string;
  /** How many comments had no reward from this model yet. */
  readonly scored: number;
  readonly posts: readonly RankedPost[];
};

/** rows: posts (cupit), comments (csv), pairs or labels. */
export type ExportReport = { readonly file: string; readonly rows: number; readonly seconds: number };
export type ExportSummary = ExportReport & { readonly format: string; readonly model: string | null };
