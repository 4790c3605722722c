import { expect, test } from 'vitest';
import { createNormal, createRandom } from '../../src-main/common/random.ts';
import { gainOf, type HeldOutCurve, moreAnswers, worthOfMore } from '../../src-main/evaluation/more-answers.ts';

const shares = [1 / 8, 1 / 4, 1 / 2, 1];
const diagonal = (values: readonly number[]): number[][] =>
  values.map((value, i) => values.map((_, j) => (i === j ? value : 0)));

/** What is held out of so many pairs, where the accuracy after m pairs is known: each post's pairs are right or wrong by chance. */
function held(pairs: number, accuracyAfter: (m: number) => number, seed: number, perPost = 4): HeldOutCurve {
  const random = createRandom(seed);
  const sizes = shares.map((share) => 0.8 * share * pairs);
  const posts = Array.from({ length: Math.ceil(pairs / perPost) }, () => {
    // One draw a pair: who is right after few pairs is so after many.
    const draws = Array.from({ length: perPost }, random);
    return { of: perPost, right: sizes.map((size) => draws.filter((draw) => draw < accuracyAfter(size)).length) };
  });
  return { pairs, sizes, posts };
}

test('with few pairs nothing is said, and with enough there is a gain with its intervals', () => {
  expect(worthOfMore(held(76, () => 0.7, 1)).gain).toBeNull();
  expect(
    worthOfMore({ ...held(400, () => 0.7, 1), posts: [{ of: 400, right: [200, 210, 220, 230] }] }).gain,
  ).toBeNull();
  expect(worthOfMore({ pairs: 0, sizes: [0, 0, 0, 0], posts: [] })).toMatchObject({ judged: 0, curve: [], gain: null });
  const { pairs, judged, curve, answers, gain } = worthOfMore(held(400, () => 0.7, 1));
  expect([pairs, judged, answers]).toEqual([400, 400, 50]);
  expect(curve.map(({ pairs: size }) => size)).toEqual([40, 80, 160, 320]);
  expect(gain!.interval[0]).toBeLessThan(gain!.average[0]);
  expect(gain!.average[0]).toBeLessThan(gain!.mean);
  expect(gain!.mean).toBeLessThan(gain!.average[1]);
  expect(gain!.average[1]).toBeLessThan(gain!.interval[1]);
});

test('it is what a grid over level, slope and exponent comes to', () => {
  const pairs = 300;
  const sizes = shares.map((share) => 0.8 * share * pairs);
  const accuracies = [0.6, 0.64, 0.63, 0.67];
  const noise = diagonal([9e-4, 7e-4, 6e-4, 5e-4]).map((row) => row.map((value) => value + 1e-4));
  // The inverse of D + c 11' (Sherman and Morrison).
  const precisions = [9e-4, 7e-4, 6e-4, 5e-4].map((value) => 1 / value);
  const sum = precisions.reduce((a, b) => a + b);
  const distance = (off: readonly number[]): number => {
    const plain = off.reduce((total, value, i) => total + precisions[i]! * value * value, 0);
    const pull = off.reduce((total, value, i) => total + precisions[i]! * value, 0);
    return plain - pull ** 2 / (1e4 + sum);
  };
  let [total, first, second] = [0, 0, 0];
  for (const exponent of [0.05, 0.25, 0.5, 0.75, 1]) {
    const grown = (size: number): number => (1 - (size / pairs) ** -exponent) / exponent;
    for (let slope = -0.065; slope <= 0.085; slope += 0.001) {
      for (let level = 0.5; level <= 0.85; level += 0.002) {
        const off = accuracies.map((accuracy, i) => accuracy - level - slope * grown(sizes[i]!));
        const prior = ((slope - 0.01) / 0.0125) ** 2 + ((level - 0.65) / 0.2) ** 2;
        const weight = Math.exp(-0.5 * (distance(off) + prior));
        const gain = slope * grown(pairs + moreAnswers);
        total += weight;
        first += weight * gain;
        second += weight * gain * gain;
      }
    }
  }
  const mean = first / total;
  const deviation = Math.sqrt(second / total - mean ** 2);
  const found = gainOf(pairs, sizes, accuracies, noise);
  expect(found.mean).toBeCloseTo(mean, 6);
  expect((found.average[1] - found.average[0]) / 2).toBeCloseTo(1.2815515655446004 * deviation, 6);
});

test('a curve that rises promises more than one that is flat, and the more the better it is known', () => {
  const rising = (noise: number) =>
    gainOf(200, [20, 40, 80, 160], [0.5, 0.53, 0.56, 0.59], diagonal([noise, noise, noise, noise]));
  const flat = gainOf(200, [20, 40, 80, 160], [0.6, 0.6, 0.6, 0.6], diagonal([1e-5, 1e-5, 1e-5, 1e-5]));
  expect(rising(1e-5).mean).toBeGreaterThan(rising(1e-2).mean);
  expect(rising(1e-2).mean).toBeGreaterThan(flat.mean);
  const width = ([low, high]: readonly [number, number]): number => high - low;
  expect(width(rising(1e-5).average)).toBeLessThan(width(rising(1e-2).average));
  // What many have taught, 50 more hardly change.
  const many = gainOf(20_000, [200, 400, 800, 1600], [0.5, 0.53, 0.56, 0.59], diagonal([1e-4, 1e-4, 1e-4, 1e-4]));
  expect(many.mean).toBeLessThan(0.0005);
  expect(width(many.interval)).toBeLessThan(0.005);
});

test('on planted power laws 80% intervals hold the mean gain and that of one training at least 75 times of 100', () => {
  const random = createRandom(11);
  const normal = createNormal(random);
  let [average, one, of] = [0, 0, 0];
  for (let seed = 1; seed <= 300; seed++) {
    const pairs = [100, 200, 400, 800, 1600][seed % 5]!;
    const exponent = 0.1 + 0.8 * random();
    const slope = 0.01 + 0.0125 * normal();
    const accuracyAfter = (m: number): number => 0.65 + (slope * (1 - (m / pairs) ** -exponent)) / exponent;
    const found = worthOfMore(held(pairs, accuracyAfter, seed)).gain!;
    const truth = accuracyAfter(pairs + moreAnswers) - accuracyAfter(pairs);
    const shown = truth + (0.11 / Math.sqrt(pairs)) * normal();
    const holds = ([low, high]: readonly [number, number], value: number): number =>
      Number(low <= value && value <= high);
    average += holds(found.average, truth);
    one += holds(found.interval, shown);
    of += 1;
  }
  expect(average / of).toBeGreaterThanOrEqual(0.75);
  expect(one / of).toBeGreaterThanOrEqual(0.75);
  expect(average / of).toBeLessThan(0.92);
});
