/**
 * One judged pair: the reward of the first minus that of the second, and the probability that the first is better (1, 0, or
 * .5 for a tie).
 */
export type JudgedPair = { readonly difference: number; readonly target: number };

/** How many of the pairs that have a better side were found right. An equal reward counts half. */
export function countRight(pairs: readonly JudgedPair[]): { readonly right: number; readonly of: number } {
  let right = 0;
  let of = 0;
  for (const { difference, target } of pairs) {
    if (target === 0.5) continue;
    of++;
    if (difference === 0) right += 0.5;
    else if (difference > 0 === target > 0.5) right++;
  }
  return { right, of };
}

/** The same, but an equal reward counts as right: the original recipe's `acc` (chosen >= rejected). */
export function countGreaterEqual(pairs: readonly JudgedPair[]): { readonly right: number; readonly of: number } {
  let right = 0;
  let of = 0;
  for (const { difference, target } of pairs) {
    if (target === 0.5) continue;
    of++;
    if (target > 0.5 ? difference >= 0 : difference <= 0) right++;
  }
  return { right, of };
}

/** Mean of -log sigmoid(difference), weighted by the target; ties count with both sides half. NaN where there are none. */
export function pairLoss(pairs: readonly JudgedPair[]): number {
  let sum = 0;
  for (const { difference, target } of pairs) {
    sum += target * softplus(-difference) + (1 - target) * softplus(difference);
  }
  return sum / pairs.length;
}

/** log(1 + e^x) without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
