import { expect, test } from 'vitest';
import { pairs } from '../../../src-main/dataset/shapes/pairs.ts';
import { factsIn, leftIn, sampleOf } from '../../support/shape-reading.ts';

test('rows keep who, when, which models, scores as a margin, title, context and group', () => {
  const facts = factsIn(pairs, 'pairs-plain.jsonl');
  expect(facts[0]).toEqual([
    {
      kind: 'answer',
      post: { text: 'How do I store bread?', title: 'Bread', context: 'A warm kitchen.', group: 'g1', split: 'train' },
      left: { text: 'In a cloth bag.', author: 'oven-1' },
      right: { text: 'In the fridge.', author: 'oven-2' },
      choice: 'left',
      annotator: 7,
      date: '2024-05-01 10:00:00+02:00',
      pair: 'p1',
      margin: 2.5,
      models: ['oven-1', 'oven-2'],
    },
  ]);
  expect(facts[2]).toMatchObject([{ post: { text: 'Is tea a soup?' }, margin: 2 }]);
  expect(facts[4]).toMatchObject([
    { post: { text: 'The sky is' }, left: { text: 'blue.' }, right: { text: 'green.' }, choice: 'left' },
  ]);
  expect(facts[6]).toMatchObject([{ post: { text: 'System: You are brief.\n\nHuman: Name a tree.' } }]);
  expect(facts.map(leftIn)).toEqual([
    [],
    ['answer not-two'],
    [],
    ['answer no-prompt'],
    [],
    ['answer scores-contradict'],
    [],
  ]);
  expect(facts[1]).toMatchObject([{ text: expect.stringContaining('In a cloth bag.') }]);
});

test('in conversations the last message is the comment, and what precedes it the post', () => {
  const facts = factsIn(pairs, 'pairs-conversations.jsonl');
  expect(
    facts.flat().flatMap((fact) => (fact.kind === 'answer' ? [[fact.post.text, fact.left.text, fact.right.text]] : [])),
  ).toEqual([
    ['Which glue holds wood?', 'White glue.', 'Jam.'],
    ['Human: Is it late?\n\nAssistant: Yes.\n\nHuman: How late?', 'Eleven.', 'Late.'],
    ['Which way is north?', 'Where moss grows.', 'Up.'],
    ['Name a bird.', 'Wren.', 'Bat.'],
  ]);
  expect(leftIn(facts.flat())).toEqual(['answer no-prompt']);
});

test('columns are found whatever their case and separators, and can be said', () => {
  expect(factsIn(pairs, 'pairs-table.csv')).toEqual([
    [
      {
        kind: 'answer',
        post: { text: 'How hot is lava?' },
        left: { text: 'About a thousand degrees.' },
        right: { text: 'Quite.' },
        choice: 'left',
        annotator: 'w1',
      },
    ],
  ]);
  const said = pairs.open({
    fields: new Map([
      ['ask', 'prompt'],
      ['yes', 'chosen'],
      ['no', 'rejected'],
      ['worker', 'nothing'],
      ['prompt', 'nothing'],
    ]),
  });
  expect(said({ ask: 'A', prompt: 'B', yes: 'C', no: 'D', worker: 'w' })).toEqual([
    { kind: 'answer', post: { text: 'A' }, left: { text: 'C' }, right: { text: 'D' }, choice: 'left' },
  ]);
});

test('equal scores are a tie; rows are recognised, and rows of posts with comments are not', () => {
  const read = pairs.open({ fields: new Map() });
  const row = { prompt: 'a', chosen: 'b', rejected: 'c', score_chosen: '7.0', score_rejected: 7 };
  expect(read(row)).toMatchObject([{ choice: 'tie' }]);
  expect(read([1])).toMatchObject([{ kind: 'left', of: 'row', why: 'not-an-entry' }]);
  for (const name of ['pairs-plain.jsonl', 'pairs-conversations.jsonl', 'pairs-table.csv']) {
    expect(pairs.fits(sampleOf(name))).toBeGreaterThan(0.8);
  }
  expect(
    pairs.fits({ format: 'jsonl', columns: null, values: [{ text: 'a', comments: [{ text: 'b', score: 0 }] }] }),
  ).toBe(0);
});
