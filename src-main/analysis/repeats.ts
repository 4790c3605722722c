import { counted, plural, wholeNumber } from '../common/words.ts';
import type { DataNumbers } from '../contract/statistics.ts';
import { percentOf, tableFigure } from './figure.ts';
import type { Candidate } from './findings.ts';
import type { Part } from './part.ts';

const months =
  /(?<!\p{L})(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)(?!\p{L})/gu;

/** A title without what changes from one time to the next: numbers, months, capitals, signs. 'Who is hiring? (May 2023)' is like that of June. */
export function titlePattern(title: string): string {
  return title
    .toLowerCase()
    .replace(months, '*')
    .replace(/\p{N}+/gu, '#')
    .replace(/[^\p{L}\p{M}*#]+/gu, ' ')
    .trim();
}

/** Titles that come again, as those of regular threads do: how many such titles there are, of how many posts, the most frequent first. */
export type RecurringTitles = {
  readonly titled: number;
  readonly titles: number;
  readonly posts: number;
  readonly top: DataNumbers['duplicatePosts'];
};

/** What stands in the data more than once. */
export function repeatsPart(threads: RecurringTitles, statistics: DataNumbers): Part {
  const table = (rows: DataNumbers['duplicatePosts'], what: string) => ({
    columns: ['Times', what],
    rows: rows.map(({ times, excerpt }) => [wholeNumber(times), excerpt]),
  });
  const { duplicates, totals } = statistics;
  const section = {
    id: 'repeats',
    title: 'What comes again',
    note: null,
    figures: [
      tableFigure(
        { id: 'threads', title: 'Recurring titles', says: threadsSay(threads) },
        table(threads.top, 'For example'),
      ),
      tableFigure(
        { id: 'duplicate-posts', title: 'Posts', says: duplicatesSay(duplicates.posts, totals.posts, 'post') },
        table(statistics.duplicatePosts, 'Text'),
      ),
      tableFigure(
        {
          id: 'duplicate-comments',
          title: 'Comments',
          says: duplicatesSay(duplicates.comments, totals.comments, 'comment'),
        },
        table(statistics.duplicateComments, 'Text'),
      ),
    ],
  };
  const share = totals.comments === 0 ? 0 : duplicates.comments / totals.comments;
  const often = share >= worthWord && totals.comments >= fewest.share;
  const finding: Candidate = {
    topic: 'repeats',
    says: often
      ? `${percentOf(share)} of the comments have a text that stands in the data more than once.`
      : duplicatesSay(duplicates.comments, totals.comments, 'comment'),
    rests: counted(totals.comments, 'comment'),
    figure: 'duplicate-comments',
    strength: often ? share : 0,
  };
  return { section, findings: totals.comments >= fewest.any ? [finding] : [] };
}

/** Shares and comments from which on repetition is more than a description. */
const worthWord = 0.05;
const fewest = { share: 100, any: 10 } as const;

/** How many posts have a title that comes again. */
export function threadsSay({ titled, titles, posts }: Omit<RecurringTitles, 'top'>): string {
  if (titled === 0) return 'The posts have no titles.';
  if (posts === 0) return `No title comes again among ${counted(titled, 'post')} with a title.`;
  return `${counted(posts, 'post')} of ${wholeNumber(titled)} with a title (${percentOf(posts / titled)}) ${plural(posts, 'has', 'have')} one that comes again, apart from numbers, months and signs: ${counted(titles, 'such title')} in all.`;
}

/** How many texts stand in the data more than once. */
export function duplicatesSay(count: number, all: number, thing: string): string {
  if (count === 0) return `No text of a ${thing} stands in the data more than once.`;
  return `${counted(count, thing)} of ${wholeNumber(all)} ${plural(count, 'has', 'have')} a text that stands in the data more than once.`;
}
