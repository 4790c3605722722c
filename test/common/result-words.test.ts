import { expect, test } from 'vitest';
import { whetherMoreHelps } from '../../src-main/common/more-answers-words.ts';
import { agreesWith, outOfTen, resultInWords } from '../../src-main/common/result-words.ts';
import type { Baselines, Figures, Interval } from '../../src-main/contract/evaluation.ts';
import { worthMore } from '../support/more-answers.ts';

const figures = (accuracy: number, accuracyInterval: Interval): Figures => ({ accuracy, accuracyInterval }) as Figures;
const baselines = (accuracy: number, interval: Interval): Baselines => ({
  longer: figures(accuracy, interval),
  random: figures(0.48, [0.4, 0.56]),
});
const measured = {
  ...{ model: 'quick-1', accuracy: 0.767, accuracyInterval: [0.72, 0.81] as const, pairs: 412, answered: 0 },
  baselines: baselines(0.612, [0.56, 0.66]),
};

test('a result is said as so many of 10, beside the rule of the longer comment and chance, and whose word it is held against', () => {
  expect(resultInWords(measured)).toBe(
    "quick-1 agrees with people's votes on 8 of 10 pairs that it has not seen; “the longer comment wins” does on 6, chance on 5.",
  );
  expect(resultInWords({ ...measured, answered: 412 })).toMatch(/agrees with people on 8 of 10/);
  expect(resultInWords({ ...measured, accuracy: Number.NaN })).toBeNull();
  // Only its training measured it.
  expect(resultInWords({ model: 'deep-1', accuracy: 0.7 })).toBe(
    "deep-1 agrees with people's answers and votes on 7 of 10 pairs that it has not seen.",
  );
  const tie = { ...measured, baselines: baselines(Number.NaN, [Number.NaN, Number.NaN]) };
  expect(resultInWords(tie)).toMatch(/not seen\.$/);
});

test('of few pairs it is said between what and what it lies, and never more narrowly than its interval', () => {
  const few = { ...measured, accuracy: 0.9, accuracyInterval: [0.62, 0.98] as const, pairs: 10 };
  expect(resultInWords({ ...few, baselines: baselines(0.6, [0.3, 0.81]) })).toBe(
    "quick-1 agrees with people's votes on 6 to 10 of 10 pairs that it has not seen; “the longer comment wins” does on 3 to 9, chance on 5.",
  );
  expect(outOfTen(1, [1, 1], 8)).toBe('10');
  expect(outOfTen(0.9, [0.6, 0.9], 100)).toBe('6 to 9');
  expect(outOfTen(0.9, [0.6, 0.9], 101)).toBe('9');
});

test('nothing is rounded to all or none', () => {
  expect(outOfTen(0.96, undefined, undefined)).toBe('nearly 10');
  expect(outOfTen(1, undefined, undefined)).toBe('10');
  expect(outOfTen(0.03, undefined, undefined)).toBe('fewer than 1');
  expect(outOfTen(0, undefined, undefined)).toBe('0');
});

test('answers are never called votes, nor votes answers, and what is not known is said to be of both', () => {
  expect(agreesWith({ pairs: 10, answered: 10 })).toBe('people');
  expect(agreesWith({ pairs: 10, answered: 0 })).toBe("people's votes");
  expect(agreesWith({ pairs: 10, answered: 4 })).toBe("people's answers and votes");
  expect(agreesWith({ pairs: 10 })).toBe("people's answers and votes");
  expect(agreesWith({})).toBe("people's answers and votes");
});

test('whether more answers would help is said plainly, and that it is not known where it is not', () => {
  const gain = worthMore.gain!;
  const says = (average: Interval, mean: number): string =>
    whetherMoreHelps({ ...worthMore, gain: { ...gain, mean, average } });
  expect(whetherMoreHelps(worthMore)).toBe(
    'Yes: 50 more answers are likely to bring about 0.4 more right pairs of 100 (80% sure: +0.1 to +0.7).',
  );
  expect(says([-0.002, 0.01], 0.004)).toMatch(/^Perhaps: .* so none is possible as well\.$/);
  expect(says([-0.01, 0.004], -0.002)).toBe(
    'Perhaps not: with 50 more answers the right pairs of 100 are likely to change by −1.0 to +0.4.',
  );
  expect(says([-0.002, 0.0005], 0)).toMatch(/^Hardly, on such posts: .*less than 0\.1 more right pairs of 100\./);
  expect(whetherMoreHelps({ ...worthMore, gain: null })).toMatch(/^Not known yet: too few could be held out/);
});
