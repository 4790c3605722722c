import { expect, test } from 'vitest';
import { alikeInWords, driftInWords } from '../../src-main/common/drift-words.ts';
import type { DriftReport } from '../../src-main/contract/drift.ts';

const alike: DriftReport = {
  import: 3,
  file: 'threads.jsonl',
  comments: 400,
  learned: 2_000,
  length: { value: 0.5, interval: [0.45, 0.55], words: 23, learnedWords: 23 },
  language: null,
  meaning: null,
  differs: [],
};

test('longer and shorter comments, with what half of them have', () => {
  const longer = { ...alike, length: { ...alike.length, value: 0.9, words: 80 }, differs: ['length'] as const };
  expect(driftInWords(longer, 'reward-3')).toEqual([
    'The comments of threads.jsonl are longer than what reward-3 learned from: half of them have more than 80 words, there half have more than 23 words.',
  ]);
  const shorter = { ...alike, length: { ...alike.length, value: 0.1, words: 1 }, differs: ['length'] as const };
  expect(driftInWords(shorter, 'reward-3')[0]).toMatch('half of them have fewer than 1 word, there half have fewer');
});

test('another language or script, and what is said, each in a sentence', () => {
  const language = { share: 0.95, interval: [0.9, 0.98] as const, learnedShare: 0.01, most: 'Cyrillic' };
  const meaning = { value: 0.9, interval: [0.8, 0.95] as const, further: 0.93, encoder: 'all-MiniLM-L6-v2' };
  const both = { ...alike, language, meaning, differs: ['language', 'meaning'] as const };
  const [first, second] = driftInWords(both, 'reward-3');
  expect(first).toBe(
    'The comments of threads.jsonl are in another language: 95.0% of them are in Cyrillic letters, and 1.0% of what reward-3 learned from.',
  );
  expect(second).toMatch(/^They say other things, or say them otherwise: 93\.0% of them are further from the nearest/);
  const german = { ...alike, language: { ...language, most: 'not English' }, differs: ['language'] as const };
  expect(driftInWords(german, 'x')[0]).toMatch('95.0% of them are not in English');
});

test('where nothing differs it is said what that rests on, and what was not looked at', () => {
  expect(driftInWords(alike, 'reward-3')).toEqual([]);
  expect(alikeInWords(alike, 'reward-3')).toBe(
    'The comments of threads.jsonl are like what reward-3 learned from, as far as 400 comments and 2,000 of those tell. What they mean was not looked at, since too few texts have been read.',
  );
});
