/** How evenly amounts are spread: the share of all that the largest hold. Amounts are 0 or more. */

/**
 * The shares held by as many equal slices, the largest amounts first. A slice that begins or ends within an amount gets that
 * part of it. @param sorted amounts in descending order, not all 0
 */
export function sharesOfSlices(sorted: ArrayLike<number>, slices: number): readonly number[] {
  const cumulated = new Float64Array(sorted.length + 1);
  for (let i = 0; i < sorted.length; i++) cumulated[i + 1] = cumulated[i]! + sorted[i]!;
  const all = cumulated[sorted.length]!;
  const upTo = (place: number): number => {
    const below = Math.floor(place);
    const part = place - below;
    return cumulated[below]! + (part > 0 ? part * sorted[below]! : 0);
  };
  return Array.from({ length: slices }, (_, slice) => {
    const from = upTo((slice * sorted.length) / slices);
    return (upTo(((slice + 1) * sorted.length) / slices) - from) / all;
  });
}

/**
 * Gini coefficient: 0 where all amounts are the same, towards 1 where one holds everything. @param sorted amounts in
 * descending order, not all 0 @param weights how often each of them counts; once without it
 */
export function gini(sorted: ArrayLike<number>, weights?: ArrayLike<number>): number {
  let [count, sum, area] = [0, 0, 0];
  // The area under the Lorenz curve, from the smallest amount up, with both sides as yet unscaled.
  for (let i = sorted.length - 1; i >= 0; i--) {
    const weight = weights ? weights[i]! : 1;
    const amount = weight * sorted[i]!;
    area += weight * (sum + amount / 2);
    sum += amount;
    count += weight;
  }
  return 1 - (2 * area) / (count * sum);
}
