import { expect, test } from 'vitest';
import { z } from 'zod';
import { complaint } from '../../src-main/common/complaint.ts';

const schema = z.strictObject({
  post: z.int().min(1),
  share: z.number().gt(0).lt(1).optional(),
  name: z.string().min(1).max(5).default('a'),
  list: z
    .array(z.object({ text: z.string() }))
    .max(2)
    .default([]),
  split: z.enum(['train', 'test']).optional(),
  both: z.union([z.string(), z.int()]).optional(),
  key: z.uuid().optional(),
  on: z.boolean().optional(),
  own: z
    .string()
    .refine((text) => text === 'yes', 'is not what was agreed')
    .optional(),
});

test.each([
  [{}, 'post is missing'],
  [{ post: 'x' }, 'post is not a number'],
  [{ post: 1.5 }, 'post is not a whole number'],
  [{ post: 0 }, 'post is below 1'],
  [{ post: 1, share: 0 }, 'share is not above 0'],
  [{ post: 1, share: 1 }, 'share is not below 1'],
  [{ post: 1, name: '' }, 'name is empty'],
  [{ post: 1, name: 'longer' }, 'name is longer than 5 characters'],
  [{ post: 1, list: {} }, 'list is not a list'],
  [{ post: 1, list: [{ text: 'a' }, {}] }, 'list[1].text is missing'],
  [{ post: 1, list: [{ text: 'a' }, { text: 'a' }, { text: 'a' }] }, 'list has more than 2 entries'],
  [{ post: 1, split: 'x' }, 'split is not one of train, test'],
  [{ post: 1, both: true }, 'both is not a text'],
  [{ post: 1, key: 'x' }, 'key is not written as it has to be'],
  [{ post: 1, on: 1 }, 'on is not true or false'],
  [{ post: 1, own: 'no' }, 'own is not what was agreed'],
  [{ post: 1, other: 1 }, 'The input holds what is not known: other'],
  ['x', 'The input is not an object'],
])('%j: %s', (input, words) => {
  expect(complaint(schema.safeParse(input).error!)).toBe(words);
});

test('the input as a whole has a name of its own', () => {
  expect(complaint(schema.safeParse(null).error!, 'the row')).toBe('the row is not an object');
});
