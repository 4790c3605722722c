import { expect, test } from 'vitest';
import { settingName, settingRows } from '../../src-main/common/setting-words.ts';

test('settings of runs stand beside each other, and those that differ are marked', () => {
  const rows = settingRows([
    { kind: 'reward', base: null, config: { epochs: 2, seed: 42, model: 'reward-1' } },
    { kind: 'reward', base: 'sft-1', config: { epochs: 5, seed: 42, model: 'reward-2', dropout: 0.1 } },
  ]);
  expect(rows.filter(({ differs }) => differs).map(({ key }) => key)).toEqual(['base', 'epochs', 'dropout']);
  expect(rows.find(({ key }) => key === 'dropout')?.values).toEqual(['–', '0.1']);
  expect(rows.some(({ key }) => key === 'model')).toBe(false);
});

test('names of settings are words', () => {
  expect(['tokensPerBatch', 'epochs', 'beta1'].map(settingName)).toEqual(['Tokens per batch', 'Epochs', 'Beta 1']);
});

test('what reads the comment alone is not called together', () => {
  const config = { method: 'together', context: 'nothing', readsPost: 0 };
  const rows = settingRows([
    { kind: 'reward', base: null, config },
    { kind: 'reward', base: null, config: { ...config, context: 'post', readsPost: 1 } },
  ]);
  const of = (key: string) => rows.find((row) => row.key === key)?.values;
  expect(of('method')).toEqual(['Comment alone', 'Together']);
  expect(of('context')).toEqual(['nothing', 'the whole post']);
});
