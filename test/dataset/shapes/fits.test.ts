import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shapeNames } from '../../../src-main/contract/reading.ts';
import { lookAt } from '../../../src-main/dataset/look.ts';
import { shapes } from '../../../src-main/dataset/shapes/all.ts';

/** Every example is named after its shape, the longest name that fits: each is taken for that, and for no other. */
const folder = join(import.meta.dirname, '../../fixtures/files/own');
const byLength = [...shapeNames].sort((a, b) => b.length - a.length);
const examples = readdirSync(folder).flatMap((file) => {
  const shape = byLength.find((name) => file.startsWith(`${name}-`));
  return shape === undefined ? [] : [{ file, shape }];
});

describe('files are taken for what they are', () => {
  test.each(examples)('$file: $shape', async ({ file, shape }) => {
    expect((await lookAt(join(folder, file))).found.shape).toBe(shape);
  });
});

test('every shape of somebody else has an example', () => {
  const own = new Set(['posts', 'labels', 'context']);
  const without = shapes.filter(({ name }) => !own.has(name) && !examples.some(({ shape }) => shape === name));
  expect(without.map(({ name }) => name)).toEqual([]);
});
