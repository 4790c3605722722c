import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textWidth, wrapped } from '../../../src-main/common/plots/text-width.ts';

test('a text is broken between words, and what has no room ends in an ellipsis', () => {
  expect(wrapped('one two three', 1000, 3)).toEqual(['one two three']);
  expect(wrapped('one two three', textWidth('one two'), 3)).toEqual(['one two', 'three']);
  expect(wrapped('one two three four', textWidth('three'), 2)).toEqual(['one', expect.stringMatching(/^tw?o?…$/)]);
  expect(wrapped('', 100, 3)).toEqual(['']);
});

test('no line is wider than the room, there are no more than wanted, and nothing is lost but after an ellipsis', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 80 }),
      fc.integer({ min: 40, max: 300 }),
      fc.integer({ min: 1, max: 4 }),
      (text, width, most) => {
        const lines = wrapped(text, width, most);
        expect(lines.length).toBeGreaterThan(0);
        expect(lines.length).toBeLessThanOrEqual(most);
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        const words = text.split(/\s+/).filter(Boolean).join(' ');
        if (!lines.at(-1)!.endsWith('…')) expect(lines.join(' ')).toBe(words);
      },
    ),
  );
});
