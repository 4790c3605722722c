import { expect, test } from 'vitest';
import { guidePairs, nextStep } from '../../src-renderer/composables/guide-steps.ts';

const nothing = { answers: 0, rewardModels: 0, training: false, view: 'compare' };

test('the guide goes from comparing to training to the ranking, each when the one before is done', () => {
  expect(nextStep('compare', nothing)).toBe('compare');
  expect(nextStep('compare', { ...nothing, answers: guidePairs - 1 })).toBe('compare');
  expect(nextStep('compare', { ...nothing, answers: guidePairs })).toBe('train');
  expect(nextStep('train', nothing)).toBe('train');
  expect(nextStep('train', { ...nothing, rewardModels: 1, training: true })).toBe('train');
  expect(nextStep('train', { ...nothing, rewardModels: 1 })).toBe('ranking');
  expect(nextStep('ranking', nothing)).toBe('ranking');
  expect(nextStep('ranking', { ...nothing, view: 'rankings' })).toBe('export');
});

test('a guide that is over stays over', () => {
  const all = { answers: guidePairs, rewardModels: 1, training: false, view: 'rankings' };
  expect(nextStep('none', all)).toBe('none');
  expect(nextStep('export', all)).toBe('export');
});
