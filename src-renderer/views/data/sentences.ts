import type { DataStatistics, Distribution, HistogramOf } from '../../../src-main/contract/statistics.ts';
import { placeInWords } from '../../components/posts/words.ts';
import { counted, date, wholeNumber } from '../../format.ts';

/** What each plot shows, in a sentence, from the numbers it shows. */

const whole = (value: number): string => wholeNumber(Math.round(value));
const share = (part: number, all: number): string => `${Math.round((100 * part) / all)}%`;

/** How the length of comments goes with their place. */
export function lengthByRankSays(byRank: DataStatistics['texts']['byRank']): string {
  const best = byRank[0];
  const last = byRank.at(-1);
  if (!best || !last || best === last) return 'There are too few places to compare.';
  const lengths = `Comments in ${placeInWords(best.rank)} place have ${whole(best.meanCharacters)} characters on average, those in ${placeInWords(last.rank)} place ${whole(last.meanCharacters)}`;
  const ratio = best.meanCharacters / last.meanCharacters;
  if (ratio > 1.1) return `${lengths}: better ones tend to be longer.`;
  if (ratio < 1 / 1.1) return `${lengths}: better ones tend to be shorter.`;
  return `${lengths}: length says little about the place.`;
}

/** Where the middle half of some values lies: 'Half of the comments have between 80 and 310 characters, the longest 2,311.' */
export function spreadSays(
  { lowerQuartile, upperQuartile, median, highest }: Distribution,
  things: string,
  unit: string,
): string {
  if (lowerQuartile === upperQuartile) {
    const most = highest === median ? 'which is also the most' : `the most is ${whole(highest)}`;
    return `At least half of the ${things} have ${whole(median)} ${unit}${highest === median ? ', ' : '; '}${most}.`;
  }
  return `The middle half of the ${things} has ${whole(lowerQuartile)} to ${whole(upperQuartile)} ${unit}; the most is ${whole(highest)}.`;
}

/** Below which edge at least half of the values lie. */
export function votesSays({ edges, counts }: HistogramOf): string {
  const all = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (const [index, count] of counts.entries()) {
    below += count;
    if (below * 2 < all) continue;
    const edge = edges[index + 1];
    return edge === undefined
      ? `More than half of the comments have ${wholeNumber(edges[index]!)} votes or more.`
      : `${share(below, all)} of the ${counted(all, 'comment')} with votes have fewer than ${wholeNumber(edge)}.`;
  }
  return 'No comment has votes.';
}

/** How much was answered, and when most. */
export function labelsPerDaySays(perDay: DataStatistics['labelsPerDay']): string {
  const days = new Map<string, number>();
  for (const { day, labels } of perDay) days.set(day, (days.get(day) ?? 0) + labels);
  const all = [...days.values()].reduce((sum, labels) => sum + labels, 0);
  const people = new Set(perDay.map(({ annotator }) => annotator)).size;
  const [bestDay, most] = [...days].toSorted((a, b) => b[1] - a[1])[0] ?? ['', 0];
  if (most === 0) return 'Nobody has answered yet.';
  const by = `${counted(all, 'answer')} by ${counted(people, 'person', 'people')}`;
  if (days.size === 1) return `${by}, all on ${date(bestDay)}.`;
  return `${by} on ${counted(days.size, 'day')}; the most on ${date(bestDay)}, ${wholeNumber(most)}.`;
}

/** How many texts stand in the data more than once. */
export function duplicatesSays(count: number, all: number, thing: string): string {
  if (count === 0) return `No text of a ${thing} stands in the data more than once.`;
  return `${counted(count, thing)} of ${wholeNumber(all)} ${count === 1 ? 'has' : 'have'} a text that stands in the data more than once.`;
}

/** What the agreement between people comes to, and what Krippendorff's alpha means here. */
export function agreementSays({ pairs, share: same, alpha }: DataStatistics['agreement']): string {
  if (pairs === 0 || same === null) {
    return 'No pair has been answered by two people yet. Agreement can be measured once some have.';
  }
  const agreed = `${counted(pairs, 'pair')} ${pairs === 1 ? 'was' : 'were'} answered by two people or more; on ${share(same * pairs, pairs)} of them all said the same.`;
  if (alpha === null) return `${agreed} Krippendorff's alpha is undefined here: there is only one kind of answer.`;
  const means =
    alpha >= 0.8
      ? 'people agree well'
      : alpha >= 0.667
        ? 'people agree enough for careful conclusions'
        : alpha > 0.1
          ? 'people agree more than by chance, but not reliably'
          : alpha >= -0.1
            ? 'people agree no more than by chance'
            : 'people disagree more than by chance';
  return `${agreed} Krippendorff's alpha, where 1 is full agreement and 0 what chance gives, is ${alpha.toFixed(2)}: ${means}.`;
}
