import { describe, expect, test } from 'vitest';
import { createNormal, createRandom } from '../../src-main/common/random.ts';
import {
  type BlendGroup,
  blendWeights,
  heldOutDifferences,
  isBetter,
  judgeBlend,
} from '../../src-main/evaluation/blend.ts';

const log = Math.log(2);

/** Groups of pairs. What each model gives comes from how much better the first comment truly is, and from noise. */
function made(
  groups: number,
  models: (quality: number, noise: () => number) => readonly number[],
  seed = 1,
): BlendGroup[] {
  const random = createRandom(seed);
  const noise = createNormal(random);
  return Array.from({ length: groups }, () =>
    Array.from({ length: 4 }, () => {
      const quality = 2 * noise();
      return { differences: models(quality, noise), target: random() < 1 / (1 + Math.exp(-quality)) ? 1 : 0 };
    }),
  );
}

const nothing = made(40, () => [0, 0]);
/** The first model sees little, the second nearly all. */
const unequal = made(120, (quality, noise) => [quality + 4 * noise(), 10 * (quality + 0.3 * noise())]);

describe('weights of a blend', () => {
  test('of models that say nothing are 0, and their blend is chance', () => {
    expect(blendWeights(nothing)).toEqual([0, 0]);
    const figures = judgeBlend(nothing, 1);
    expect(figures.accuracy).toBe(0.5);
    expect(figures.loss).toBeCloseTo(log, 12);
    expect(figures.lossOfFirst).toBeCloseTo(log, 12);
  });

  test('find the better of two, whatever the size of its rewards', () => {
    const [first, second] = blendWeights(unequal) as [number, number];
    expect(10 * second).toBeGreaterThan(5 * first);
    // At the size at which its rewards are probabilities the second has 1/10 as its weight: the more pairs say so, the nearer.
    const sure = made(1200, (quality, noise) => [quality + 4 * noise(), 10 * (quality + 0.3 * noise())]);
    const found = blendWeights(sure)[1]!;
    expect(found).toBeGreaterThan(0.075);
    expect(found).toBeLessThan(0.11);
    expect(found).toBeGreaterThan(second);
    const larger = unequal.map((group) =>
      group.map(({ differences: [one, other], target }) => ({ differences: [one!, 1000 * other!], target })),
    );
    const scaled = blendWeights(larger);
    expect(scaled[0]).toBeCloseTo(first, 5);
    expect(1000 * scaled[1]!).toBeCloseTo(second, 5);
    const { accuracy, accuracyOfFirst, loss, lossOfFirst, surenessByLoss, surenessByAccuracy } = judgeBlend(unequal, 1);
    expect(accuracy).toBeGreaterThan(accuracyOfFirst + 0.1);
    expect(loss).toBeLessThan(lossOfFirst - 0.05);
    expect(surenessByLoss).toBeGreaterThan(0.99);
    expect(surenessByAccuracy).toBeGreaterThan(0.99);
    expect(isBetter(judgeBlend(unequal, 1))).toBe(true);
  });

  test('are held near the first model alone, the more so the fewer pairs there are', () => {
    const shareOfSecond = (groups: readonly BlendGroup[]): number => {
      const [first, second] = blendWeights(groups) as [number, number];
      return (10 * second) / (first + 10 * second);
    };
    expect(shareOfSecond(unequal.slice(0, 2))).toBeLessThan(0.6);
    expect(shareOfSecond(unequal)).toBeGreaterThan(0.8);
  });

  test('are never below 0, however wrong a model is', () => {
    const wrong = made(60, (quality, noise) => [quality + noise(), -quality + noise()]);
    expect(blendWeights(wrong)[1]).toBe(0);
    expect(blendWeights(made(60, (quality) => [-quality, -quality]))).toEqual([0, 0]);
  });

  test('do not grow without end where all pairs are in order', () => {
    const clear = made(10, () => [1, 1]).map((group) => group.map((pair) => ({ ...pair, target: 1 })));
    for (const weight of blendWeights(clear)) expect(Number.isFinite(weight)).toBe(true);
  });
});

describe('how a blend is judged', () => {
  test('a tie counts in the loss as half for each side, and not in the accuracy', () => {
    const tie = { differences: [3, 3], target: 0.5 };
    const tied = unequal.map((group) => [...group, tie]);
    const [plain, found] = [judgeBlend(unequal, 1), judgeBlend(tied, 1)];
    expect(found.accuracy).toBeGreaterThan(plain.accuracy - 0.05);
    // Being sure of what is a tie costs.
    expect(found.loss).toBeGreaterThan(log * 0.6);
    const onlyTies = unequal.map((group) => group.map((pair) => ({ ...pair, target: 0.5 })));
    const weights = blendWeights(onlyTies);
    expect(weights[0]).toBeLessThan(0.05);
    expect(weights[1]).toBeLessThan(0.05);
  });

  test('equal rewards count half', () => {
    const groups = unequal.map((group) => group.map((pair, i) => (i < 2 ? { ...pair, differences: [0, 0] } : pair)));
    const { accuracy } = judgeBlend(groups, 1);
    expect(accuracy).toBeGreaterThan(0.5);
    expect(accuracy).toBeLessThan(0.75);
  });

  test('what a group is given never depends on that group', () => {
    const before = heldOutDifferences(unequal, 7);
    // The group says the opposite now. Its own pairs are given what they were given.
    const changed = unequal.map((group, i) =>
      i === 5 ? group.map((pair) => ({ ...pair, target: 1 - pair.target })) : group,
    );
    const after = heldOutDifferences(changed, 7);
    expect(after[5]).toEqual(before[5]);
    expect(after.some((differences, i) => differences.some((one, j) => one !== before[i]![j]))).toBe(true);
  });

  test('a second model that is the same as the first, or noise, is not taken', () => {
    const same = made(200, (quality, noise) => {
      const given = quality + noise();
      return [given, given];
    });
    const { loss, lossOfFirst } = judgeBlend(same, 3);
    expect(Math.abs(loss - lossOfFirst)).toBeLessThan(2e-3);
    expect(isBetter(judgeBlend(same, 3))).toBe(false);
    // A second one that is noise alone is no reason either, but for as often as chance may have it.
    const taken = Array.from({ length: 20 }, (_, draw) =>
      isBetter(
        judgeBlend(
          made(100, (quality, noise) => [quality + noise(), noise()], draw),
          3,
        ),
      ),
    ).filter(Boolean).length;
    expect(taken).toBeLessThan(6);
  });

  test('the same seed gives the same figures', () => {
    expect(judgeBlend(unequal, 5)).toEqual(judgeBlend(unequal, 5));
  });
});
