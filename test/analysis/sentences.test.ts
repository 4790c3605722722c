import { describe, expect, test } from 'vitest';
import * as answers from '../../src-main/analysis/answers.ts';
import { barsOfHistogram, decimal, percentOf } from '../../src-main/analysis/figure.ts';
import { duplicatesSay, threadsSay } from '../../src-main/analysis/repeats.ts';
import { standingSays } from '../../src-main/analysis/sentiment.ts';
import { lengthByPlaceSays, spreadSays } from '../../src-main/analysis/texts.ts';
import { lengthSays } from '../../src-main/analysis/votes.ts';
import { wordsSay } from '../../src-main/analysis/wording.ts';

describe('sentences follow from the numbers', () => {
  test('spread', () => {
    const distribution = { count: 4, mean: 5, lowerQuartile: 2, median: 5, upperQuartile: 8, highest: 9 };
    expect(spreadSays(distribution, 'posts', 'comments')).toBe(
      'The middle half of the posts has 2 to 8 comments; the most is 9.',
    );
    const same = { ...distribution, lowerQuartile: 5, upperQuartile: 5 };
    expect(spreadSays(same, 'posts', 'comments')).toBe('At least half of the posts have 5 comments; the most is 9.');
    expect(spreadSays({ ...same, highest: 5 }, 'posts', 'comments')).toContain('which is also the most');
  });

  test('length by place: which way, how much, how sure; and nothing where it is not clear', () => {
    const around = (log: number, spread: number) =>
      Array.from({ length: 100 }, (_, i) => log + (i % 2 ? spread : -spread));
    // The error of the mean is spread / 10, up to 99 for 100 in the deviation.
    expect(lengthByPlaceSays(around(Math.log(1.5), 0.2))).toBe(
      'Within a post, the best comment is typically 50% longer than the last one (95% interval 44% to 56%, 100 posts).',
    );
    expect(lengthByPlaceSays(around(Math.log(0.5), 0.2))).toMatch(/50% shorter .* interval 48% to 52%/);
    expect(lengthByPlaceSays(around(0.01, 0.2))).toContain('do not differ clearly');
    expect(lengthByPlaceSays([0.7, 0.7])).toContain('too few');
  });

  test('pace', () => {
    const seconds = (...all: number[]) => all.map((one) => one * 1000);
    expect(answers.paceSays([])).toContain('not measured');
    expect(answers.paceSays([seconds(1, 3, 8)])).toBe(
      'Half of the 3 timed answers (which are few) took 3 seconds or less.',
    );
    const [fast, slow] = [Array<number>(10).fill(2), Array<number>(11).fill(6)];
    expect(answers.paceSays([seconds(...fast), seconds(...slow)])).toBe(
      'Half of the 21 timed answers took 6 seconds or less; by person, the middle lies between 2 and 6 seconds.',
    );
  });

  test('answers beside votes: how often, how sure, and few are called few', () => {
    expect(answers.besideVotesSays(null)).toBeNull();
    expect(answers.besideVotesSays({ share: 0.7, interval: [0.6, 0.8], answers: 90 })).toBe(
      '70% of the 90 answers on comments with different votes choose the one with more (95% interval 60% to 80%); chance is 50%.',
    );
    expect(answers.besideVotesSays({ share: 0.7, interval: [0.4, 0.9], answers: 12 })).toContain('which are few');
  });

  test('answers by day', () => {
    const perDay = [
      { day: '2026-05-03', annotator: 'Ada', answers: 4 },
      { day: '2026-05-03', annotator: 'Ben', answers: 2 },
      { day: '2026-05-05', annotator: 'Ada', answers: 1 },
    ];
    expect(answers.answersPerDaySays(perDay)).toMatch(
      /^7 answers by 2 people on 2 days; the most on May 3, 2026, 6\.$/,
    );
    expect(answers.answersPerDaySays([])).toBe('Nobody has answered yet.');
  });

  test('agreement: the same alpha never reads both ways, and few pairs are called few', () => {
    const at = (alpha: number): string => answers.agreementSays({ pairs: 10, share: 0.5, alpha });
    const readings = [0.9, 0.7, 0.4, 0, -0.5].map((alpha) => at(alpha).split(': ').at(-1));
    expect(new Set(readings).size).toBe(5);
    expect(at(0.9)).toContain('people agree well');
    const sure = (...alpha: [number, number]) => ({ share: [0.3, 0.7] as const, alpha });
    expect(answers.agreementSays({ pairs: 10, share: 0.5, alpha: 0.9 }, sure(0.2, 1))).toMatch(
      /said the same \(95% interval 30% to 70%\): people agree well, as far as so few pairs can tell\.$/,
    );
    expect(answers.agreementSays({ pairs: 10, share: 0.5, alpha: 0.9 }, sure(0.88, 0.92))).not.toContain('few');
    expect(at(-0.5)).toContain('disagree more than by chance');
    expect(answers.agreementSays({ pairs: 0, share: null, alpha: null })).toContain(
      'No pair has been answered by two people',
    );
    expect(answers.agreementSays({ pairs: 1, share: 1, alpha: null })).toContain('only one kind of answer');
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
    const { unit, bars } = answers.barsOfDays([
      { day: '2026-03-28', annotator: 'Ada', answers: 4 },
      { day: '2026-03-31', annotator: 'Ben', answers: 2 },
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
    const perDay = Array.from({ length: days }, (_, at) => ({ day: day(at), annotator: 'Ada', answers: 1 }));
    const { unit, bars } = answers.barsOfDays(perDay);
    expect(unit).toBe(expected);
    expect(bars.length).toBeLessThan(days / 5);
    expect(bars.reduce((sum, { value }) => sum + value, 0)).toBe(days);
  });

  test('many people: the most active by name, the others together', () => {
    const perDay = Array.from({ length: 9 }, (_, at) => ({ day: '2026-01-01', annotator: `p${at}`, answers: at + 1 }));
    const { bars } = answers.barsOfDays(perDay);
    expect(bars[0]?.parts?.map(({ name }) => name)).toEqual(['p8', 'p7', 'p6', 'p5', '5 others']);
    expect(bars[0]?.parts?.at(-1)?.value).toBe(1 + 2 + 3 + 4 + 5);
  });
});

describe('a sentence claims no more than its figures do', () => {
  const correlation = (rho: number, width: number) => ({
    rho,
    interval: [rho - width, rho + width] as const,
    posts: 90,
  });

  test('votes by length', () => {
    expect(lengthSays(correlation(0.4, 0.1))).toBe(
      'Within a post, longer comments tend to get more votes; the relation is moderate (90 posts).',
    );
    expect(lengthSays(correlation(-0.2, 0.1))).toContain('tend to get fewer votes; the relation is weak');
    expect(lengthSays(correlation(0.4, 0.5))).toContain('do not clearly go with length');
    expect(lengthSays(null)).toMatch(/^No post has/);
  });

  test('tone', () => {
    const row = (name: string, value: number | null, width = 2) => ({
      name,
      value,
      interval: value === null ? null : ([value - width, value + width] as const),
    });
    expect(standingSays([row('negative', 45), row('neutral', 50.5), row('positive', null)])).toBe(
      'Negative comments beat 45.0% of the others of their post (95% interval 43.0% to 47.0%), where 50% is chance. There are too few positive ones to tell.',
    );
    expect(standingSays([row('negative', 49), row('positive', 51)])).toBe(
      'Tone does not clearly tell how a comment stands in its post.',
    );
  });

  test('words', () => {
    const word = (name: string, z: number) => ({ word: name, first: 9, second: 9, logOdds: z / 10, error: 0.1, z });
    const sorted = [word('because', 6), word('so', 1), word('lol', -5)];
    expect(wordsSay(sorted, 4, 200)).toBe(
      '2 words stand out beyond chance (3 words tested in 200 posts): more often “because” in the best comments, and “lol” in the last ones.',
    );
    expect(wordsSay(sorted, Number.POSITIVE_INFINITY, 200)).toMatch(/^No word .* beyond chance/);
  });

  test('what comes again', () => {
    expect(threadsSay({ titled: 0, titles: 0, posts: 0 })).toBe('The posts have no titles.');
    expect(threadsSay({ titled: 7, titles: 0, posts: 0 })).toBe('No title comes again among 7 posts with a title.');
    expect(threadsSay({ titled: 10, titles: 2, posts: 5 })).toMatch(
      /^5 posts of 10 with a title \(50%\) .* 2 such titles/,
    );
    expect(duplicatesSay(1, 9, 'post')).toBe('1 post of 9 has a text that stands in the data more than once.');
    expect(duplicatesSay(0, 9, 'comment')).toContain('No text of a comment');
  });
});

test('figures in words', () => {
  expect([-0.001, -0.23, 0.005].map((value) => decimal(value))).toEqual(['0.00', '−0.23', '0.01']);
  expect([0, 0.00001, 0.004, -0.004, 0.34, -0.5].map(percentOf)).toEqual(['0%', '0%', '0.4%', '−0.4%', '34%', '−50%']);
});
