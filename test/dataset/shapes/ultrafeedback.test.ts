import { expect, test } from 'vitest';
import { pairs } from '../../../src-main/dataset/shapes/pairs.ts';
import { ultrafeedback } from '../../../src-main/dataset/shapes/ultrafeedback.ts';
import { answersIn, factsIn, sampleOf } from '../../support/shape-reading.ts';

test('completions have one scale of a row as votes, and their models as authors', () => {
  expect(factsIn(ultrafeedback, 'ultrafeedback-original.jsonl')).toEqual([
    [
      {
        kind: 'post',
        post: { text: 'Name a soup.' },
        // Only one has an overall score; both have ratings of their aspects.
        comments: [
          { text: 'Leek.', votes: 4, author: 'm1' },
          { text: 'Mud.', votes: 1.5, author: 'm2' },
        ],
        list: 'row',
      },
      { kind: 'left', of: 'comment', why: 'not-an-entry', reason: expect.any(String), text: 'null' },
    ],
  ]);
  const read = ultrafeedback.open({ fields: new Map() });
  const completions = [{ response: 'a', model: 'm', overall_score: 8, 'fine-grained_score': 1 }];
  expect(read({ instruction: 'q', completions })).toMatchObject([{ comments: [{ votes: 8 }] }]);
});

test('its pairs are conversations with scores, equal ones a tie', () => {
  const facts = factsIn(ultrafeedback, 'ultrafeedback-binarized.jsonl').flat();
  expect(answersIn(facts)).toEqual([
    ['Name a soup.', 'Leek.', 'Mud.', 'left'],
    ['Name a bird.', 'Wren.', 'Crow.', 'tie'],
  ]);
  expect(facts[0]).toMatchObject({ margin: 5.5, post: { id: 'f0e1' } });
  const sample = sampleOf('ultrafeedback-binarized.jsonl');
  expect(ultrafeedback.fits(sample)).toBeGreaterThan(pairs.fits(sample));
});
