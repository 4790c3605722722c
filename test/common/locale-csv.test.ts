import { expect, test } from 'vitest';
import { csvFormOf } from '../../src-main/common/locale-csv.ts';

test.each([
  ['de-DE', ';', ','],
  ['fr', ';', ','],
  ['pt-BR', ';', ','],
  // Windows sets lists with semicolons here, though the decimals are points.
  ['de-CH', ';', '.'],
  ['en-GB', ',', '.'],
  ['ja', ',', '.'],
  ['es-MX', ',', '.'],
  // Their own digits would be read by no program.
  ['ar-EG', ',', '.'],
] as const)('a table for %s has %s between its columns and %s for decimals', (locale, separator, decimal) => {
  expect(csvFormOf(locale)).toEqual({ separator, decimal, mark: true });
});
