/** A longer break begins a new stretch of work, as does a clock that went back. */
const longestBreak = 5 * 60_000;
const fewest = 5;
const shortest = 60_000;

/**
 * Answers an hour over the last stretch of work, from the times of answers, the newest first. null where that stretch has
 * fewer than five or lasted less than a minute.
 */
export function paceOf(times: readonly string[]): number | null {
  const moments = times.map((time) => Date.parse(time));
  const end = moments.findIndex((moment, i) => {
    const pause = i === 0 ? 0 : moments[i - 1]! - moment;
    return pause < 0 || pause > longestBreak;
  });
  const stretch = end === -1 ? moments : moments.slice(0, end);
  if (stretch.length < fewest) return null;
  const lasted = stretch[0]! - stretch.at(-1)!;
  return lasted < shortest ? null : ((stretch.length - 1) * 3_600_000) / lasted;
}
