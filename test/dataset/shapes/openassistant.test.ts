import { expect, test } from 'vitest';
import { openassistant } from '../../../src-main/dataset/shapes/openassistant.ts';
import { factsIn, leftIn, sampleOf } from '../../support/shape-reading.ts';

const second = 'Human: How do I dry herbs?\n\nAssistant: Hang them in the shade.\n\nHuman: For how long?';

test('trees: each prompt with the answers to it, and the conversation above it', () => {
  const facts = factsIn(openassistant, 'openassistant-trees.jsonl');
  expect(facts[0]!.filter((fact) => fact.kind === 'post')).toEqual([
    {
      kind: 'post',
      post: {
        text: 'How do I dry herbs?',
        id: 't1',
        group: 't1',
        author: 'u1',
        date: '2023-02-05T14:23:50.983374+00:00',
      },
      comments: [
        { text: 'Hang them in the shade.', id: 'm2', place: 0 },
        { text: 'Buy dry ones.', id: 'm3', place: 1, deleted: true },
      ],
      list: 'row',
    },
    {
      kind: 'post',
      post: { text: second, id: 'm4', group: 't1' },
      comments: [
        { text: 'Two weeks.', id: 'm5', place: 0 },
        { text: 'A day.', id: 'm6', place: 1 },
      ],
      list: 'row',
    },
  ]);
  expect(leftIn(facts[0]!)).toEqual(['reply prompt-in-between', 'reply prompt-in-between']);
  expect(leftIn(facts[1]!)).toEqual(['row prompt-deleted', 'comment prompt-deleted']);
});

test('messages in rows: the conversation is put together of the same tree', () => {
  const facts = factsIn(openassistant, 'openassistant-messages.jsonl');
  expect(facts[1]).toEqual([
    {
      kind: 'comment',
      post: 't1',
      parent: 't1',
      comment: {
        text: 'Hang them in the shade.',
        id: 'm2',
        place: 0,
        author: 'u2',
        date: '2023-02-05T15:23:50.983374+00:00',
      },
      group: 't1',
    },
  ]);
  expect(facts[2]).toMatchObject([
    { kind: 'post', post: { id: 'm4', text: second }, comments: [], list: 'thread' },
    {},
  ]);
  expect(facts.map(leftIn)).toEqual([[], [], ['reply prompt-in-between'], [], ['reply conversation-unknown']]);
  expect(openassistant.fits(sampleOf('openassistant-messages.jsonl'))).toBeGreaterThan(0.9);
  expect(openassistant.fits(sampleOf('openassistant-trees.jsonl'))).toBe(1);
});
