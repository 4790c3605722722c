import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markedParts } from '../../src-main/common/marked-words.ts';

const marked = (text: string, search: string): string =>
  markedParts(text, search)
    .map(({ text: part, found }) => (found ? `[${part}]` : part))
    .join('');

test('words that begin with what was typed are marked, whatever their case and accents; short ones only as a whole', () => {
  expect(marked('Un café, CAFETERIA!', 'cafe')).toBe('Un [café], [CAFETERIA]!');
  expect(marked('no nothing', 'no')).toBe('[no] nothing');
  expect(marked('東京は大きい', '東')).toBe('[東京は大きい]');
  expect(marked("don't", "don't")).toBe("[don]'[t]");
  expect(marked('as it is', '')).toBe('as it is');
  expect(marked('as it is', '"*')).toBe('as it is');
});

test('of a long text what stands around the first word is shown, nothing is cut within a sign, and all parts are of the text', () => {
  const long = `${'word '.repeat(200)}needle${' more'.repeat(200)}`;
  expect(marked(long, 'needle')).toMatch(/^…word .*\[needle\] more.*…$/);
  expect(marked(long, 'needle').length).toBeLessThan(420);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 900 }), fc.string({ maxLength: 5 }), (text, search) => {
      const shown = markedParts(text, search)
        .map((part) => part.text)
        .join('');
      expect(shown.isWellFormed()).toBe(true);
      if (text.length <= 400) expect(shown.endsWith(text) || shown.startsWith('…')).toBe(true);
    }),
  );
});
