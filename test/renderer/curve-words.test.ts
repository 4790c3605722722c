import { expect, test } from 'vitest';
import { metricsOf } from '../../src-main/common/curves.ts';
import { type DrawnRun, metricWords } from '../../src-renderer/views/train/curves/curve-words.ts';

const drawn = (name: string, ...accuracies: number[]): DrawnRun => ({
  name,
  kind: 'reward',
  curve: accuracies.map((acc, index) => ({
    step: index + 1,
    loss: 0.5,
    learningRate: 0.1,
    gradientNorm: 1,
    validationLoss: 1 - acc,
    metrics: { acc },
  })),
});
const words = (key: string, runs: readonly DrawnRun[], unfinished = false): string =>
  metricWords(metricsOf(runs.map(({ curve }) => curve)).find((metric) => metric.key === key)!, runs, unfinished);

test('a curve of one run is told by its best and its last value', () => {
  expect(words('acc', [drawn('a', 0.5, 0.7, 0.6)])).toBe('Highest at step 2 with 70.0%; 60.0% at step 3.');
  expect(words('acc', [drawn('a', 0.5, 0.6)])).toBe('Highest at the end: 60.0% at step 2.');
  expect(words('acc', [drawn('a', 0.5, 0.6)], true)).toMatch(/at the last look/);
  expect(words('validationLoss', [drawn('a', 0.5, 0.6)])).toMatch(/^Lowest at the end: 0\.4/);
  expect(words('learningRate', [drawn('a', 0.5, 0.6)])).toBe('It is 0.1 at step 2.');
});

test('of several runs the best is named, and losses of different kinds are not compared', () => {
  const runs = [drawn('a', 0.5, 0.6), drawn('b', 0.9, 0.55)];
  expect(words('acc', runs)).toBe('b reached the highest value, 90.0%.');
  expect(words('validationLoss', runs)).toBe('b reached the lowest value, 0.1.');
  expect(words('validationLoss', [runs[0]!, { ...runs[1]!, kind: 'sft' }])).toMatch(/cannot be compared/);
});

test('what the curves show says when the model began to learn by heart', () => {
  const curve = [0.7, 0.6, 0.65].map((validationLoss, index) => ({
    step: (index + 1) * 10,
    loss: 0.7 - index / 10,
    learningRate: 1,
    gradientNorm: 1,
    validationLoss,
  }));
  const metric = metricsOf([curve]).find(({ key }) => key === 'loss')!;
  const said = (points: typeof curve, unfinished = false): string =>
    metricWords(metric, [{ name: 'reward-1', kind: 'reward', curve: points }], unfinished);
  expect(said(curve)).toMatch(/lowest at step 20 \(0\.600\).*0\.650 at step 30.*got worse/);
  expect(said(curve.slice(0, 2))).toMatch(/lowest at step 20.*still improving at the end/);
  expect(said([], true)).toMatch(/first steps/);
});
