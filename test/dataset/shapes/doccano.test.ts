import { expect, test } from 'vitest';
import { doccano } from '../../../src-main/dataset/shapes/doccano.ts';
import { answersIn, factsIn, leftIn, sampleOf } from '../../support/shape-reading.ts';

test('texts with labels compare nothing: each row is reported as that', () => {
  const facts = factsIn(doccano, 'doccano-labels.jsonl');
  expect(facts.map(leftIn)).toEqual([['row no-comparison'], ['row no-comparison'], ['row no-comparison']]);
  expect(facts[0]).toMatchObject([{ text: expect.stringContaining('The kettle sings.') }]);
  expect(doccano.fits(sampleOf('doccano-labels.jsonl'))).toBeGreaterThan(0.9);
});

test('a label that names one of two texts of the row is an answer', () => {
  const facts = factsIn(doccano, 'doccano-pairs.jsonl');
  expect(answersIn(facts.flat())).toEqual([['Name a kettle.', 'Pot.', 'Whistler.', 'right']]);
  expect(leftIn(facts[1]!)).toEqual(['answer no-choice']);
});

test('a post with comments, and a context, are other shapes', () => {
  const values = [{ id: 1, text: 'a', comments: [{ text: 'b', score: 0 }] }];
  expect(doccano.fits({ format: 'jsonl', columns: null, values })).toBe(0);
  expect(doccano.fits({ format: 'jsonl', columns: null, values: [{ id: 1, text: 'a' }] })).toBe(0);
});
