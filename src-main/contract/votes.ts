/** How votes become preferences in a training, and what that does. */
import type { TimeUse, VotesUse } from './calls.ts';
import type { Estimate } from './evaluation.ts';

/** What a person chooses of it. */
export type VotesChoice = {
  /** A difference of votes below it is no preference; 0 lets all count. */
  readonly margin: number;
  readonly votes: VotesUse;
  readonly time: TimeUse;
};

/** What the time does to votes. */
export type TimeEffect = {
  /** How the logarithm of votes changes with that of the minutes since the post; 0 where there is nothing to see it by. */
  readonly slope: number;
  /** How many lists and comments show it: those with votes and different times. */
  readonly lists: number;
  readonly comments: number;
};

/** What became of the pairs that a training would have learned from, with votes as they are. */
export type PairChanges = {
  readonly plain: number;
  /** They make no pair any more. */
  readonly dropped: number;
  /** The other comment is the better one now. */
  readonly turned: number;
  /** The same comment is the better one, but less than certainly. */
  readonly softened: number;
};

/** Two quick trainings, with the choice and with votes as they are, on the same pairs of the validation split. */
export type VotesMeasured = {
  /** Pairs with a better side. */
  readonly pairs: number;
  /** Share of right pairs, with a 95% interval over posts. */
  readonly with: Estimate;
  readonly without: Estimate;
  /** with minus without, both measured on the same draws of posts. */
  readonly difference: Estimate;
};

/** What a training made of votes, where it didn't take them as they are. */
export type VotesReport = VotesChoice & {
  /** null where it was not regressed out. */
  readonly effect: TimeEffect | null;
  readonly changes: PairChanges;
  /** null where nothing was trained to compare it with: only a quick training takes no time. */
  readonly measured: VotesMeasured | null;
};
