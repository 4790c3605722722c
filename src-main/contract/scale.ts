/** How people answer, whatever the comments are. */
export type Habits = {
  /** Davidson's nu: how readily they call it a tie; 0 is never. */
  readonly ties: number;
  /** How far the left side is preferred, in worth; 0 is not at all. */
  readonly side: number;
};

/** How far the calibrated rewards of a model can be believed where people answer, and how people answer. */
export type Scale = Habits & {
  /** Deviation of the true worths around those that the model believes in. */
  readonly width: number;
  /**
   * The share of votes among the pairs that the rewards were calibrated on, 0 to 1. What votes of many say is the truth; what one
   * person answers is the truth with that person's noise.
   */
  readonly votes: number;
};
