import { expect, test } from 'vitest';
import type { Figures } from '../../src-main/contract/evaluation.ts';
import {
  curveWords,
  cutWords,
  differenceWords,
  goingOnWords,
  settingName,
  settingRows,
  statusWord,
  verdict,
} from '../../src-renderer/views/train/runs/runs.ts';
import { recordOf } from '../support/run-records.ts';

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
  expect(differenceWords(0.01, [Number.NaN, Number.NaN], 'a')).toBe('1.0 points better than a.');
});

test('settings of runs stand beside each other, and those that differ are marked', () => {
  const rows = settingRows([
    { kind: 'reward', base: null, config: { epochs: 2, seed: 42, model: 'reward-1' } },
    { kind: 'reward', base: 'sft-1', config: { epochs: 5, seed: 42, model: 'reward-2', dropout: 0.1 } },
  ]);
  expect(rows.filter(({ differs }) => differs).map(({ key }) => key)).toEqual(['base', 'epochs', 'dropout']);
  expect(rows.find(({ key }) => key === 'dropout')?.values).toEqual(['–', '0.1']);
  expect(rows.some(({ key }) => key === 'model')).toBe(false);
});

test('what the curves show says when the model began to learn by heart', () => {
  const curve = [0.7, 0.6, 0.65].map((validationLoss, index) => ({
    step: (index + 1) * 10,
    loss: 0.7 - index / 10,
    learningRate: 1,
    gradientNorm: 1,
    validationLoss,
  }));
  expect(curveWords(curve, false)).toMatch(/lowest at step 20 \(0\.600\).*0\.650 at step 30.*got worse/);
  expect(curveWords(curve.slice(0, 2), false)).toMatch(/lowest at step 20.*still improving at the end/);
  expect(curveWords([], true)).toMatch(/first steps/);
});

test('how texts were cut is told by what was lost', () => {
  const gpt = { config: { maxTokens: 256 } };
  expect(cutWords({ inputs: 1000, postCut: 0, commentCut: 0 }, gpt)).toMatch(/All 1,000 texts/);
  const words = cutWords({ inputs: 1000, postCut: 120, commentCut: 3 }, gpt);
  expect(words).toMatch(/beginning of the post/);
  const deep = { config: { maxTokens: 128, method: 'deep' } };
  expect(cutWords({ inputs: 10, postCut: 1, commentCut: 0 }, deep)).toMatch(/end of the post/);
  expect(words).toMatch(/120 \(12\.0%\).*post and 3 \(0\.3%\).*comment.*256 tokens/);
  expect(cutWords({ inputs: 10, postCut: 0, commentCut: 1 }, gpt)).not.toMatch(/post/);
});

test('what Go on does is told, or why it can not', () => {
  const { run } = recordOf({ status: 'interrupted', step: 5, config: { checkpointEvery: 100 } });
  expect(goingOnWords(run)).toContain('from its last checkpoint');
  expect(goingOnWords({ ...run, step: 0 })).toContain('left no checkpoint');
  expect(goingOnWords({ ...run, base: 'sft-1', baseGone: true })).toContain('sft-1, which is not there any more');
  expect(statusWord({ status: 'interrupted', paused: true })).toBe('Paused');
});

test('names of settings are words', () => {
  expect(['tokensPerBatch', 'epochs', 'beta1'].map(settingName)).toEqual(['Tokens per batch', 'Epochs', 'Beta 1']);
});
