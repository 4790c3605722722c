/** How good a model is, in numbers. */

/** Lower and upper end; NaN where there is nothing to draw from. */
export type Interval = readonly [low: number, high: number];

/** A figure with its 95% interval. */
export type Estimate = { readonly value: number; readonly interval: Interval };

export type AtK = Readonly<Record<'1' | '2' | '3' | '4' | '5', number>>;
type NdcgFigures = { readonly sk_ndcg: AtK; readonly custom_ndcg: AtK };

/** How well scores order comments. A figure with nothing to measure is NaN, which JSON writes as null. */
export type Figures = {
  /** Share of pairs with a better side that were found right; equal rewards count half. */
  readonly accuracy: number;
  /** The original recipe's accuracy: equal rewards count as right. */
  readonly acc: number;
  readonly accuracyInterval: Interval;
  /** Mean NDCG over whole groups of any size. */
  readonly ndcg: number;
  readonly ndcgInterval: Interval;
  /** Mean over groups, for the first k places. */
  readonly grouped: NdcgFigures;
  /** Mean over pairs with a better side. On two items both kinds are the same by definition. */
  readonly paired: NdcgFigures;
};

export type Calibration = {
  /**
   * Expected calibration error, 0 to 1: how far the model's confidence in its choices lies from the share that is right,
   * averaged over ten bins of confidence. NaN where there are no pairs.
   */
  readonly error: number;
  /** Rewards divided by this have the lowest loss on these pairs; above 1 the model is too sure. From .01 to 100. */
  readonly temperature: number;
};

export type Baselines = { readonly random: Figures; readonly longer: Figures };

export type Evaluation = Figures & {
  /** Number of pairs, labelled ties included. */
  readonly pairs: number;
  readonly groups: number;
  /** Mean of -log sigmoid(reward difference) over all pairs; a labelled tie is a half for each side. */
  readonly loss: number;
  readonly calibration: Calibration;
  readonly baselines: Baselines;
};

export type EvaluationReport = Evaluation & {
  readonly model: string;
  /** The split, or the file. */
  readonly data: string;
  /** Rows of a file that were left out. */
  readonly skipped: readonly { readonly line: number; readonly reason: string }[];
  readonly seconds: number;
};
