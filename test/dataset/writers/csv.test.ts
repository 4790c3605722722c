import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvFormOf, plainCsv } from '../../../src-main/common/locale-csv.ts';
import { csvHeader, isOurs, recordOfOurs } from '../../../src-main/dataset/writers/csv.ts';
import { cellsOf } from '../../../src-main/dataset/writers/table.ts';
import { csvLines } from '../../../src-main/disk/spreadsheet.ts';

const text = fc.string({ unit: fc.constantFrom("'", '=', '-', '@', '\t', '\n', ' ', 'a', '"', ',', ';', '＝', '.') });
const forms = [plainCsv, csvFormOf('de-DE'), csvFormOf('de-CH')];
const nothing = { author: null, createdAt: null, link: null };

test('what was guarded is told by our columns, and comes back to the letter, apostrophes of the texts as well', () => {
  fc.assert(
    fc.property(
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(...forms),
      (said, votes, form) => {
        const post = {
          id: 1,
          key: 'k',
          title: said,
          text: said,
          context: null,
          group: 'g',
          split: 'test',
          list: null,
          placed: true,
        } as const;
        const comments = [{ id: 1, key: null, text: said, position: 0, reward: null, votes, ...nothing, author: said }];
        const table = { ...form, origins: true, worths: true, byHand: true };
        const csv = csvHeader(table) + csvLines([...cellsOf({ ...post, comments, ...nothing }, table)], table);
        const [header, row] = parse(csv, { bom: true, delimiter: form.separator }) as [string[], string[]];
        expect(isOurs(header)).toBe(true);
        const written = Object.fromEntries(header.map((name, at) => [name, row[at]]));
        const { title, text, comment, author, votes: number } = recordOfOurs(written) as Record<string, string>;
        expect([title, text, comment, author]).toEqual([said, said, said, said]);
        expect(Number(number)).toBe(votes + 0);
      },
    ),
    { numRuns: 1000 },
  );
});

test('a file of others is not ours, however alike', () => {
  const ours = csvHeader({ ...plainCsv, origins: false, worths: false, byHand: false })
    .trim()
    .split(',');
  expect(isOurs(ours)).toBe(true);
  expect(isOurs([`\uFEFF${ours[0]}`, ...ours.slice(1), 'my notes'])).toBe(true);
  for (const [at] of ours.entries()) expect(isOurs(ours.toSpliced(at, 1)), ours[at]).toBe(false);
  expect(isOurs(ours.toReversed())).toBe(false);
  expect(isOurs(ours.map((name) => name.toUpperCase()))).toBe(false);
  expect(isOurs(['id', 'text', 'comment', 'votes'])).toBe(false);
});
