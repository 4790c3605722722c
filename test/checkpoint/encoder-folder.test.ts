import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readArchitecture } from '../../src-main/checkpoint/folder.ts';
import type { StoredTensor } from '../../src-main/checkpoint/safetensors.ts';
import { vectorWidth } from '../../src-main/contract/engine.ts';
import { readEncoderFolder, writeEncoderFolder } from '../../src-main/engine/head/encoder-folder.ts';
import { blocksOf, plainNames } from '../../src-main/engine/head/features.ts';
import { encoderRewardParameters } from '../../src-main/engine/model/encoder-reward.ts';
import { smallEncoder } from '../support/small-deep-encoder.ts';

const manifest = {
  kind: 'reward' as const,
  createdAt: '2024-01-01T00:00:00.000Z',
  trainingConfig: { seed: 42 },
  result: { steps: 3 },
  maxTokens: 24,
};
const head = {
  weights: new Float32Array(blocksOf(vectorWidth).end).fill(0.5),
  mean: new Float32Array(plainNames.length).fill(2),
  deviation: new Float32Array(plainNames.length).fill(3),
};
const { tensors: _, ...reader } = await smallEncoder();
const { config, tokenizer } = reader;
const tensors = new Map<string, StoredTensor>(
  encoderRewardParameters(config).map(({ name, shape }, i) => [
    name,
    { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(i) },
  ]),
);

let home: string;
let folder: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'model-'));
  folder = join(home, 'deep-1');
});
afterEach(() => rm(home, { recursive: true }));

describe('the folder of a trained encoder', () => {
  test('comes back as written, and holds all that it needs', async () => {
    await writeEncoderFolder(folder, { ...reader, manifest, tensors, head });
    const back = await readEncoderFolder(folder);
    expect(back.config).toEqual(config);
    expect(back.tensors).toEqual(tensors);
    expect(back.head).toEqual(head);
    const text = 'thanks, a clear source: number 1';
    expect(back.tokenizer.encode(text)).toEqual(tokenizer.encode(text));
    expect(await readArchitecture(folder)).toBe('encoder');
    expect(await readdir(home)).toEqual(['deep-1']);
  });

  test('a missing tensor, another size, and a head that reads other features are refused', async () => {
    const without = new Map(tensors);
    without.delete('h.1.residual.weight');
    without.delete('dense.bias');
    await writeEncoderFolder(folder, { ...reader, manifest, tensors: without, head });
    await expect(readEncoderFolder(folder)).rejects.toThrow(/dense\.bias is missing and should be 512/);
    await rm(folder, { recursive: true });
    const short = { ...head, mean: head.mean.slice(1) };
    await writeEncoderFolder(folder, { ...reader, manifest, tensors, head: short });
    await expect(readEncoderFolder(folder)).rejects.toMatchObject({ code: 'damaged' });
    await rm(join(folder, 'manifest.json'));
    const path = join(folder, 'config.json');
    const changed = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...changed, heads: 3 }));
    await expect(readEncoderFolder(folder)).rejects.toThrow(/sizes that no encoder has/);
    await writeFile(path, JSON.stringify({ ...changed, plain: ['something else'] }));
    await expect(readEncoderFolder(folder)).rejects.toMatchObject({ code: 'bad-input' });
  });
});
