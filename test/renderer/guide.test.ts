import { expect, test } from 'vitest';
import { type Facts, guidePairs, nextStep, stepsDone } from '../../src-renderer/composables/guide-steps.ts';

const nothing: Facts = {
  ...{ posts: false, answers: 0, rewardModels: 0, training: false, exported: false, view: 'compare' },
};
const imported = { ...nothing, posts: true };
const answered = { ...imported, answers: guidePairs };
const trained = { ...answered, rewardModels: 1 };
const seen = { ...trained, view: 'rankings' };

test('the guide goes from the import to the export, each step when the one before is done', () => {
  expect(nextStep('import', nothing)).toBe('import');
  expect(nextStep('import', imported)).toBe('compare');
  expect(nextStep('compare', { ...imported, answers: guidePairs - 1 })).toBe('compare');
  expect(nextStep('compare', answered)).toBe('train');
  expect(nextStep('train', answered)).toBe('train');
  expect(nextStep('train', { ...trained, training: true })).toBe('train');
  expect(nextStep('train', trained)).toBe('ranking');
  expect(nextStep('ranking', trained)).toBe('ranking');
  expect(nextStep('ranking', seen)).toBe('export');
  expect(nextStep('export', trained)).toBe('export');
});

test('what is done already is passed over, and what was taken away again comes back', () => {
  expect(nextStep('import', answered)).toBe('train');
  expect(nextStep('import', trained)).toBe('ranking');
  expect(nextStep('train', { ...answered, answers: 3 })).toBe('compare');
  expect(nextStep('ranking', answered)).toBe('train');
  expect(nextStep('export', nothing)).toBe('import');
  // Another training takes nobody back.
  expect(nextStep('export', { ...trained, training: true })).toBe('export');
  expect(stepsDone('compare', { ...imported, exported: true })).toMatchObject({
    import: true,
    train: false,
    export: true,
  });
});

test('after the first export the guide is over with the next view, for good', () => {
  expect(nextStep('export', { ...seen, exported: true })).toBe('export');
  expect(nextStep('export', { ...trained, exported: true })).toBe('none');
  for (const facts of [nothing, imported, trained, seen]) expect(nextStep('none', facts)).toBe('none');
});
