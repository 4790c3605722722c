import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gini, sharesOfSlices } from '../../src-main/analysis/concentration.ts';
import { countWords, logOddsOf, thresholdOf } from '../../src-main/analysis/log-odds.ts';
import { averageRanks, correlationWithin, overallCorrelation } from '../../src-main/analysis/ranks.ts';
import { titlePattern } from '../../src-main/analysis/repeats.ts';
import { bestAndLast, shareBeaten, standings } from '../../src-main/analysis/standing.ts';
import { barsOfDoubling } from '../../src-main/analysis/votes.ts';
import { wordsOf } from '../../src-main/analysis/wording.ts';
import { randomFrom } from '../../src-main/common/random.ts';
import { rankedList } from '../../src-main/common/ranked-lists.ts';

describe('concentration', () => {
  test('Gini by hand', () => {
    // Half of all by one of two: the area under the curve is a quarter, of a half.
    expect(gini([1, 1, 1, 1])).toBeCloseTo(0, 12);
    expect(gini([1, 0])).toBeCloseTo(0.5, 12);
    expect(gini([10, 0, 0, 0, 0])).toBeCloseTo(0.8, 12);
    expect(gini([3, 2, 1])).toBeCloseTo(2 / 9, 12);
  });

  test('Gini is the mean difference of all pairs over twice the mean, and weights are repetitions', () => {
    const amounts = fc.array(fc.record({ amount: fc.nat(1000), weight: fc.integer({ min: 1, max: 4 }) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(amounts, (all) => {
        const sorted = all.toSorted((a, b) => b.amount - a.amount);
        const flat = sorted.flatMap(({ amount, weight }) => Array<number>(weight).fill(amount));
        const sum = flat.reduce((total, amount) => total + amount, 0);
        fc.pre(sum > 0);
        const differences = flat
          .flatMap((a) => flat.map((b) => Math.abs(a - b)))
          .reduce((total, one) => total + one, 0);
        const expected = differences / (2 * flat.length * sum);
        expect(gini(flat)).toBeCloseTo(expected, 9);
        const weights = sorted.map(({ weight }) => weight);
        expect(
          gini(
            sorted.map(({ amount }) => amount),
            weights,
          ),
        ).toBeCloseTo(expected, 9);
      }),
    );
  });

  test('slices by hand, and all of them hold everything', () => {
    expect(sharesOfSlices([6, 3, 1, 0], 4)).toEqual([0.6, 0.3, 0.1, 0].map((share) => expect.closeTo(share, 12)));
    // A slice of one and a half: 6 and half of 3.
    expect(sharesOfSlices([6, 3, 1], 2)).toEqual([0.75, 0.25].map((share) => expect.closeTo(share, 12)));
    const shares = sharesOfSlices(
      Array.from({ length: 173 }, (_, i) => 173 - i),
      40,
    );
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });
});

describe('ranks', () => {
  test('equal values share the mean of their ranks', () => {
    expect([...averageRanks([10, 20, 20, 5])]).toEqual([2, 3.5, 3.5, 1]);
  });

  test("Spearman's rho of a published example", () => {
    // IQ and hours of television, the worked example of many textbooks: rho = -29/165.
    const x = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
    const y = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
    const posts = x.map((value, i) => ({ x: [value], y: [y[i]!] }));
    expect(overallCorrelation(posts, 1)?.rho).toBeCloseTo(-29 / 165, 12);
    const { rho, interval } = overallCorrelation(posts, 1)!;
    expect(interval[0]).toBeLessThan(rho);
    expect(interval[1]).toBeGreaterThan(rho);
    expect(interval[0]).toBeGreaterThanOrEqual(-1);
  });

  test('within posts, what differs between posts alone says nothing', () => {
    // Later posts have more of both; within each one the two go against each other.
    const posts = Array.from({ length: 50 }, (_, post) => ({
      x: [1, 2, 3].map((v) => v + 100 * post),
      y: [3, 2, 1].map((v) => v + 100 * post),
    }));
    expect(overallCorrelation(posts, 1)!.rho).toBeGreaterThan(0.99);
    expect(correlationWithin(posts, 1)!.rho).toBeCloseTo(-1, 12);
    expect(correlationWithin([{ x: [1, 1], y: [1, 2] }], 1)).toBeNull();
    expect(correlationWithin([], 1)).toBeNull();
  });

  test('the interval of noise holds 0, and is narrower with more posts', () => {
    const noise = (count: number) => {
      const next = randomFrom(7);
      return Array.from({ length: count }, () => ({ x: [next(), next(), next()], y: [next(), next(), next()] }));
    };
    const [few, many] = [correlationWithin(noise(50), 1)!, correlationWithin(noise(2000), 1)!];
    const width = ([low, high]: readonly [number, number]) => high - low;
    expect(many.interval[0]).toBeLessThan(0);
    expect(many.interval[1]).toBeGreaterThan(0);
    expect(width(many.interval)).toBeLessThan(width(few.interval) / 4);
  });
});

describe('how comments stand in their post', () => {
  const comments = (...all: (readonly [rank: number | null, votes: number | null])[]) => {
    const about = { author: null, createdAt: null, link: null };
    const figures = all.map(([rank, votes], id) => ({ commentId: id, rank, votes }));
    const comments = figures.map(({ commentId: id, rank, votes }) => ({
      id,
      postId: 1,
      text: `${id}`,
      rank,
      votes,
      ...about,
    }));
    return { comments, lists: [rankedList(figures)] };
  };

  test('by place, or by votes where there are no places; nothing where all are equal', () => {
    expect(standings(comments([0, 1], [1, 5])).map(({ score }) => score)).toEqual([-0, -1]);
    expect(standings(comments([null, 1], [null, 5])).map(({ score }) => score)).toEqual([-1, -0]);
    expect(standings(comments([null, 1], [null, 1]))).toEqual([]);
    expect(standings(comments([0, null], [null, null]))).toEqual([]);
  });

  test('the best, the last, and what each beats', () => {
    const all = standings(comments([2, null], [0, null], [1, null]));
    expect(bestAndLast(all, () => 0)?.map(({ id }) => id)).toEqual([1, 0]);
    expect(shareBeaten(all)).toEqual([0, 1, 0.5]);
    expect(shareBeaten(standings(comments([0, null], [0, null], [1, null])))).toEqual([0.75, 0.75, 0]);
  });
});

describe('log-odds with a Dirichlet prior', () => {
  const counted = (...texts: string[]) => {
    const counts = countWords();
    for (const text of texts) counts.add(text.split(' '));
    return counts;
  };

  test('by hand', () => {
    // Two groups of ten words in texts of one word; 'a' 6 against 2. The prior is half 'a', of weight 10.
    const of = (a: number, b: number) => counted(...Array(a).fill('a'), ...Array(b).fill('b'));
    const [odds] = logOddsOf(of(6, 4), of(2, 8), of(10, 10), 10);
    // (6 + 5) / (20 - 11) against (2 + 5) / (20 - 7).
    expect(odds?.logOdds).toBeCloseTo(Math.log(11 / 9) - Math.log(7 / 13), 12);
    expect(odds?.error).toBeCloseTo(Math.sqrt(1 / 11 + 1 / 7), 12);
    expect(odds).toMatchObject({ word: 'a', first: 6, second: 2 });
  });

  test('a word that one text repeats is worth less than one that many texts have', () => {
    const filler = Array(20).fill('x y z');
    const usual = counted('a a a a a a', ...Array(6).fill('b'), ...filler, ...filler);
    const found = logOddsOf(counted('a a a a a a', ...Array(6).fill('b'), ...filler), counted(...filler), usual);
    const z = (word: string): number => found.find((one) => one.word === word)!.z;
    expect(z('b')).toBeGreaterThan(1.5 * z('a'));
  });

  test('rare words are drawn to what is usual', () => {
    const group = (extra: string) => counted(...Array(500).fill('the of'), extra);
    const usual = counted(...Array(1000).fill('the of'), 'once', 'twice');
    const found = logOddsOf(group('once'), group('twice'), usual);
    expect(Math.abs(found.find(({ word }) => word === 'once')!.z)).toBeLessThan(1.5);
  });

  test('of noise nothing stands out, of a signal what it is', () => {
    // The values of Benjamini & Hochberg's procedure by hand: p = .001, .02, .2, .5 at 5% lets the first two pass.
    const zs = [3.2905, 2.3263, 1.2816, 0.6745];
    expect(thresholdOf(zs)).toBeCloseTo(2.3263, 6);
    expect(thresholdOf(zs.map((z) => z / 3))).toBe(Number.POSITIVE_INFINITY);
    expect(thresholdOf([])).toBe(Number.POSITIVE_INFINITY);
  });
});

test('classes that double hold every value once', () => {
  expect(barsOfDoubling([0, 1, 2, 3, 4, 7, 8, -1, -5])).toEqual(
    [
      ['−7 to −4', 1],
      ['−3 to −2', 0],
      ['−1', 1],
      ['0', 1],
      ['1', 1],
      ['2–3', 2],
      ['4–7', 2],
      ['8–15', 1],
    ].map(([label, value]) => ({ label, value })),
  );
});

test('titles of regular threads are alike', () => {
  expect(titlePattern('Ask HN: Who is hiring? (August 2023)')).toBe(titlePattern('Ask HN: Who is hiring? (May 2024)'));
  expect(titlePattern('Maybe')).not.toBe(titlePattern('Augustus'));
});

test('words are what letters make, whatever the apostrophe', () => {
  expect(wordsOf("Don’t DON'T — naïve: 4th, 'quoted'")).toEqual(["don't", "don't", 'naïve', '4th', 'quoted']);
});
