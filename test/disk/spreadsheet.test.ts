import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLines, unguarded } from '../../src-main/disk/spreadsheet.ts';

const readBack = (cell: string | number): string => (parse(csvLines([[cell, 'x']])) as string[][])[0]![0]!;

test('cells that a spreadsheet would run are made harmless', () => {
  for (const cell of ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', "'=1"]) expect(readBack(cell)).toBe(`'${cell}`);
  for (const cell of ['a=1', '', 'x', "it's", "'quoted'"]) expect(readBack(cell)).toBe(cell);
  expect(readBack(-1)).toBe('-1');
});

test('whatever a spreadsheet takes for the separator, no cell of it is a formula', () => {
  const lines = csvLines([
    ['a;=1+1', 'b\t=1+1', 1],
    ['x', "a;=cmd|' /C calc'!A0;b", 2],
    ['x', "\t;'@SUM(A1)", -3],
    ['x', 'a,"b";-1+1', 4.5],
  ]);
  for (const delimiter of [',', ';', '\t']) {
    const read = parse(lines, { delimiter, relax_quotes: true, relax_column_count: true }) as string[][];
    const formulas = read.flat().filter((cell) => /^[=+\-@]/.test(cell) && !/^-3"?$/.test(cell));
    expect(formulas, delimiter).toEqual([]);
  }
  expect(lines).toMatch(/^"a;'=1\+1","b\t'=1\+1",1\r\n/);
  expect(csvLines([['a,b', 0.5, 'c']], { separator: ';', decimal: ',', mark: false })).toBe('"a,b";0,5;c\r\n');
  // A smiley is none.
  expect(csvLines([['Well ;-)', 'x']])).toBe('"Well ;-)",x\r\n');
});

test('texts come back as they were', () => {
  const text = fc.array(fc.constantFrom(...";\t',=+-@)＝x\n\r"), { maxLength: 12 }).map((all) => all.join(''));
  fc.assert(
    fc.property(text, text, (one, other) => {
      const lines = csvLines([[one, other]]);
      if (one === '' && other === '') return;
      const [row] = parse(lines) as string[][];
      expect(row!.map(unguarded)).toEqual([one, other]);
    }),
  );
});
