import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeInWords } from '../../src-main/common/words.ts';
import { fold } from '../../src-renderer/components/posts/fold.ts';
import {
  chanceOverMean,
  moveInWords,
  nearTies,
  overNext,
  peopleInWords,
  postsInWords,
  rewardInWords,
  votesInWords,
  withoutTitle,
} from '../../src-renderer/components/posts/post-words.ts';

test('votes are held against the most below them in the post, and averages against none', () => {
  const comments = [412, 37, 37, 2, 1, null].map((votes) => ({ votes }));
  expect(comments.map((comment) => overNext(comments, comment))).toEqual([
    ' (412 over 37: sure)',
    ' (37 over 2: sure)',
    ' (37 over 2: sure)',
    ' (2 over 1: could be chance)',
    '',
    '',
  ]);
  const averages = [3, 2, 1.5].map((votes) => ({ votes }));
  expect(averages.map((comment) => overNext(averages, comment))).toEqual(['', '', '']);
});

describe('folding a text', () => {
  test('keeps a beginning of it, and never more than was asked for', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '\n', '😀', 'é', 'word '), maxLength: 400 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 6 }),
        (text, characters, lines) => {
          const folded = fold(text, { characters, lines });
          const bare = text.replace(/^\s*\n/u, '').trimEnd();
          if (!folded.more) {
            expect(folded.text).toBe(bare);
            expect(bare.length).toBeLessThanOrEqual(characters * 1.25);
          } else {
            expect(folded.text.endsWith('…')).toBe(true);
            expect(bare.startsWith(folded.text.slice(0, -1))).toBe(true);
            expect(folded.text.length).toBeLessThanOrEqual(characters + 1);
            expect(folded.text.split('\n').length).toBeLessThanOrEqual(lines);
            expect(folded.text.isWellFormed()).toBe(true);
          }
        },
      ),
    );
  });

  test('cuts between words', () => {
    expect(fold('one two three four five six', { characters: 12, lines: 5 }).text).toBe('one two…');
  });

  test('counts empty lines, but not those around a text', () => {
    const many = `${'\n'.repeat(300)}short`;
    expect(fold(many, { characters: 100, lines: 5 })).toEqual({ text: 'short', more: false });
    expect(fold(`a${'\n'.repeat(300)}b`, { characters: 1000, lines: 5 })).toEqual({ text: 'a…', more: true });
  });
});

describe('words of a ranking', () => {
  test('places', () => {
    expect([0, 1, 2, 3, 10, 11, 12, 20, 21, 100].map(placeInWords)).toEqual([
      '1st',
      '2nd',
      '3rd',
      '4th',
      '11th',
      '12th',
      '13th',
      '21st',
      '22nd',
      '101st',
    ]);
  });

  test('moves are told from the first place to the second', () => {
    expect(moveInWords(3, 1)).toBe('up 2');
    expect(moveInWords(0, 4)).toBe('down 4');
    expect(moveInWords(2, 2)).toBe('same place');
    expect(moveInWords(null, 2)).toBeNull();
    expect(moveInWords(2, null)).toBeNull();
  });

  test('how people answered', () => {
    expect(peopleInWords({ wins: 3, losses: 1, ties: 0 })).toBe('won 3, lost 1, tied 0');
    expect(peopleInWords({ wins: 0, losses: 0, ties: 0 })).toBe('not compared yet');
  });

  test('bars have one scale for all posts: what is nearly alike looks so, whatever else is in the post', () => {
    const bars = (rewards: readonly number[], temperature = 1) =>
      rewards.map((reward) => Number(chanceOverMean(reward, rewards, temperature).toFixed(2)));
    expect(bars([2.1, 1.9])).toEqual([0.52, 0.48]);
    expect(bars([5, 2, -1])).toEqual([0.95, 0.5, 0.05]);
    expect(bars([5, 2, -1], 3)).toEqual([0.73, 0.5, 0.27]);
    expect(bars([3, 3])).toEqual([0.5, 0.5]);
  });

  test('neighbours whose order is nearly a coin are held together', () => {
    const row = (...chances: readonly (number | null)[]) => nearTies(chances.map((beatsNext) => ({ beatsNext })));
    expect(row(0.57, 0.53, 0.8, 0.55, null)).toEqual(['first', 'within', 'last', 'first', 'last']);
    expect(row(0.9, 0.61, null)).toEqual([null, null, null]);
    expect(row(null, null)).toEqual([null, null]);
  });

  test('numbers', () => {
    expect(rewardInWords(-0.914)).toBe('−0.91');
    expect(rewardInWords(null)).toBe('–');
    expect([votesInWords(1), votesInWords(1200), votesInWords(-6), votesInWords(0.294)]).toEqual([
      '1 vote',
      '1,200 votes',
      '−6 votes',
      'votes 0.294',
    ]);
    expect([postsInWords(1204), postsInWords(1), postsInWords(10_000)]).toEqual([
      '1,204 posts',
      '1 post',
      '10,000 posts or more',
    ]);
  });

  test('a title that the text begins with is not said twice', () => {
    expect(withoutTitle('Who is hiring?\n\nSay where.', 'Who is hiring?')).toBe('Say where.');
    expect(withoutTitle('Same', 'Same')).toBe('');
    expect(withoutTitle('Carpets', 'Car')).toBe('Carpets');
    expect(withoutTitle('Is it so?\nYes', 'Is it')).toBe('Is it so?\nYes');
    expect(withoutTitle(' Text ', null)).toBe('Text');
  });
});
