import { expect, test } from 'vitest';
import { hhRlhf } from '../../../src-main/dataset/shapes/hh-rlhf.ts';
import { pairs } from '../../../src-main/dataset/shapes/pairs.ts';
import { factsIn, leftIn, sampleOf } from '../../support/shape-reading.ts';

test('the post is what both dialogues share up to the last "Assistant:"', () => {
  const facts = factsIn(hhRlhf, 'hh-rlhf-dialogues.jsonl');
  expect(facts[0]).toEqual([
    {
      kind: 'answer',
      post: { text: 'Can I eat acorns?' },
      left: { text: 'After leaching them in water.' },
      right: { text: 'No idea.' },
      choice: 'left',
    },
  ]);
  expect(facts[1]).toMatchObject([
    {
      post: { text: 'Human: Hi\n\nAssistant: Hello.\n\nHuman: What is a fjord?' },
      left: { text: 'A drowned valley.' },
    },
  ]);
  expect(leftIn(facts[2]!)).toEqual(['answer no-prompt']);
});

test('dialogues are recognised before other pairs', () => {
  const sample = sampleOf('hh-rlhf-dialogues.jsonl');
  expect(hhRlhf.fits(sample)).toBeGreaterThan(pairs.fits(sample));
});
