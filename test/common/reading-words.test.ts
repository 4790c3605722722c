import { expect, test } from 'vitest';
import {
  countsByNoun,
  foundInWords,
  importedAs,
  someNames,
  withoutOptions,
} from '../../src-main/common/reading-words.ts';
import type { FoundReading } from '../../src-main/contract/reading.ts';

const found: FoundReading = {
  packing: 'gzip',
  encoding: 'utf-8',
  format: 'jsonl',
  separator: null,
  shape: 'reddit',
  header: null,
  columns: [],
  beginning: null,
  score: null,
  scoreSays: null,
  dates: null,
  datesSay: null,
  thread: null,
  looksLikeHtml: false,
};

test('what a file was taken for is one sentence, without what does not apply', () => {
  expect(foundInWords(found)).toBe('Reddit: posts and comments, JSON Lines, gzip, UTF-8');
  expect(foundInWords({ ...found, shape: 'posts', packing: 'none', format: 'csv', separator: '\t' })).toBe(
    'Posts with comments, CSV (tab), UTF-8',
  );
  expect(foundInWords({ ...found, shape: 'posts', packing: 'none', format: 'xlsx' })).toBe(
    'Posts with comments, Excel',
  );
});

test('imports of earlier versions keep the names of their formats', () => {
  expect(['reddit', 'labels', 'cupit', 'csv', 'unknown'].map(importedAs)).toEqual([
    'Reddit',
    'Answers',
    'CUP IT JSONL',
    'CSV',
    'unknown',
  ]);
});

test('nouns of which nothing was read are passed over', () => {
  const none = { row: 0, comment: 0, reply: 0, vote: 0, answer: 0, context: 0, reward: 0 };
  const counts = { read: { ...none, row: 2, comment: 5 }, imported: { ...none, row: 2, comment: 3 } };
  expect(countsByNoun(counts)).toEqual([
    { noun: 'row', read: 2, imported: 2, left: 0 },
    { noun: 'comment', read: 5, imported: 3, left: 2 },
  ]);
});

test('a page does not name the options of the terminal', () => {
  expect(withoutOptions('left out; reading them under it (--replies under) brings them in')).toBe(
    'left out; reading them under it brings them in',
  );
  const unknown = `Say which are the text and the comment, as in --map 'Wer's=text,b=comment', or what the file is with --as. Nothing came in.`;
  expect(withoutOptions(unknown)).toBe('Say which are the text and the comment, or what the file is. Nothing came in.');
  expect(withoutOptions('If it is else, say so with --as, --map, --separator or --encoding.')).not.toContain('--');
  const one =
    'say what separates its columns with --separator, how its text is written with --encoding, or what the file is with --as.';
  expect(withoutOptions(one)).toBe('say what separates its columns, how its text is written, or what the file is.');
});

test('of many names the first are said', () => {
  expect(someNames(['a', 'b'])).toBe('a and b');
  expect(someNames(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 more');
});
