import { expect, test } from 'vitest';
import type { Figures } from '../../src-main/contract/evaluation.ts';
import { differenceWords, verdict } from '../../src-renderer/components/evaluation/evaluation-words.ts';

const figures = (accuracy: number, high = accuracy): Figures =>
  ({ accuracy, accuracyInterval: [0, high] as const }) as Figures;
const against = (accuracy: number, low: number, longer: number, high?: number) =>
  verdict({
    accuracy,
    accuracyInterval: [low, 1],
    baselines: { random: figures(0.5), longer: figures(longer, high) },
  });

test('a model that loses to the longer comment is said to lose', () => {
  expect(against(0.6, 0.55, 0.7)).toMatchObject({ tone: 'bad', text: expect.stringContaining('loses') });
  expect(against(0.7, 0.62, 0.65)).toMatchObject({ tone: 'plain', text: expect.stringContaining('not clearly') });
  expect(against(0.8, 0.75, 0.65)).toMatchObject({ tone: 'good', text: expect.stringContaining('clearly better') });
  expect(against(0.8, 0.75, 0.65, 0.76)).toMatchObject({ tone: 'plain', text: expect.stringContaining('not clearly') });
  expect(against(0.55, 0.52, 0.45)).toMatchObject({ tone: 'good' });
  expect(against(0.55, 0.48, 0.45)).toMatchObject({ tone: 'plain', text: expect.stringContaining('a coin') });
  expect(against(0.48, 0.42, 0.45)).toMatchObject({ tone: 'bad', text: expect.stringContaining('a coin') });
  expect(against(Number.NaN, Number.NaN, 0.6)).toBeNull();
});

test('a difference is certain only where its interval leaves out zero', () => {
  expect(differenceWords(0.018, [-0.004, 0.04], 'reward-2')).toBe(
    '1.8 points better than reward-2; between 0.4 worse and 4.0 better: not certain.',
  );
  expect(differenceWords(0.05, [0.02, 0.08], 'a')).toMatch(/between 2\.0 better and 8\.0 better: certain/);
  expect(differenceWords(-0.05, [-0.08, -0.02], 'a')).toMatch(/^5\.0 points worse.*2\.0 worse and 8\.0 worse: certain/);
  expect(differenceWords(0, [-0.01, 0.01], 'a')).toMatch(/^As often right as a;/);
  expect(differenceWords(0, [0, 0], 'a')).toBe('As often right as a.');
  expect(differenceWords(0.01, [Number.NaN, Number.NaN], 'a')).toBe('1.0 points better than a.');
});
