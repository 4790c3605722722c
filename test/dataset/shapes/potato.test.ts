import { expect, test } from 'vitest';
import { potato } from '../../../src-main/dataset/shapes/potato.ts';
import { answersIn, factsIn, leftIn, sampleOf } from '../../support/shape-reading.ts';

test('a selection that says nothing is no answer', () => {
  const row = {
    instance_id: 'i',
    user_id: 'u',
    text: ['a', 'b'],
    label_annotations: { preference: { selection: false } },
  };
  const facts = potato.open({ fields: new Map() })(row);
  expect(leftIn(facts)).toEqual(['answer no-comparison']);
});

test('comparisons of two, as a choice, on a scale, and as columns', () => {
  const facts = factsIn(potato, 'potato-pairwise.jsonl');
  expect(facts[0]![0]).toEqual({
    kind: 'answer',
    post: { id: 'potato:1' },
    left: { text: 'Warm words' },
    right: { text: 'Cold words' },
    choice: 'right',
    seconds: 72,
    pair: '1',
    annotator: 'ann',
  });
  expect(facts[1]).toMatchObject([
    { post: { text: 'Which reply is kinder?' }, choice: 'left', margin: 2, annotator: 'ben' },
  ]);
  expect(facts.map(leftIn)).toEqual([['answer another-question'], [], ['row no-texts']]);
  expect(factsIn(potato, 'potato-table.tsv').flat()).toMatchObject([
    { left: { text: 'Tea' }, right: { text: 'Mud' }, choice: 'left', annotator: 'ann' },
  ]);
});

test('the best is better than each other, each other better than the worst; a ranking is an answer for each two', () => {
  expect(answersIn(factsIn(potato, 'potato-lists.jsonl').flat()).map(([, ...rest]) => rest.slice(0, 3))).toEqual([
    ['Soft rain.', 'Mist.', 'right'],
    ['Soft rain.', 'Thunder.', 'left'],
    ['A storm.', 'Mist.', 'right'],
    ['A storm.', 'Thunder.', 'left'],
    ['Mist.', 'Thunder.', 'left'],
    ['One.', 'Two.', 'right'],
    ['One.', 'Three.', 'tie'],
    ['Two.', 'Three.', 'left'],
  ]);
  for (const name of ['potato-pairwise.jsonl', 'potato-lists.jsonl', 'potato-table.tsv'])
    expect(potato.fits(sampleOf(name))).toBeGreaterThan(0.9);
});
