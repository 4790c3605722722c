import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvFormOf, plainCsv } from '../../../src-main/common/locale-csv.ts';
import { csvHeader, csvLines, isOurs, numberOfOurs, withoutGuard } from '../../../src-main/dataset/writers/csv.ts';

const text = fc.string({ unit: fc.constantFrom("'", '=', '-', '@', '\t', '\n', ' ', 'a', '"', ',', ';', '＝', '.') });
const forms = [plainCsv, csvFormOf('de-DE'), csvFormOf('de-CH')];

test('what was guarded is told by our columns, and comes back to the letter, apostrophes of the texts as well', () => {
  fc.assert(
    fc.property(
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(...forms),
      (said, votes, form) => {
        const post = { id: 1, key: 'k', title: said, text: said, context: null, group: 'g', split: 'test' } as const;
        const comments = [{ text: said, position: 0, reward: null, votes, rank: 0 }];
        const csv = csvHeader(form) + csvLines({ ...post, comments }, form);
        const [header, row] = parse(csv, { bom: true, delimiter: form.separator }) as [string[], string[]];
        expect(isOurs(header)).toBe(true);
        expect([row[3], row[4], row[6]].map((cell) => withoutGuard(cell!))).toEqual([said, said, said]);
        expect(Number(numberOfOurs(row[9]!))).toBe(votes + 0);
      },
    ),
    { numRuns: 1000 },
  );
});

test('a file of others is not ours, however alike', () => {
  const ours = csvHeader().trim().split(',');
  expect(isOurs(ours)).toBe(true);
  expect(isOurs([`\uFEFF${ours[0]}`, ...ours.slice(1), 'my notes'])).toBe(true);
  for (const [at] of ours.entries()) expect(isOurs(ours.toSpliced(at, 1)), ours[at]).toBe(false);
  expect(isOurs(ours.toReversed())).toBe(false);
  expect(isOurs(ours.map((name) => name.toUpperCase()))).toBe(false);
  expect(isOurs(['id', 'text', 'comment', 'votes'])).toBe(false);
});
