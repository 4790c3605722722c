/** How the comments of an import compare with those that a model learned from. */
import type { Interval } from './evaluation.ts';

/** How often one of some is larger than one of others, half of the times that they are equal with them: .5 where they are alike. */
export type Superiority = { readonly value: number; readonly interval: Interval };

export type DriftKind = 'length' | 'language' | 'meaning';

export type DriftReport = {
  /** Number of the import. */
  readonly import: number;
  readonly file: string;
  /** Comments of it, and of those that the model learned from, that were looked at: drawn by chance where there are many. */
  readonly comments: number;
  readonly learned: number;
  /** How often a comment of the import has more words than one that the model learned from, and the medians of both. */
  readonly length: Superiority & { readonly words: number; readonly learnedWords: number };
  /** Share of texts in a language or a script that is rare in what the model learned from; null where too few are long enough to tell. */
  readonly language: {
    readonly share: number;
    readonly interval: Interval;
    readonly learnedShare: number;
    /** Most of them: a script, or in Latin letters whether they are in English; null without any. */
    readonly most: string | null;
  } | null;
  /**
   * How often a comment of the import lies further from the nearest ones that the model learned from than one of these from the nearest others.
   * further: the share that lies further from them than half of these do. null where too few vectors are kept.
   */
  readonly meaning: (Superiority & { readonly further: number; readonly encoder: string }) | null;
  /** In what they differ by so much that it should be known. */
  readonly differs: readonly DriftKind[];
};

export type ModelDrift = {
  /** null without a reward model. */
  readonly model: string | null;
  /** Whether it is known what the model learned from: it is not where it was trained elsewhere. */
  readonly known: boolean;
  /** Of imports that it learned nothing from, the newest first: the last ones, with enough comments to tell. */
  readonly reports: readonly DriftReport[];
};

/** Imports that are unlike what the model in use learned from, found when they came. */
export type DriftNotice = { readonly model: string; readonly reports: readonly DriftReport[] };
