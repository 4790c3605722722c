import { describe, expect, test } from 'vitest';
import { barsOfDays, barsOfHistogram } from '../../src-renderer/views/data/bars.ts';
import { arrivedInWords, countsInWords, undoneInWords } from '../../src-renderer/views/data/report.ts';
import * as says from '../../src-renderer/views/data/sentences.ts';

describe('the report of an import', () => {
  const summary = {
    skipped: [],
    skippedCount: 0,
    looksLikeHtml: 0,
    keptWithGroup: 0,
    contexts: 0,
    unmatched: 0,
    contextsKept: 0,
    seconds: 1,
  };

  test('says what arrived, and only that', () => {
    expect(countsInWords({ posts: 412, comments: 2055, labels: 3, contexts: 0 })).toBe(
      '412 posts, 2,055 comments and 3 answers',
    );
    expect(countsInWords({ posts: 0, comments: 0, labels: 0, contexts: 1 })).toBe('1 context');
    expect(arrivedInWords({ ...summary, posts: 1, comments: 0, labels: 1 })).toBe('1 post and 1 answer arrived');
    expect(arrivedInWords({ ...summary, posts: 0, comments: 0, labels: 0 })).toContain('was here already');
    expect(arrivedInWords({ ...summary, posts: 0, comments: 0, labels: 0, skippedCount: 2 })).not.toContain('already');
  });

  test('says what an undo took away, and what stayed', () => {
    expect(undoneInWords({ posts: 2, comments: 9, labels: 0, contexts: 0, postsKept: 0 })).toBe(
      '2 posts and 9 comments taken away.',
    );
    expect(undoneInWords({ posts: 0, comments: 0, labels: 0, contexts: 0, postsKept: 1 })).toMatch(
      /^Nothing was taken away. 1 post stayed/,
    );
  });
});

describe('sentences follow from the numbers', () => {
  const rank = (place: number, meanCharacters: number) => ({
    rank: place,
    comments: 5,
    meanCharacters,
    meanVotes: null,
  });

  test('length by place', () => {
    expect(says.lengthByRankSays([rank(0, 300), rank(4, 100)])).toMatch(
      /1st place have 300 .* 5th place 100: better ones tend to be longer/,
    );
    expect(says.lengthByRankSays([rank(0, 100), rank(4, 300)])).toContain('tend to be shorter');
    expect(says.lengthByRankSays([rank(0, 100), rank(1, 101)])).toContain('says little');
    expect(says.lengthByRankSays([rank(0, 100)])).toContain('too few');
  });

  test('spread', () => {
    const distribution = { count: 4, mean: 5, lowerQuartile: 2, median: 5, upperQuartile: 8, highest: 9 };
    expect(says.spreadSays(distribution, 'posts', 'comments')).toBe(
      'The middle half of the posts has 2 to 8 comments; the most is 9.',
    );
    const same = { ...distribution, lowerQuartile: 5, upperQuartile: 5 };
    expect(says.spreadSays(same, 'posts', 'comments')).toBe(
      'At least half of the posts have 5 comments; the most is 9.',
    );
    expect(says.spreadSays({ ...same, highest: 5 }, 'posts', 'comments')).toContain('which is also the most');
  });

  test('votes', () => {
    expect(says.votesSays({ edges: [0, 10, 20], counts: [6, 3, 1] })).toBe(
      '60% of the 10 comments with votes have fewer than 10.',
    );
    expect(says.votesSays({ edges: [0, 10, 20], counts: [1, 2, 7] })).toContain('20 votes or more');
  });

  test('answers by day', () => {
    const perDay = [
      { day: '2026-05-03', annotator: 'Ada', labels: 4 },
      { day: '2026-05-03', annotator: 'Ben', labels: 2 },
      { day: '2026-05-05', annotator: 'Ada', labels: 1 },
    ];
    expect(says.labelsPerDaySays(perDay)).toMatch(/^7 answers by 2 people on 2 days; the most on May 3, 2026, 6\.$/);
    expect(says.labelsPerDaySays([])).toBe('Nobody has answered yet.');
  });

  test('agreement: the same alpha never reads both ways', () => {
    const at = (alpha: number): string => says.agreementSays({ pairs: 10, share: 0.5, alpha });
    const readings = [0.9, 0.7, 0.4, 0, -0.5].map((alpha) => at(alpha).split(': ').at(-1));
    expect(new Set(readings).size).toBe(5);
    expect(at(0.9)).toContain('people agree well');
    expect(at(-0.5)).toContain('disagree more than by chance');
    expect(says.agreementSays({ pairs: 0, share: null, alpha: null })).toContain(
      'No pair has been answered by two people',
    );
    expect(says.agreementSays({ pairs: 1, share: 1, alpha: null })).toContain('undefined');
  });
});

describe('bars', () => {
  test('classes of a histogram', () => {
    expect(barsOfHistogram({ edges: [0, 10, 20], counts: [3, 2, 1] })).toEqual([
      { label: '0–9', value: 3 },
      { label: '10–19', value: 2 },
      { label: '20+', value: 1 },
    ]);
    expect(barsOfHistogram({ edges: [2, 3, 4], counts: [1, 1, 1] }, 4).map(({ label }) => label)).toEqual([
      '2',
      '3',
      '4',
    ]);
    expect(barsOfHistogram({ edges: [0, 0.5], counts: [1, 1] }).map(({ label }) => label)).toEqual(['0–0.5', '0.5+']);
  });

  test('days without answers have a bar too, and every answer is in one', () => {
    const { unit, bars } = barsOfDays([
      { day: '2026-03-28', annotator: 'Ada', labels: 4 },
      { day: '2026-03-31', annotator: 'Ben', labels: 2 },
    ]);
    expect(unit).toBe('Day');
    expect(bars.map(({ value }) => value)).toEqual([4, 0, 0, 2]);
    expect(bars[0]?.parts).toEqual([
      { name: 'Ada', value: 4 },
      { name: 'Ben', value: 0 },
    ]);
  });

  test.each([
    [300, 'Week'],
    [3000, 'Month'],
  ])('%d days are put together by %s', (days, expected) => {
    const day = (at: number): string => new Date(Date.UTC(2020, 0, 15) + at * 86_400_000).toISOString().slice(0, 10);
    const perDay = Array.from({ length: days }, (_, at) => ({ day: day(at), annotator: 'Ada', labels: 1 }));
    const { unit, bars } = barsOfDays(perDay);
    expect(unit).toBe(expected);
    expect(bars.length).toBeLessThan(days / 5);
    expect(bars.reduce((sum, { value }) => sum + value, 0)).toBe(days);
  });

  test('many people: the most active by name, the others together', () => {
    const perDay = Array.from({ length: 9 }, (_, at) => ({ day: '2026-01-01', annotator: `p${at}`, labels: at + 1 }));
    const { bars } = barsOfDays(perDay);
    expect(bars[0]?.parts?.map(({ name }) => name)).toEqual(['p8', 'p7', 'p6', 'p5', '5 others']);
    expect(bars[0]?.parts?.at(-1)?.value).toBe(1 + 2 + 3 + 4 + 5);
  });
});
