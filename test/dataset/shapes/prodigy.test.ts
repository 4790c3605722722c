import { expect, test } from 'vitest';
import { prodigy } from '../../../src-main/dataset/shapes/prodigy.ts';
import { answersIn, factsIn, leftIn, sampleOf } from '../../support/shape-reading.ts';

test('compare: to reject is to prefer the other version, and the mapping names both', () => {
  const facts = factsIn(prodigy, 'prodigy-compare.jsonl');
  expect(facts[0]).toEqual([
    {
      kind: 'answer',
      post: { text: 'Name a grain.' },
      left: { text: 'Rye.', author: 'A_HIST' },
      right: { text: 'Sand.', author: 'B_CURR' },
      choice: 'left',
      annotator: 'ann',
      date: 1711690794,
      pair: 1,
      models: ['A_HIST', 'B_CURR'],
    },
  ]);
  expect(facts[1]).toMatchObject([{ choice: 'right', models: ['B_CURR', 'A_HIST'] }]);
  expect(leftIn(facts[2]!)).toEqual(['answer ignored']);
});

test('choice: each that was chosen is better than each that was not', () => {
  const facts = factsIn(prodigy, 'prodigy-choice.jsonl');
  expect(answersIn(facts.flat())).toEqual([
    ['Name a grain.', 'Rye.', 'Sand.', 'left', 'ann'],
    ['Name a grain.', 'Sand.', 'Oats.', 'right', 'ann'],
    ['Name a seed.', 'Flax.', 'Hemp.', 'tie', 'ben'],
  ]);
  expect(facts.map(leftIn)).toEqual([[], [], ['answer no-choice'], ['answer rejected']]);
  for (const name of ['prodigy-compare.jsonl', 'prodigy-choice.jsonl'])
    expect(prodigy.fits(sampleOf(name))).toBeGreaterThan(0.9);
});

test('options that are the same in all tasks are labels of texts, and no comments', () => {
  const task = (text: string) => ({
    text,
    options: [
      { id: 1, text: 'Good' },
      { id: 2, text: 'Poor' },
    ],
    accept: [1],
    answer: 'accept',
  });
  expect(prodigy.fits({ format: 'jsonl', columns: null, values: [task('a'), task('b')] })).toBe(0);
});
