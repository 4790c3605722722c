import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellsOf, isCells, plainCells } from '../../src-main/dataset/records/csv-cells.ts';

const text = fc.string({ unit: fc.constantFrom('"', '"', ',', ',', '\n', ' ', '\\', 'a', 'é'), maxLength: 12 });
/** Many of these are records as they should be. */
const record = fc.oneof(
  text,
  fc
    .array(
      fc.oneof(
        text.map((cell) => `"${cell.replaceAll('"', '""')}"`),
        text.map((cell) => cell.replace(/[",\n]/g, '')),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((cells) => cells.join(',')),
);
const options = { delimiter: ',', escape: '"', record_delimiter: '\n', relax_column_count: true };

test('what is read of a long record without the parser is what the parser reads', () => {
  let plain = 0;
  fc.assert(
    fc.property(record, (one) => {
      const cells = one === '' ? null : plainCells(one, ',');
      if (cells === null) return;
      plain += 1;
      expect([cells]).toEqual(parse(one, options));
    }),
    { numRuns: 3_000 },
  );
  expect(plain).toBeGreaterThan(1_000);
});

test('a long record is read whole, whatever stands in its cells', () => {
  const dialect = { separator: ',', escape: '"', spaced: false, header: true, preamble: 0 } as const;
  const long = 'a "quoted" word, and more\n'.repeat(10_000);
  const line = `1,"${long.replaceAll('"', '""')}",,"x"`;
  const odd = `1,"${long.replaceAll('"', '""')}",a "b" c`;
  const [read, short, strange] = cellsOf(
    [line, '2,"a",b,c', odd].map((one, at) => ({ line: at, text: one })),
    dialect,
    10,
  );
  expect(read).toEqual({ line: 0, cells: ['1', long, '', 'x'] });
  expect(short).toEqual({ line: 1, cells: ['2', 'a', 'b', 'c'] });
  expect(isCells(strange!)).toBe(false);
});
