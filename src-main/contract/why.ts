/** Why one comment of a post stands before another: which evidence speaks for which of the two. */
import type { NamedShare, RewardPart } from './engine.ts';

/** Kinds of evidence. Rewards that are sums have the first five; order is found only by leaving it out. */
export type Evidence = RewardPart | 'order';

/** What a kind of evidence adds to the difference, in the units of rewards: above 0 for the first comment, below 0 for the second. */
export type WhyPart = {
  readonly kind: Evidence;
  readonly share: number;
  /** What of it adds most, the largest first: features that are counted, or words. */
  readonly named: readonly NamedShare[];
};

export type WhyComment = {
  readonly id: number;
  readonly text: string;
  readonly reward: number;
  /** In the ranking that joins the model with people's answers, 0 is best. */
  readonly place: number;
};

/** A sentence of one of the two, with what the difference loses without it. */
type WhySentence = NamedShare & { readonly of: 'first' | 'second' };

/** What people's answers on the post add to the model's difference, in the units of rewards. */
export type WhyAnswers = {
  /** null where the post's ranking is the model's alone, since it has too many comments. */
  readonly share: number | null;
  /** Answers on the post. */
  readonly onPost: number;
  /** How many people said what of these two, each in all their answers. */
  readonly onBoth: Verdict;
};

/** Of two comments: how many people prefer the one, how many the other, and how many neither. */
export type Verdict = { readonly first: number; readonly second: number; readonly neither: number };

/** Two comments that people compared, and that differ as the two in question do. */
export type Precedent = {
  readonly post: number;
  readonly better: string;
  readonly worse: string;
  /** People who prefer the better one, the worse one, neither. */
  readonly people: Verdict;
  /**
   * Cosine of the difference of their vectors (better less worse) with that of the two (first less second): 1 is the same
   * difference and speaks for the first, -1 the opposite and speaks for the second.
   */
  readonly likeness: number;
};

export type Precedents = {
  /** The most alike, three at most. */
  readonly list: readonly Precedent[];
  /** Compared pairs that were looked at, those of the newest answers; and of these, how many without vectors of both comments. */
  readonly pairs: number;
  readonly unread: number;
  /** Whether there are older answers, which were not looked at. */
  readonly older: boolean;
  /** Whose vectors they are. */
  readonly encoder: string;
};

export type Why = {
  readonly model: string;
  readonly post: number;
  readonly first: WhyComment;
  readonly second: WhyComment;
  /** exact: the parts are what the reward is the sum of. left-out: each is what the difference loses without it; they need not add up. */
  readonly way: 'exact' | 'left-out';
  /** The reward of the first less that of the second. */
  readonly difference: number;
  readonly parts: readonly WhyPart[];
  /** Where evidence is left out: the sentences that matter most, the largest first. */
  readonly sentences: readonly WhySentence[];
  readonly answers: WhyAnswers;
  /** The chance that the first is better, model and answers joined; null where the ranking is the model's alone. */
  readonly chance: number | null;
  readonly precedents: Precedents;
};
