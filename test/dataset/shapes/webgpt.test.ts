import { expect, test } from 'vitest';
import { webgpt } from '../../../src-main/dataset/shapes/webgpt.ts';
import { factsIn, leftIn, sampleOf } from '../../support/shape-reading.ts';

test('the larger score wins, equal ones are a tie, missing ones no answer', () => {
  const facts = factsIn(webgpt, 'webgpt-comparisons.jsonl');
  expect(facts[0]).toEqual([
    {
      kind: 'answer',
      post: { text: 'Why is the sea salty?', id: 'q1' },
      left: { text: 'Rivers carry salt [1].' },
      right: { text: 'Fish.' },
      choice: 'left',
      margin: 0.5,
    },
  ]);
  expect(facts[1]).toMatchObject([{ choice: 'tie' }]);
  expect(leftIn(facts[2]!)).toEqual(['answer no-choice']);
  expect(webgpt.fits(sampleOf('webgpt-comparisons.jsonl'))).toBe(1);
});
