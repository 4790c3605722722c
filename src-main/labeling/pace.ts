/** A longer break begins a new stretch of work. */
const longestBreak = 5 * 60_000;
const fewest = 5;

/**
 * Answers an hour over the last stretch of work, from the times of answers, the newest first. null where that stretch has
 * fewer than five.
 */
export function paceOf(times: readonly string[]): number | null {
  const moments = times.map((time) => Date.parse(time));
  const end = moments.findIndex((moment, i) => i > 0 && moments[i - 1]! - moment > longestBreak);
  const stretch = end === -1 ? moments : moments.slice(0, end);
  const hours = (stretch[0]! - stretch.at(-1)!) / 3_600_000;
  return stretch.length < fewest || hours <= 0 ? null : (stretch.length - 1) / hours;
}
