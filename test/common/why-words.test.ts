import { expect, test } from 'vitest';
import { answersInWords, namedInWords, shareInWords, sideOf } from '../../src-main/common/why-words.ts';
import { isLength } from '../../src-main/engine/head/reward-parts.ts';
import { textFeatureNames } from '../../src-main/engine/head/text-features.ts';

test('every counted feature of form has a name that says it without mathematics', () => {
  for (const [i, what] of textFeatureNames.entries()) {
    if (!isLength[i])
      expect(namedInWords('form', [{ what, share: 1 }])).not.toMatch(/log |per word|per character|has /);
  }
});

test('a share says its size and its side, and nothing where it would be 0.00', () => {
  expect(shareInWords(0.306)).toBe('0.31 for the first');
  expect(shareInWords(-2)).toBe('2.00 for the second');
  expect(shareInWords(0.004)).toBe('nothing for either');
  expect(sideOf(-0.0049)).toBeNull();
  expect(
    namedInWords('words', [
      { what: 'kindly', share: -0.2 },
      { what: 'the', share: 0.001 },
    ]),
  ).toBe('“kindly” (0.20 for the second)');
});

test('what people said of two comments', () => {
  const none = { first: 0, second: 0, neither: 0 };
  expect(answersInWords({ share: 0, onPost: 0, onBoth: none })).toBe('Nobody has answered on this post yet.');
  expect(answersInWords({ share: 0.1, onPost: 1, onBoth: none })).toBe(
    'Nobody has compared these two. 1 answer on this post was joined with the model.',
  );
  expect(answersInWords({ share: null, onPost: 7, onBoth: { first: 1, second: 3, neither: 2 } })).toBe(
    'Of these two, 1 person prefers the first, 3 the second and 2 neither. The post has too many comments for answers to be joined with the model.',
  );
});
