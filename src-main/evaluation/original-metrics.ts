import type { AtK } from '../contract/evaluation.ts';
import { countGreaterEqual, countRight } from './accuracy.ts';
import { createMeans, type EvaluationGroup, judgedPairs, measureOrder, pairedOrder } from './figures.ts';

/** A group as far as these figures go. */
type Scored = Pick<EvaluationGroup, 'rewards' | 'ranks' | 'pairs'>;

/**
 * The figures that the original recipe logged at every look at validation, under its names. Those with nothing to measure are
 * left out.
 *
 * - `acc`, by its definition: the share of pairs with chosen >= rejected. A constant scorer has 1, which is why nothing is judged
 *   by it here: `Figures.accuracy` counts equal rewards half.
 * - `grouped/...`: per post, its ranked comments in their true order with the gains n - 1 to 0 (sk_ndcg), or 1 for the true best
 *   alone (custom_ndcg); mean over posts in which two comments are ranked differently.
 * - `paired/...`: the same on each pair, with the gains 1 and 0.
 *
 * Equal rewards share the mean of their places, as in scikit-learn's ndcg_score.
 */
export function originalMetrics(groups: readonly Scored[]): Record<string, number> {
  // Post by post: the pairs of all at once are a list many times as long as that of their comments.
  let [right, greaterEqual, of, ordered] = [0, 0, 0, false];
  const [sk, custom] = [createMeans(), createMeans()];
  for (const group of groups) {
    const pairs = judgedPairs(group, group.rewards);
    const counted = countRight(pairs);
    right += counted.right;
    of += counted.of;
    greaterEqual += countGreaterEqual(pairs).right;
    const order = measureOrder(group, group.rewards);
    if (!order) continue;
    ordered = true;
    sk.add(order.sk);
    custom.add(order.custom);
  }
  const metrics: Record<string, number> = of > 0 ? { acc: greaterEqual / of } : {};
  const put = (name: string, figures: AtK): void => {
    for (const [k, value] of Object.entries(figures)) metrics[`${name}/k=${k}`] = value;
  };
  if (ordered) {
    put('grouped/sk_ndcg', sk.means());
    put('grouped/custom_ndcg', custom.means());
  }
  if (of > 0) {
    // On two items both kinds are the same by definition.
    const paired = pairedOrder(right / of);
    put('paired/sk_ndcg', paired);
    put('paired/custom_ndcg', paired);
  }
  return metrics;
}
