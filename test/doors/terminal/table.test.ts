import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { shortened, table } from '../../../src-main/doors/terminal/table.ts';

test('columns stand under each other whatever script they are in', () => {
  const printed = table(
    ['name', 'value', 'note'],
    [
      ['plain', 1, 'x'],
      ['日本語', 20, 'x'],
      ['👩‍👩‍👧 family', 300, 'x'],
      ['e\u0301te\u0301', null, 'x'],
    ],
  ).split('\n');
  expect(printed[1]).toBe('---------  -----  ----');
  for (const line of printed.slice(2)) expect(stringWidth(line)).toBe(stringWidth(printed[2]!));
  expect(printed.slice(2).map((line) => line.slice(0, line.indexOf('  ')).trim())).toEqual([
    'plain',
    '日本語',
    '👩‍👩‍👧 family',
    'e\u0301te\u0301',
  ]);
});

test('a text is shortened by the columns it takes, never within a letter, and steers nothing', () => {
  expect(shortened('short', 10)).toBe('short');
  expect(shortened('日本語の長い文', 10)).toBe('日本語...');
  expect(shortened('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 5)).toBe('👩‍👩‍👧...');
  expect(shortened('a\u001b[2Jb\nc', 20)).toBe('a [2Jb c');
  expect(stringWidth(shortened('word '.repeat(1_000_000), 60))).toBeLessThanOrEqual(60);
});
