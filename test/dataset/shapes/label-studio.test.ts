import { expect, test } from 'vitest';
import { labelStudio } from '../../../src-main/dataset/shapes/label-studio.ts';
import { answersIn, factsIn, leftIn, sampleOf } from '../../support/shape-reading.ts';

test('tasks: each annotation is an answer with its person, time and seconds', () => {
  const facts = factsIn(labelStudio, 'label-studio-tasks.json');
  expect(facts[0]![0]).toEqual({
    kind: 'answer',
    post: { text: 'How do I sharpen a knife?' },
    left: { text: 'On a stone.' },
    right: { text: 'On a shoe.' },
    choice: 'left',
    annotator: 'ann@example.org',
    date: '2024-03-29T05:39:54.721157Z',
    seconds: 4.2,
    pair: 70,
  });
  expect(answersIn(facts[0]!)[1]).toEqual(['How do I sharpen a knife?', 'On a stone.', 'On a shoe.', 'tie', 6]);
  expect(leftIn(facts[0]!)).toEqual(['answer cancelled', 'answer no-choice']);
  expect(leftIn(facts[1]!)).toEqual(['row no-annotation', 'answer prediction']);
});

test('a ranking is an answer for each two; buckets have no order', () => {
  const facts = factsIn(labelStudio, 'label-studio-tasks.json')[2]!;
  expect(answersIn(facts)).toEqual([
    ['Name a tool.', 'The saw.', 'The spoon.', 'left', 3],
    ['Name a tool.', 'The saw.', 'The adze.', 'right', 3],
    ['Name a tool.', 'The spoon.', 'The adze.', 'right', 3],
  ]);
  expect(leftIn(facts)).toEqual(['answer no-order']);
});

test('JSON_MIN and CSV: one annotation in each row', () => {
  expect(answersIn(factsIn(labelStudio, 'label-studio-min.json').flat())).toEqual([
    ['How do I sharpen a knife?', 'On a stone.', 'On a shoe.', 'right', 3],
  ]);
  const table = factsIn(labelStudio, 'label-studio-table.csv').flat();
  expect(answersIn(table)).toEqual([['How do I sharpen a knife?', 'On a stone.', 'On a shoe.', 'right', '3']]);
  expect(leftIn(table)).toEqual(['answer no-choice']);
  for (const name of ['label-studio-tasks.json', 'label-studio-min.json', 'label-studio-table.csv'])
    expect(labelStudio.fits(sampleOf(name))).toBeGreaterThan(0.9);
});
