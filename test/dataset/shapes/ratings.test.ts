import { expect, test } from 'vitest';
import { ratings } from '../../../src-main/dataset/shapes/ratings.ts';
import { answersIn, factsIn, leftIn, sampleOf } from '../../support/shape-reading.ts';

test('rows of one answer are joined by their prompt; one rating is the votes, and the file says once which', () => {
  const facts = factsIn(ratings, 'ratings-helpsteer.jsonl');
  expect(facts[0]).toEqual([
    { kind: 'post', post: { text: 'Name a knot.' }, comments: [{ text: 'The bowline.', votes: 4 }], list: 'thread' },
    {
      kind: 'noted',
      of: 'vote',
      why: 'one-of-several-ratings',
      reason: expect.any(String),
      text: 'helpfulness was read; not kept: correctness, coherence, complexity, verbosity',
    },
  ]);
  expect(facts[1]).toEqual([
    { kind: 'post', post: { text: 'Name a knot.' }, comments: [{ text: 'A granny.', votes: 1 }], list: 'thread' },
  ]);
  expect(facts[2]).toMatchObject([{ comments: [{ text: null }] }]);
  expect(factsIn(ratings, 'ratings-stars.csv').flat()).toMatchObject([
    { post: { text: 'Name a door.' }, comments: [{ text: 'The red one.', votes: '5', author: 'm1' }] },
    { comments: [{ votes: '2' }] },
  ]);
});

test("HelpSteer's preferences are answers with their strength; single ones are reported", () => {
  const facts = factsIn(ratings, 'ratings-preferences.jsonl').flat();
  expect(answersIn(facts)).toEqual([
    ['Name a sail.', 'The jib.', 'The rag.', 'left'],
    ['Name a boat.', 'A barge.', 'A dinghy.', 'right'],
    ['Name an oar.', 'The left one.', 'The right one.', 'tie'],
  ]);
  expect(facts.flatMap((fact) => (fact.kind === 'answer' ? [fact.margin] : []))).toEqual([2, 1, undefined]);
  expect(leftIn(facts)).toEqual(['answer single-preferences']);
  expect(facts.find((fact) => fact.kind === 'left')).toMatchObject({ count: 2 });
  for (const name of ['ratings-helpsteer.jsonl', 'ratings-preferences.jsonl', 'ratings-stars.csv'])
    expect(ratings.fits(sampleOf(name))).toBeGreaterThan(0.8);
});
