import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shapeNames } from '../../../src-main/contract/reading.ts';
import { lookAt } from '../../../src-main/dataset/look.ts';
import { findFile, readRecords } from '../../../src-main/dataset/records/read.ts';
import { isRecord } from '../../../src-main/dataset/records/record.ts';
import { shapes } from '../../../src-main/dataset/shapes/all.ts';
import { temporaryFile } from '../../support/temporary.ts';

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

/** Records that broke, as dumps have them: what an API answered where it failed, rows without anything. */
const broken = [{ error: { code: 404, message: 'not found' } }, {}, null, 'cut off'];

describe('one broken record does not change what a file is', () => {
  const ofJson = examples.filter(({ file }) => file.endsWith('.json') || file.endsWith('.jsonl'));
  test.each(ofJson)('$file: $shape', async ({ file, shape }) => {
    const values: unknown[] = [];
    const path = join(folder, file);
    for await (const { items } of readRecords(path, await findFile(path, {}), { onDamage: () => undefined }))
      values.push(...items.filter(isRecord).map(({ value }) => value));
    const many = Array.from({ length: 12 }, (_, at) => values[at % values.length]);
    for (const bad of broken) {
      const lines = [...many, bad].map((value) => JSON.stringify(value)).join('\n');
      expect((await lookAt(temporaryFile(`${lines}\n`))).found.shape).toBe(shape);
    }
  });
});
