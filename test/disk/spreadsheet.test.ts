import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { csvLines } from '../../src-main/disk/spreadsheet.ts';

const readBack = (cell: string | number): string => (parse(csvLines([[cell, 'x']])) as string[][])[0]![0]!;

test('cells that a spreadsheet would run are made harmless', () => {
  for (const cell of ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', "'=1"]) expect(readBack(cell)).toBe(`'${cell}`);
  for (const cell of ['a=1', '', 'x', "it's", "'quoted'"]) expect(readBack(cell)).toBe(cell);
  expect(readBack(-1)).toBe('-1');
});
