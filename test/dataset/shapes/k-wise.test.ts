import { expect, test } from 'vitest';
import { kWise } from '../../../src-main/dataset/shapes/k-wise.ts';
import { answersIn, factsIn, leftIn, sampleOf } from '../../support/shape-reading.ts';

test('Nectar: answers with their ranks and models', () => {
  expect(factsIn(kWise, 'k-wise-nectar.jsonl')).toEqual([
    [
      {
        kind: 'post',
        post: { text: 'Name a herb.' },
        comments: [
          { text: 'Thyme.', author: 'm1', place: 1 },
          { text: 'Grass.', author: 'm2', place: 3 },
          { text: 'Mint.', author: 'm3', place: 2 },
        ],
        list: 'row',
      },
    ],
  ]);
});

test("a person's ranking is an answer for each two; scores are votes; an order gives places; what is unclear is reported", () => {
  const facts = factsIn(kWise, 'k-wise-rankings.jsonl');
  expect(answersIn(facts[0]!)).toEqual([
    ['Name a herb.', 'Thyme.', 'Grass.', 'left', 'w1'],
    ['Name a herb.', 'Thyme.', 'Mint.', 'left', 'w1'],
    ['Name a herb.', 'Grass.', 'Mint.', 'tie', 'w1'],
  ]);
  expect(facts[1]).toMatchObject([
    {
      comments: [
        { votes: 4.5, author: 'm1' },
        { votes: 1, author: 'm2' },
      ],
    },
  ]);
  expect(facts[2]).toMatchObject([{ comments: [{ text: 'The deep one.', place: 0 }, { place: 1 }] }]);
  expect(leftIn(facts[3]!)).toEqual(['row ranking-unclear']);
  expect(facts[4]).toMatchObject([
    {
      comments: [
        { text: 'Blue.', place: 1 },
        { text: 'Chalk.', place: 0 },
      ],
    },
  ]);
});

test('places and ties as they stand; long rankings of a person stay a list; posts with comments are another shape', () => {
  const read = kWise.open({ fields: new Map() });
  const row = { prompt: 'q', responses: ['a', 'b', 'c', 'd'], ranking: [1, 2, 2, 4] };
  expect(read(row)).toMatchObject([{ comments: [{ place: 1 }, { place: 2 }, { place: 2 }, { place: 4 }] }]);
  const long = { prompt: 'q', responses: Array.from({ length: 11 }, (_, at) => `t${at}`), annotator: 'w' };
  expect(read({ ...long, ranks: long.responses.map((_, at) => at) })).toMatchObject([{ kind: 'post', list: 'row' }]);
  expect(kWise.fits(sampleOf('k-wise-rankings.jsonl'))).toBeGreaterThan(0.8);
  expect(
    kWise.fits({ format: 'jsonl', columns: null, values: [{ text: 'a', comments: [{ text: 'b', score: 1 }] }] }),
  ).toBe(0);
});
