/** What a training for the best comes to: models of several ways, and a blend of them. */

/**
 * The ways that a training for the best tries, in their order: quick first, so that a ranking stands at once; then an encoder that
 * reads the comment alone, which learns most in a minute; one that reads post and comment apart; and one that reads them together.
 */
export const bestMethods = ['quick', 'alone', 'deep', 'together'] as const;
export type BestMethod = (typeof bestMethods)[number];

/** Minutes that a training for the best may take where nothing else is said. */
export const usualMinutes = 5;

/** So sure must it be that the blend is better than the quick model, by its loss or by its accuracy, for it to rank. */
export const sureEnough = 0.8;

/** A model that went into it. */
export type BestPart = {
  readonly method: BestMethod;
  readonly run: number;
  readonly model: string;
  /** Its share in the blend, all together 1: by how much it decides between two comments. */
  readonly share: number;
};

export type BestReport = {
  readonly parts: readonly BestPart[];
  /** Ways that were left out, with the reason in a sentence. */
  readonly leftOut: readonly { readonly method: BestMethod; readonly why: string }[];
  /** How the blend did beside the quick model, on pairs of the validation split that it did not learn its weights from; null without a blend. */
  readonly blend: {
    readonly pairs: number;
    /** Whether training posts were held out for it, since the validation split has too few pairs; absent: they were not. */
    readonly heldOut?: boolean;
    readonly accuracy: number;
    readonly accuracyOfQuick: number;
    /** Mean loss of a pair. */
    readonly loss: number;
    readonly lossOfQuick: number;
    /** How sure it is that the blend is better, by its loss and by its accuracy: shares of drawn samples of the posts, from 0 to 1. */
    readonly surenessByLoss: number;
    readonly surenessByAccuracy: number;
  } | null;
  /** What ranks from now on, unless a person chose: the blend only where it is better by more than chance. */
  readonly chosen: 'blend' | 'quick';
};
