/** How a question is chosen: what an answer on two comments would tell, by each of several ideas. */

/** Two comments that may be asked. */
export type Candidate = {
  /** Difference of their rewards, divided by the model's temperature. */
  readonly gap: number;
  /** How far that difference lies from the gap by other heads that the answers leave possible, drawn from the posterior. */
  readonly deviations: ArrayLike<number>;
};

/**
 * What an answer would tell of the model's weights, in bits: the mutual information of the two (BALD; Houlsby et al., Bayesian Active
 * Learning for Classification and Preference Learning, 2011), over draws from the posterior of the last layer.
 */
export function informationOf({ gap, deviations }: Candidate): number {
  const count = deviations.length;
  if (count === 0) return 0;
  let [mean, known] = [0, 0];
  for (let i = 0; i < count; i++) {
    const chance = sigmoid(gap + deviations[i]!);
    mean += chance / count;
    known += entropy(chance) / count;
  }
  return Math.max(0, entropy(mean) - known);
}

/** How unsure the model is of the answer, in bits: 1 where either is as likely. */
export function uncertaintyOf({ gap, deviations }: Candidate): number {
  const count = deviations.length;
  let mean = 0;
  for (let i = 0; i < count; i++) mean += sigmoid(gap + deviations[i]!) / count;
  return entropy(count === 0 ? sigmoid(gap) : mean);
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

function entropy(chance: number): number {
  if (chance <= 0 || chance >= 1) return 0;
  return -chance * Math.log2(chance) - (1 - chance) * Math.log2(1 - chance);
}
