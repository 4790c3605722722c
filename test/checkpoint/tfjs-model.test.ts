import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readTfjsWeights } from '../../src-main/checkpoint/tfjs-model.ts';
import { encoderFolder, readPretrainedEncoder } from '../../src-main/engine/model/encoder-weights.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tfjs-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A model of two shards, the first of which ends inside a tensor and at no multiple of four bytes. */
async function write(weights: unknown, paths = ['one', 'two'], cut = 0): Promise<void> {
  await writeFile(join(folder, 'model.json'), JSON.stringify({ weightsManifest: [{ paths, weights }] }));
  const bytes = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);
  await writeFile(join(folder, 'one'), bytes.subarray(0, 7));
  await writeFile(join(folder, 'two'), bytes.subarray(7, bytes.length - cut));
}

const floats = (name: string, shape: number[]) => ({ name, shape, dtype: 'float32' });

describe('a graph model of TensorFlow.js', () => {
  test('gives its float tensors, and skips its whole numbers', async () => {
    await write([floats('a', [1, 2]), { name: 'n', shape: [1], dtype: 'int32' }, floats('b', []), floats('c', [2])]);
    expect([...(await readTfjsWeights(folder))]).toEqual([
      ['a', { shape: [1, 2], data: Float32Array.of(1, 2) }],
      ['b', { shape: [], data: Float32Array.of(4) }],
      ['c', { shape: [2], data: Float32Array.of(5, 6) }],
    ]);
  });

  test('is refused where its shards are too short', async () => {
    await write([floats('a', [6])], ['one', 'two'], 1);
    await expect(readTfjsWeights(folder)).rejects.toMatchObject({ code: 'damaged' });
  });

  test.each([
    ['quantised weights', [{ ...floats('a', [2]), quantization: { dtype: 'uint8', scale: 1, min: 0 } }], undefined],
    ['another type', [{ ...floats('a', [2]), dtype: 'string' }], undefined],
    ['a negative size', [floats('a', [-2])], undefined],
    ['a path out of its folder', [floats('a', [2])], ['../one']],
  ])('is refused for %s', async (_, weights, paths) => {
    await write(weights, paths);
    await expect(readTfjsWeights(folder)).rejects.toMatchObject({ code: 'damaged' });
  });

  test('is refused where it is no JSON, or not there', async () => {
    await expect(readTfjsWeights(folder)).rejects.toMatchObject({ code: 'not-found' });
    await writeFile(join(folder, 'model.json'), '{');
    await expect(readTfjsWeights(folder)).rejects.toMatchObject({ code: 'damaged' });
    await write([floats('a', [6])], ['one', 'three']);
    await expect(readTfjsWeights(folder)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('the pretrained encoder', () => {
  test.each([
    ['vocab.json', '[["a", "b"]]'],
    ['vocab.json', '{'],
    ['vocab.json', '{}'],
  ])('is refused when its %s is %s', async (file, content) => {
    await cp(encoderFolder(), folder, { recursive: true });
    await writeFile(join(folder, file), content);
    await expect(readPretrainedEncoder(folder)).rejects.toMatchObject({ code: 'damaged' });
  });

  test('is refused when it lacks a tensor', async () => {
    await cp(encoderFolder(), folder, { recursive: true });
    await write([floats('module/Embeddings_en', [6])]);
    await expect(readPretrainedEncoder(folder)).rejects.toMatchObject({ code: 'damaged' });
  });
});
