/**
 * Normalised discounted cumulative gain of the first k places: linear gain, discount 1 / log2(1 + place), places from 1.
 * Items with equal scores share the mean of their gains, so the result is the expectation over all orders among them and
 * never depends on the order of arrival. The same as scikit-learn's ndcg_score for one sample.
 * @param gains how good each item truly is, 0 or more
 * @param scores what the items are ordered by, highest first; as long as `gains`, finite
 * @returns 0 to 1; 0 where no item has any gain
 */
export function ndcg(gains: readonly number[], scores: readonly number[], k: number = gains.length): number {
  const ideal = discountedGain(gains, gains, k);
  return ideal === 0 ? 0 : discountedGain(gains, scores, k) / ideal;
}

function discountedGain(gains: readonly number[], scores: readonly number[], k: number): number {
  const order = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const places = Math.min(k, order.length);
  let sum = 0;
  for (let from = 0; from < places; ) {
    let to = from;
    let gain = 0;
    let discount = 0;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) {
      gain += gains[order[to]!]!;
      if (to < k) discount += 1 / Math.log2(to + 2);
      to++;
    }
    sum += (gain / (to - from)) * discount;
    from = to;
  }
  return sum;
}

/**
 * Gains for n comments from their known order: n - 1 for the best, 0 for the last. Comments of equal rank have equal gains;
 * gaps in the ranks don't matter.
 * @param ranks 0 is best
 */
export function gainsOfRanks(ranks: readonly number[]): number[] {
  const better = new Map<number, number>();
  for (const [position, rank] of ranks.toSorted((a, b) => a - b).entries()) {
    if (!better.has(rank)) better.set(rank, position);
  }
  return ranks.map((rank) => ranks.length - 1 - better.get(rank)!);
}

/** Gains of the "custom" NDCG: 1 for the true best, 0 for all others. */
export function gainsOfBest(ranks: readonly number[]): number[] {
  const best = ranks.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return ranks.map((rank) => (rank === best ? 1 : 0));
}
