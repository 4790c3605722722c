import { expect, test } from 'vitest';
import { pastedBy, pastedComments } from '../../src-main/common/pasted-comments.ts';

test('a comment ends at each line, or at blank lines where there are some between lines', () => {
  const lines = 'one\r\n two \n\n';
  expect(pastedBy(lines)).toBe('lines');
  expect(pastedComments(lines, 'lines')).toEqual(['one', 'two']);
  const blank = 'one\nstill one\n \n\ntwo\n';
  expect(pastedBy(blank)).toBe('blank');
  expect(pastedComments(blank, 'blank')).toEqual(['one\nstill one', 'two']);
  expect(pastedComments(' \n\n', 'lines')).toEqual([]);
});

test('what no text can hold is mended', () => {
  expect(pastedComments('a\0b\n\ud800', 'lines')).toEqual(['a\uFFFDb', '\uFFFD']);
});
