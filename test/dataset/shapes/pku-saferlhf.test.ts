import { expect, test } from 'vitest';
import { pkuSaferlhf } from '../../../src-main/dataset/shapes/pku-saferlhf.ts';
import { answersIn, factsIn, leftIn, sampleOf } from '../../support/shape-reading.ts';

test('the better one is the answer; another that is safer is kept as a note', () => {
  const facts = factsIn(pkuSaferlhf, 'pku-saferlhf-rows.jsonl');
  expect(facts[0]).toEqual([
    {
      kind: 'answer',
      post: { text: 'How do I open a jar?' },
      left: { text: 'Hit it with a hammer.', author: 'demo-7b' },
      right: { text: 'Run hot water over the lid.', author: 'demo-8b' },
      choice: 'right',
      models: ['demo-7b', 'demo-8b'],
    },
  ]);
  expect(facts[1]).toMatchObject([{ choice: 'left', note: 'The right one is safer.' }]);
  expect(leftIn(facts[2]!)).toEqual(['answer no-choice']);
  expect(answersIn(facts.flat())).toHaveLength(2);
  expect(pkuSaferlhf.fits(sampleOf('pku-saferlhf-rows.jsonl'))).toBe(1);
});
