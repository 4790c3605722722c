import { expect, test } from 'vitest';
import { pairsBySource, sourcesInWords } from '../../src-main/common/training-words.ts';

test('what was learned from says how much of it people answered and how much is of votes', () => {
  expect(pairsBySource(256, 54)).toBe('54 pairs of answers and 202 of votes');
  expect(pairsBySource(202, 0)).toBe('202 pairs of votes');
  expect(pairsBySource(1, 1)).toBe('1 pair of answers');
});

test('before a training it is said whose answers there are, and whether votes count as well', () => {
  const some = { answers: 5, own: 5, votes: true };
  expect(sourcesInWords('both', some)).toBe('your 5 answers and the votes in the data');
  expect(sourcesInWords('both', { ...some, answers: 20 })).toBe(
    '20 answers (5 of them yours) and the votes in the data',
  );
  expect(sourcesInWords('both', { ...some, own: 0 })).toBe('5 answers of others and the votes in the data');
  expect(sourcesInWords('both', { ...some, votes: false })).toBe('your 5 answers');
  expect(sourcesInWords('labels', some)).toBe('your 5 answers');
  expect(sourcesInWords('votes', some)).toBe('the votes in the data');
});
