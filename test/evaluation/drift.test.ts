import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNormal, randomFrom } from '../../src-main/common/random.ts';
import { differencesOf, medianOf, nearestDistances, superiorityOf } from '../../src-main/evaluation/drift.ts';
import { toEnd } from '../../src-main/evaluation/steps.ts';

const numbers = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 2, maxLength: 40 });

describe('how often one is larger than another', () => {
  test('is counted over all pairs, ties by half', () => {
    // Of the 12 pairs the first is larger in 5 and equal in 2.
    expect(superiorityOf([1, 5, 9], [0, 5, 9, 12]).value).toBeCloseTo((1 + 1.5 + 2.5) / 12, 12);
    expect(superiorityOf([3, 3], [3, 3])).toEqual({ value: 0.5, interval: [0.5, 0.5] });
  });

  test('turned round it is the rest, and no order or shift changes it', () => {
    fc.assert(
      fc.property(numbers, numbers, fc.integer({ min: -9, max: 9 }), (some, others, by) => {
        const { value, interval } = superiorityOf(some, others);
        const turned = superiorityOf(others, some);
        expect(turned.value).toBeCloseTo(1 - value, 12);
        expect(turned.interval[0]).toBeCloseTo(1 - interval[1], 12);
        const moved = superiorityOf(
          some.toReversed().map((one) => one + by),
          others.map((one) => one + by),
        );
        expect(moved.value).toBeCloseTo(value, 12);
        expect(interval[0]).toBeLessThanOrEqual(value);
        expect(interval[1]).toBeGreaterThanOrEqual(value);
      }),
    );
  });

  test('its interval holds the truth in about 95 of 100 cases', () => {
    const random = randomFrom(11);
    const normal = createNormal(random);
    // For two normal numbers one deviation apart: the chance is Phi(1 / sqrt 2).
    const truth = 0.760249939;
    const draws = 400;
    let held = 0;
    for (let i = 0; i < draws; i++) {
      const some = Array.from({ length: 60 }, () => 1 + normal());
      const others = Array.from({ length: 90 }, normal);
      const [low, high] = superiorityOf(some, others).interval;
      if (low <= truth && truth <= high) held += 1;
    }
    expect(held / draws).toBeGreaterThan(0.92);
    expect(held / draws).toBeLessThan(0.98);
  });
});

test('the median is the middle one, or that between the two', () => {
  expect(medianOf([9, 1, 5])).toBe(5);
  expect(medianOf([9, 1, 5, 7])).toBe(6);
});

describe('distances to the nearest', () => {
  const at = (degrees: number, group: string) => ({
    vector: Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)),
    group,
  });

  test('are the mean of the five nearest ones of other groups', () => {
    const among = [0, 10, 20, 30, 40, 50, 60].map((degrees) => at(degrees, 'other'));
    const [distance] = toEnd(nearestDistances([at(0, 'own')], [...among, at(0, 'own'), at(1, 'own')]));
    const cosines = [0, 10, 20, 30, 40].map((degrees) => Math.cos((degrees * Math.PI) / 180));
    expect(distance).toBeCloseTo(1 - cosines.reduce((sum, one) => sum + one, 0) / 5, 6);
  });

  test('do not depend on the length of a vector, and are left out where others are too few', () => {
    const among = [0, 10, 20, 30, 40].map((degrees) => at(degrees, 'other'));
    const long = { vector: at(70, 'own').vector.map((value) => 17 * value), group: 'own' };
    const [short, scaled] = toEnd(nearestDistances([at(70, 'own'), long], among));
    expect(scaled).toBeCloseTo(short!, 6);
    expect(toEnd(nearestDistances([at(0, 'other')], among))).toEqual([]);
  });
});

describe('what is told', () => {
  const length = (value: number, reach = 0.02) => ({
    value,
    interval: [value - reach, value + reach] as const,
    words: 1,
    learnedWords: 1,
  });
  const alike = { length: length(0.5), language: null, meaning: null };

  test('large differences of length, either way, and only where they are sure', () => {
    expect(differencesOf(alike)).toEqual([]);
    expect(differencesOf({ ...alike, length: length(0.7) })).toEqual([]);
    expect(differencesOf({ ...alike, length: length(0.72) })).toEqual(['length']);
    expect(differencesOf({ ...alike, length: length(0.27) })).toEqual(['length']);
    expect(differencesOf({ ...alike, length: length(0.75, 0.12) })).toEqual([]);
  });

  test('texts that are further away, and not those that are nearer', () => {
    const meaning = (value: number) => ({ ...length(value), further: value, encoder: 'x' });
    expect(differencesOf({ ...alike, meaning: meaning(0.8) })).toEqual(['meaning']);
    expect(differencesOf({ ...alike, meaning: meaning(0.2) })).toEqual([]);
  });

  test('a fifth more in a language that was rare', () => {
    const language = (share: number, learnedShare: number) => ({
      share,
      learnedShare,
      interval: [share - 0.03, share + 0.03] as const,
      most: 'Cyrillic',
    });
    expect(differencesOf({ ...alike, language: language(0.2, 0) })).toEqual([]);
    expect(differencesOf({ ...alike, language: language(0.25, 0) })).toEqual(['language']);
    expect(differencesOf({ ...alike, language: language(0.25, 0.04) })).toEqual([]);
  });
});
