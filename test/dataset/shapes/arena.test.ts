import { expect, test } from 'vitest';
import { arena } from '../../../src-main/dataset/shapes/arena.ts';
import { verdictIn } from '../../../src-main/dataset/shapes/verdict.ts';
import { answersIn, factsIn, leftIn, sampleOf } from '../../support/shape-reading.ts';

test('battles keep both models, the judge and the time; a number of a question is no id of a battle', () => {
  const facts = factsIn(arena, 'arena-battles.jsonl');
  expect(facts[0]).toEqual([
    {
      kind: 'answer',
      post: { text: 'Name a moon.' },
      left: { text: 'Ours.', author: 'm1' },
      right: { text: 'Titan.', author: 'm2' },
      choice: 'right',
      pair: 'ab12cd34',
      annotator: 'arena_user_9',
      date: 1682351591.5,
      models: ['m1', 'm2'],
    },
  ]);
  // The first turn was judged: what follows is no part of it.
  expect(answersIn(facts[1]!)).toEqual([['Name a star.', 'One.', 'A sun.', 'bad', 'expert_1']]);
  expect(facts[1]![0]).not.toHaveProperty('pair');
  expect(answersIn(facts[2]!)).toEqual([['Name a comet.', 'Halley.', 'Bob.', 'bad']]);
  expect(leftIn(facts[3]!)).toEqual(['answer no-choice']);
});

test("LMSYS's tables, and two texts with a number between 1 and 2", () => {
  expect(answersIn(factsIn(arena, 'arena-lmsys.csv').flat())).toEqual([
    ['Name a fruit.', 'Plum.', 'A stone.', 'left'],
    ['Human: Name a root.\n\nAssistant: Beet.\n\nHuman: Another.', 'Leek.', null, 'tie'],
  ]);
  expect(answersIn(factsIn(arena, 'arena-texts.jsonl').flat())).toEqual([
    ['Name a colour.', 'Teal.', 'Loud.', 'left', 'a1'],
    ['Name a colour.\n\nOf the sky.', 'Blue.', 'Grey.', 'tie', 'a1'],
  ]);
  for (const name of ['arena-battles.jsonl', 'arena-lmsys.csv', 'arena-texts.jsonl'])
    expect(arena.fits(sampleOf(name))).toBeGreaterThan(0.8);
});

test('words for which of two is better', () => {
  const words = [
    'model_a',
    'B',
    'Response 1',
    'the second one',
    'Both good',
    'tie (bothbad)',
    'A is slightly better',
    'positive',
  ];
  expect(words.map((word) => verdictIn(word))).toEqual(['left', 'right', 'left', 'right', 'tie', 'bad', 'left', null]);
  expect([0, 1, 2].map((number) => verdictIn(number, true))).toEqual(['left', 'right', null]);
  expect([0, 1, 2].map((number) => verdictIn(number))).toEqual([null, 'left', 'right']);
});
