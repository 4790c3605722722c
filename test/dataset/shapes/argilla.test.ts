import { expect, test } from 'vitest';
import { argilla } from '../../../src-main/dataset/shapes/argilla.ts';
import { answersIn, factsIn, leftIn, sampleOf } from '../../support/shape-reading.ts';

const trout = (choice: string, left = 'Trout.', right = 'Boot.') => [['Name a fish.', left, right, choice, 'u1']];

test('version 1: ranks that tie, discarded responses, records without one', () => {
  const facts = factsIn(argilla, 'argilla-v1.jsonl');
  expect(answersIn(facts[0]!)).toEqual(trout('tie'));
  expect(leftIn(facts[0]!)).toEqual(['answer no-comparison', 'answer discarded']);
  expect(leftIn(facts[1]!)).toEqual(['row no-responses']);
  expect(answersIn(factsIn(argilla, 'argilla-hub.jsonl').flat())).toEqual(trout('right'));
});

test('version 2, nested and as columns: each person ranks for themselves', () => {
  expect(factsIn(argilla, 'argilla-v2.jsonl').flat()).toEqual([
    {
      kind: 'answer',
      post: { text: 'Name a fish.' },
      left: { text: 'Boot.' },
      right: { text: 'Trout.' },
      choice: 'left',
      annotator: 'u1',
      pair: 'r1',
    },
  ]);
  const columns = factsIn(argilla, 'argilla-columns.jsonl').flat();
  expect(answersIn(columns)).toEqual([
    ['Name a fish.', 'Trout.', 'Carp.', 'left', 'u1'],
    ['Name a fish.', 'Trout.', 'Boot.', 'left', 'u1'],
    ['Name a fish.', 'Carp.', 'Boot.', 'left', 'u1'],
  ]);
  expect(leftIn(columns)).toEqual(['answer draft']);
  for (const name of ['argilla-v1.jsonl', 'argilla-v2.jsonl', 'argilla-columns.jsonl', 'argilla-hub.jsonl'])
    expect(argilla.fits(sampleOf(name))).toBeGreaterThan(0.9);
});
