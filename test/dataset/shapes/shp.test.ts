import { expect, test } from 'vitest';
import { shp } from '../../../src-main/dataset/shapes/shp.ts';
import { factsIn, sampleOf } from '../../support/shape-reading.ts';

test('two comments with their votes under a post of Reddit, which goes by the name that Reddit gives it', () => {
  const facts = factsIn(shp, 'shp-rows.jsonl');
  expect(facts[0]).toEqual([
    {
      kind: 'post',
      post: { text: 'How do I oil a hinge?', id: 't3_s1', split: 'validation' },
      comments: [
        { text: 'With butter.', votes: 34, id: 't1_k1', date: 1636822112 },
        { text: 'With a drop of oil.', votes: 166, id: 't1_k2', date: 1636822110 },
      ],
      list: 'row',
    },
  ]);
  expect(facts[1]).toMatchObject([
    {
      post: { id: '77' },
      comments: [
        { id: '81', votes: 9 },
        { id: '82', votes: 2 },
      ],
    },
  ]);
});

test('a label that contradicts the votes is reported, and nothing of its row comes in', () => {
  expect(factsIn(shp, 'shp-rows.jsonl')[2]).toMatchObject([
    { kind: 'left', of: 'row', why: 'label-contradicts-votes', text: expect.stringContaining('Which sea is warm?') },
  ]);
  expect(shp.fits(sampleOf('shp-rows.jsonl'))).toBe(1);
});
