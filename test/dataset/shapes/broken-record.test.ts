import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shapeNames } from '../../../src-main/contract/reading.ts';
import { lookAt } from '../../../src-main/dataset/look.ts';
import { findFile, readRecords } from '../../../src-main/dataset/records/read.ts';
import { isRecord } from '../../../src-main/dataset/records/record.ts';
import { temporaryFile } from '../../support/temporary.ts';

/** Every example is named after its shape, the longest name that fits. */
const folder = join(import.meta.dirname, '../../fixtures/files/own');
const byLength = [...shapeNames].sort((a, b) => b.length - a.length);
const examples = readdirSync(folder).flatMap((file) => {
  const shape = byLength.find((name) => file.startsWith(`${name}-`));
  return shape === undefined ? [] : [{ file, shape }];
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

test('a value that says itself how it is to be written is none, in every place of every shape', async () => {
  const stubborn = { toString: 1, valueOf: 2 };
  for (const { file } of examples.filter((example) => /\.jsonl?$/.test(example.file))) {
    const path = join(folder, file);
    const values: unknown[] = [];
    for await (const { items } of readRecords(path, await findFile(path, {}), { onDamage: () => undefined }))
      values.push(...items.filter(isRecord).map(({ value }) => value));
    const look = await lookAt(path);
    const read = look.shape.open(look);
    for (const value of values.slice(0, 2)) {
      for (const other of withOther(look.unwritten(value), stubborn, 4)) {
        expect(() => read(other), `${file}: ${JSON.stringify(other)}`).not.toThrow();
        expect(() => look.shape.fits({ format: 'jsonl', columns: null, values: [other] }), file).not.toThrow();
      }
    }
  }
});

/** The value again and again, another place of it taken by something else each time. */
function* withOther(value: unknown, other: unknown, depth: number): Generator<unknown> {
  if (typeof value !== 'object' || value === null || depth === 0) return;
  for (const [key, inner] of Object.entries(value)) {
    const put = (one: unknown): unknown =>
      Array.isArray(value) ? value.with(Number(key), one) : { ...value, [key]: one };
    yield put(other);
    for (const deeper of withOther(inner, other, depth - 1)) yield put(deeper);
  }
}
