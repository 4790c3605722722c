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

/** The pairs on which a model was about so sure of its choice. */
export type ReliabilityBin = {
  /** Between which two confidences, .5 to 1. */
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
  /** Mean of the confidence, and share of the choices that were right. */
  readonly confidence: number;
  readonly right: number;
  readonly interval: Interval;
};

/** Whether "80% sure" is right 80% of the time. */
export type Reliability = {
  /** Rewards are divided by it before they say how sure the model is: learned on the validation split. */
  readonly temperature: number;
  /** Expected calibration error with it. */
  readonly error: number;
  readonly interval: Interval;
  /** Those that have pairs, the least sure first. */
  readonly bins: readonly ReliabilityBin[];
};

/** The pairs whose comments are about so many votes apart. */
export type GapFigure = {
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
  readonly accuracy: number;
  readonly interval: Interval;
};

export type Baselines = { readonly random: Figures; readonly longer: Figures };

export type Evaluation = Figures & {
  /** Number of pairs, labelled ties included. */
  readonly pairs: number;
  readonly groups: number;
  /** Mean of -log sigmoid(reward difference) over all pairs; a labelled tie is a half for each side. */
  readonly loss: number;
  readonly calibration: Calibration;
  /** Missing in older reports, as is the next. */
  readonly reliability?: Reliability;
  /** Accuracy by the distance of votes; empty where too few pairs have votes. */
  readonly byGap?: readonly GapFigure[];
  readonly baselines: Baselines;
};

/** What calibrating a model came to. */
export type CalibrationReport = {
  readonly model: string;
  readonly temperature: number;
  /** Pairs of the validation split that it was learned on; 0 where there are none, and nothing was kept. */
  readonly pairs: number;
  /** On pairs that it was not learned on, where there are such: on the test split. */
  readonly evaluation: EvaluationReport | null;
};

/** The reward model before another one, measured together with it on the same pairs. */
export type MeasuredBefore = Figures & {
  readonly id: number;
  readonly model: string;
  /** Accuracy of the newer one minus that of this one. */
  readonly difference: { readonly accuracy: number; readonly interval: Interval };
};

export type EvaluationReport = Evaluation & {
  readonly model: string;
  /** Pairs on which people's answers say what is right; votes do on the others. Missing in older reports, and of files. */
  readonly answered?: number;
  /** Names the pairs: figures of two reports compare where it is the same. Missing in older reports, and of files. */
  readonly on?: string;
  /** Missing where there was none, or where it could not be measured. */
  readonly before?: MeasuredBefore;
  /** The split, or the file. */
  readonly data: string;
  /** Rows of a file that were left out. */
  readonly skipped: readonly { readonly line: number; readonly reason: string }[];
  readonly seconds: number;
};

/** What so many more answers are likely to bring, from how a training's accuracy has grown so far. */
export type MoreAnswers = {
  /** Pairs that the training learned from: people's answers, and votes where it learned from those. */
  readonly pairs: number;
  /** Pairs with a better side that were held out in turn, by which the growth was measured. */
  readonly judged: number;
  /** Share of them found right after so many pairs. */
  readonly curve: readonly { readonly pairs: number; readonly accuracy: number }[];
  /** How many more are meant. */
  readonly answers: number;
  /** null where too few pairs could be held out to tell. */
  readonly gain: MoreAccuracy | null;
};

/** By how much the share of pairs that is right changes: .01 is a point. */
export type MoreAccuracy = {
  /** On average over which answers come. */
  readonly mean: number;
  /** Where that average lies in 80 of 100 cases. */
  readonly average: Interval;
  /** Where the change lies that one training with so many more shows, in 80 of 100 cases: it goes up or down by chance as well. */
  readonly interval: Interval;
};
