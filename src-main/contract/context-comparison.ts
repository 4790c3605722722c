/** Two reward models that differ in what they saw of the post, held against each other. */
import type { TrainingMethod } from './engine.ts';
import type { Estimate } from './evaluation.ts';
import type { Split } from './records.ts';
import type { AfterTraining } from './reports.ts';

/**
 * What models are compared by: the share of right pairs, sk_ndcg over the first 5 places of a post's comments, and sk_ndcg
 * over both places of a pair.
 */
export const comparedFigures = ['accuracy', 'groupedNdcg5', 'pairedNdcg2'] as const;
export type ComparedFigure = (typeof comparedFigures)[number];
export type ComparedFigures = Readonly<Record<ComparedFigure, Estimate>>;

/** Without: the model saw the title alone (the text where there is no title). With: title, text and context. */
export const contextVariants = ['without', 'with'] as const;
export type ContextVariant = (typeof contextVariants)[number];

export type Measured = { readonly run: number; readonly model: string; readonly figures: ComparedFigures };

/** What a comparison came to, each figure with its 95% interval over posts. */
export type ContextReport = {
  readonly comparison: number;
  readonly method: TrainingMethod;
  readonly split: Split;
  readonly posts: number;
  /** Posts of which one variant saw more than the other. */
  readonly differingPosts: number;
  /** Pairs with a better side. */
  readonly pairs: number;
  readonly with: Measured;
  readonly without: Measured;
  readonly baselines: { readonly random: ComparedFigures; readonly longer: ComparedFigures };
  /** With minus without, with an interval of its own by paired bootstrap. */
  readonly difference: ComparedFigures;
  readonly verdict: ContextVerdict;
  /** The same in words. */
  readonly says: string;
  readonly seconds: number;
};

/** A comparison, with what followed the training of the model that sees the post. */
export type ContextOutcome = ContextReport & AfterTraining;

/** A comparison as it stands. */
export type ContextComparison = {
  readonly id: number;
  readonly createdAt: string;
  readonly method: TrainingMethod;
  /** null until the training of that variant has begun. */
  readonly with: ComparedRun | null;
  readonly without: ComparedRun | null;
  /** null until both are trained and measured. */
  readonly report: ContextReport | null;
};
export type ComparedRun = { readonly run: number; readonly name: string; readonly done: boolean };

/** By accuracy: whether the difference lies beyond chance, and which way. 'unknown' where there was nothing to measure. */
export type ContextVerdict = 'helps' | 'hurts' | 'none' | 'unknown';
