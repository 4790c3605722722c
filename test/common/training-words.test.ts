import { expect, test } from 'vitest';
import { pairsBySource, readLearnedFrom, sourcesInWords } from '../../src-main/common/training-words.ts';

test('what was learned from says how much of it people answered and how much is of votes', () => {
  expect(pairsBySource(256, 54)).toBe('54 pairs of answers and 202 of votes');
  expect(pairsBySource(202, 0)).toBe('202 pairs of votes');
  expect(pairsBySource(1, 1)).toBe('1 pair of answers');
});

test('how much of what was learned from people answered is read again from what is kept of a training', () => {
  for (const [pairs, answered] of [
    [256, 54],
    [202, 0],
    [1, 1],
    [12_345, 1_234],
    [2, 1],
  ] as const) {
    const kept = `240 posts, ${pairsBySource(pairs, answered)}`;
    const found = { posts: '240 posts', answers: answered, votes: pairs - answered, rest: '' };
    expect(readLearnedFrom(kept)).toEqual(found);
    const rest = ' (those of 2 long threads drawn from more)';
    expect(readLearnedFrom(`${kept}${rest}`)).toEqual({ ...found, rest });
  }
  for (const kept of ['240 posts, 1,210 pairs', '30 posts, 90 comments', 'elsewhere (a, 3 pairs of votes.zip)', '']) {
    expect(readLearnedFrom(kept)).toBeNull();
  }
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
