import { counted, plural, wholeNumber } from '../common/words.ts';
import type { Section } from '../contract/figures.ts';
import type { Post } from '../contract/records.ts';
import type { DataNumbers } from '../contract/statistics.ts';
import { percentOf, tableFigure } from './figure.ts';

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

type Thread = { times: number; title: string };
const shown = 20;

/** Counts titles that come again, as those of regular threads do. */
export function createRepeatsReader() {
  const threads = new Map<string, Thread>();
  let titled = 0;
  return {
    read: ({ title }: Post): void => {
      if (title === null) return;
      titled += 1;
      const pattern = titlePattern(title);
      const known = threads.get(pattern);
      if (known) known.times += 1;
      else threads.set(pattern, { times: 1, title: title.slice(0, 200) });
    },
    section: (statistics: DataNumbers): Section => {
      const again = [...threads.values()].filter(({ times }) => times > 1);
      const table = (rows: readonly { readonly times: number; readonly text: string }[], what: string) => ({
        columns: ['Times', what],
        rows: rows.map(({ times, text }) => [wholeNumber(times), text]),
      });
      const duplicates = (rows: DataNumbers['duplicatePosts']) =>
        table(
          rows.map(({ times, excerpt }) => ({ times, text: excerpt })),
          'Text',
        );
      const top = again.toSorted((a, b) => b.times - a.times).slice(0, shown);
      return {
        id: 'repeats',
        title: 'What comes again',
        note: null,
        figures: [
          tableFigure(
            { id: 'threads', title: 'Recurring titles', says: threadsSay(again, titled) },
            table(
              top.map(({ times, title }) => ({ times, text: title })),
              'For example',
            ),
          ),
          tableFigure(
            {
              id: 'duplicate-posts',
              title: 'Posts',
              says: duplicatesSay(statistics.duplicates.posts, statistics.totals.posts, 'post'),
            },
            duplicates(statistics.duplicatePosts),
          ),
          tableFigure(
            {
              id: 'duplicate-comments',
              title: 'Comments',
              says: duplicatesSay(statistics.duplicates.comments, statistics.totals.comments, 'comment'),
            },
            duplicates(statistics.duplicateComments),
          ),
        ],
      };
    },
  };
}

/** How many posts have a title that comes again. */
export function threadsSay(again: readonly { readonly times: number }[], titled: number): string {
  if (titled === 0) return 'The posts have no titles.';
  const posts = again.reduce((sum, { times }) => sum + times, 0);
  if (posts === 0) return `No title comes again among ${counted(titled, 'post')} with a title.`;
  return `${counted(posts, 'post')} of ${wholeNumber(titled)} with a title (${percentOf(posts / titled)}) ${plural(posts, 'has', 'have')} one that comes again, apart from numbers, months and signs: ${counted(again.length, 'such title')} in all.`;
}

/** How many texts stand in the data more than once. */
export function duplicatesSay(count: number, all: number, thing: string): string {
  if (count === 0) return `No text of a ${thing} stands in the data more than once.`;
  return `${counted(count, thing)} of ${wholeNumber(all)} ${plural(count, 'has', 'have')} a text that stands in the data more than once.`;
}
