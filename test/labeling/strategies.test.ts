import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isBlind } from '../../src-main/common/blind.ts';
import { informationOf, uncertaintyOf } from '../../src-main/labeling/strategies.ts';

const entropy = (p: number): number => -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

test('where all heads say the same an answer tells nothing of them, however unsure they are', () => {
  expect(informationOf({ gap: 0, deviations: [0, 0] })).toBeCloseTo(0, 12);
  expect(uncertaintyOf({ gap: 0, deviations: [0, 0] })).toBe(1);
  expect(uncertaintyOf({ gap: 2, deviations: [] })).toBeCloseTo(entropy(sigmoid(2)), 12);
  expect(informationOf({ gap: 2, deviations: [] })).toBe(0);
});

test('heads that contradict each other are told apart by the answer: the mutual information in bits', () => {
  // Two heads, each 90% sure of the other side: the answer is a coin's throw, and given the head it has the entropy of .9.
  const gap = Math.log(9);
  const candidate = { gap: 0, deviations: [gap, -gap] };
  expect(informationOf(candidate)).toBeCloseTo(1 - entropy(0.9), 12);
  expect(informationOf({ gap: 0, deviations: [50, -50] })).toBeCloseTo(1, 9);
});

test('which comment stands left changes nothing', () => {
  const number = fc.double({ min: -20, max: 20, noNaN: true });
  fc.assert(
    fc.property(number, fc.array(number, { maxLength: 16 }), (gap, deviations) => {
      const turned = { gap: -gap, deviations: deviations.map((value) => -value) };
      expect(informationOf(turned)).toBeCloseTo(informationOf({ gap, deviations }), 9);
      expect(uncertaintyOf(turned)).toBeCloseTo(uncertaintyOf({ gap, deviations }), 9);
      expect(informationOf({ gap, deviations })).toBeLessThanOrEqual(uncertaintyOf({ gap, deviations }) + 1e-9);
    }),
  );
});

test('pairs that were chosen by what comments say are not blind; all others are, also those of which nobody knows', () => {
  for (const chosenBy of ['uncertainty', 'information', 'finish', 'picked'] as const)
    expect(isBlind({ chosenBy })).toBe(false);
  for (const chosenBy of ['random', 'coverage', 'again', null] as const) expect(isBlind({ chosenBy })).toBe(true);
  expect(isBlind({})).toBe(true);
});
