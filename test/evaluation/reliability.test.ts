import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../src-main/common/random.ts';
import { gapWords, reliabilityRows, reliabilityWords } from '../../src-main/common/reliability-words.ts';
import type { JudgedPair } from '../../src-main/evaluation/accuracy.ts';
import { calibrate, reliabilitySteps, temperatureSteps } from '../../src-main/evaluation/calibration.ts';
import type { EvaluationGroup } from '../../src-main/evaluation/figures.ts';
import { toEnd } from '../../src-main/evaluation/steps.ts';
import { voteGapSteps } from '../../src-main/evaluation/vote-gaps.ts';
import { fixtureJson } from '../support/fixtures.ts';

const { calibration: reference } = fixtureJson('statistics/expected.json') as {
  readonly calibration: {
    readonly difference: readonly number[];
    readonly target: readonly number[];
    readonly temperature: number;
    readonly temperatureHeld: number;
    readonly bins: readonly { readonly confidence: number; readonly right: number; readonly pairs: number }[];
    readonly error: number;
  };
};
const pairs: readonly JudgedPair[] = reference.difference.map((difference, i) => ({
  difference,
  target: reference.target[i]!,
}));
const temperatureOf = (of: readonly JudgedPair[]): number => toEnd(temperatureSteps(of));
const reliabilityOf = (groups: readonly (readonly JudgedPair[])[], temperature: number) =>
  toEnd(reliabilitySteps(groups, temperature, 1));

/** Pairs of a model whose chances hold once its rewards are divided by the temperature. */
function simulated(count: number, temperature: number, seed: number): JudgedPair[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => {
    const difference = 6 * (random() - 0.5);
    return { difference, target: random() < 1 / (1 + Math.exp(-difference / temperature)) ? 1 : 0 };
  });
}

describe('beside scikit-learn and SciPy', () => {
  test('the temperature is that of a logistic regression, and what holds it near 1 is a normal prior', () => {
    expect(calibrate(pairs).temperature).toBeCloseTo(reference.temperature, 3);
    expect(temperatureOf(pairs)).toBeCloseTo(reference.temperatureHeld, 5);
  });

  test('the classes of confidence and the calibration error are the same', () => {
    const { bins, error } = reliabilityOf([pairs], 1);
    expect(bins).toHaveLength(reference.bins.length);
    for (const [i, bin] of bins.entries()) {
      const { confidence, right, pairs: count } = reference.bins[i]!;
      expect(bin.pairs).toBe(count);
      expect(bin.confidence).toBeCloseTo(confidence, 12);
      expect(bin.right).toBeCloseTo(right, 12);
    }
    expect(error).toBeCloseTo(reference.error, 12);
    expect(calibrate(pairs).error).toBe(error);
  });
});

describe('the temperature', () => {
  test.each([0.4, 1, 2.5])('of %s is found again', (temperature) => {
    expect(Math.log(temperatureOf(simulated(4000, temperature, 3)) / temperature)).toBeCloseTo(0, 0);
    expect(temperatureOf(simulated(40_000, temperature, 3)) / temperature).toBeCloseTo(1, 1);
  });

  test('few pairs move it little, none not at all, and swapped sides nothing', () => {
    expect(temperatureOf([])).toBe(1);
    expect(temperatureOf([{ difference: 5, target: 0 }])).toBeLessThan(4);
    expect(calibrate([{ difference: 5, target: 0 }]).temperature).toBeGreaterThan(99);
    const swapped = pairs.map(({ difference, target }) => ({ difference: -difference, target: 1 - target }));
    expect(temperatureOf(swapped)).toBeCloseTo(temperatureOf(pairs), 12);
  });

  test('brings the error of other pairs down, and its interval holds it', () => {
    const temperature = temperatureOf(simulated(4000, 2.5, 5));
    const held = simulated(4000, 2.5, 6).map((pair) => [pair]);
    const [before, after] = [reliabilityOf(held, 1), reliabilityOf(held, temperature)];
    expect(after.error).toBeLessThan(0.03);
    expect(before.error).toBeGreaterThan(0.12);
    expect(before.interval[0]).toBeLessThan(before.error);
    expect(before.interval[1]).toBeGreaterThan(before.error);
    for (const { confidence, interval } of after.bins) {
      expect(confidence).toBeGreaterThan(interval[0] - 0.05);
      expect(confidence).toBeLessThan(interval[1] + 0.05);
    }
  });
});

describe('by the distance of votes', () => {
  /** Four comments a post, whose rewards are right where votes are far apart. */
  const groups: readonly EvaluationGroup[] = Array.from({ length: 100 }, (_, i) => ({
    rewards: i % 2 === 0 ? [1, 0, 10, 20] : [0, 1, 10, 20],
    votes: [0, 1, 10, 20],
    lengths: [1, 1, 1, 1],
    ranks: [3, 2, 1, 0],
    pairs: [
      { first: 1, second: 0, target: 1 },
      { first: 2, second: 1, target: 1 },
      { first: 3, second: 0, target: 1 },
    ],
  }));

  test('accuracy is that of the pairs in each class, none of which is small', () => {
    const found = toEnd(voteGapSteps(groups, 1));
    expect(found.map(({ low, high, pairs: count, accuracy }) => [low, high, count, accuracy])).toEqual([
      [1, 1, 100, 0.5],
      [9, 9, 100, 1],
      [20, 20, 100, 1],
    ]);
    expect(gapWords(found)).toBe(
      'Where votes are far apart it is right on 100.0% of the pairs, where they are close on 50.0%: people agree less there as well.',
    );
    expect(toEnd(voteGapSteps(groups.slice(0, 20), 1))).toEqual([]);
    expect(
      toEnd(
        voteGapSteps(
          groups.map(({ votes: _, ...group }) => group),
          1,
        ),
      ),
    ).toEqual([]);
  });
});

test('in words it says what the error is, and what was done to the confidence', () => {
  const found = reliabilityOf([pairs.slice(0, 200), pairs.slice(200)], 1.7);
  expect(reliabilityWords(found)).toMatch(
    /^Its chances are off by \d\.\d% \(.+\) on average, which is its calibration error\. Its rewards are divided by 1\.70, its temperature, before they become chances, which was learned on the validation split: by itself it is too sure\.$/,
  );
  expect(reliabilityRows(found)[0]).toMatchObject({ name: expect.stringMatching(/^50 to 55% sure \(\d+ pairs\)$/) });
  expect(reliabilityWords(reliabilityOf([], 1))).toBe('There were no pairs to measure this on.');
});
