import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectedShapes, parameterName, toParameters } from '../../src-main/checkpoint/gpt2-names.ts';
import { type ModelConfig, readModelFolder, writeModelFolder } from '../../src-main/checkpoint/model-folder.ts';
import type { StoredTensor } from '../../src-main/checkpoint/safetensors.ts';
import { loadTokenizer } from '../../src-main/tokenizer/files.ts';
import { trainTokenizer } from '../../src-main/tokenizer/train.ts';
import { gpt2RewardFolder } from '../support/fixtures.ts';

const tokenizer = trainTokenizer(['some text, some text'], 260);
const config: ModelConfig = {
  model_type: 'gpt2',
  n_embd: 8,
  n_layer: 2,
  n_head: 2,
  n_positions: 16,
  vocab_size: tokenizer.vocabularySize,
  layer_norm_epsilon: 1e-5,
};
const manifest = {
  kind: 'reward' as const,
  createdAt: '2024-01-01T00:00:00.000Z',
  trainingConfig: { seed: 42 },
  result: { steps: 3 },
  maxTokens: 16,
};
const shapes = expectedShapes({ width: 8, layers: 2, positions: 16, vocabulary: tokenizer.vocabularySize });
shapes.set('v_head.weight', [1, 8]);
const tensors = new Map<string, StoredTensor>(
  [...shapes].map(([name, shape], at) => [
    name,
    { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(at) },
  ]),
);

let home: string;
let folder: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'model-'));
});
beforeEach(async () => {
  folder = join(home, 'reward-1');
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => rm(home, { recursive: true }));

describe('model folder', () => {
  test('comes back as written, with sums of every file', async () => {
    await writeModelFolder(folder, { config, manifest, tensors, tokenizer });
    const back = await readModelFolder(folder);
    expect(back.config).toEqual(config);
    expect(back.manifest).toMatchObject({ format: 1, ...manifest });
    expect(back.tensors).toEqual(tensors);
    expect((await loadTokenizer(folder)).json).toEqual(tokenizer.json);
    const names = (await readdir(folder)).filter((name) => name !== 'manifest.json').toSorted();
    expect(Object.keys(back.manifest!.files)).toEqual(names);
    expect(await readdir(home)).toEqual(['reward-1']);
  });

  test('an existing folder is left alone, a leftover of a killed run is not in the way, a failed one leaves nothing', async () => {
    await mkdir(`${folder}.partial`);
    await writeFile(join(`${folder}.partial`, 'model.safetensors'), 'half');
    const broken = new Map([['wte.weight', { shape: [3], data: new Float32Array(2) }]]);
    await expect(writeModelFolder(folder, { config, manifest, tensors: broken, tokenizer })).rejects.toThrow(
      /disagree/,
    );
    expect(await readdir(home)).toEqual([]);
    await writeModelFolder(folder, { config, manifest, tensors, tokenizer });
    await expect(writeModelFolder(folder, { config, manifest, tensors, tokenizer })).rejects.toMatchObject({
      code: 'bad-input',
    });
    expect(await readdir(home)).toEqual(['reward-1']);
  });

  test('a changed or missing file, a newer format and another architecture are refused', async () => {
    await writeModelFolder(folder, { config, manifest, tensors, tokenizer });
    const weights = join(folder, 'model.safetensors');
    const bytes = await readFile(weights);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(weights, bytes);
    await expect(readModelFolder(folder)).rejects.toMatchObject({ code: 'damaged' });
    await rm(weights);
    await expect(readModelFolder(folder)).rejects.toMatchObject({ code: 'damaged' });
    await writeFile(join(folder, 'manifest.json'), '{"format": 2}');
    await expect(readModelFolder(folder)).rejects.toThrow(/newer version/);
    await rm(join(folder, 'manifest.json'));
    await expect(readModelFolder(folder)).rejects.toMatchObject({ code: 'not-found' });
    await writeFile(join(folder, 'config.json'), '{"model_type": "llama"}');
    await expect(readModelFolder(folder)).rejects.toThrow(/not a GPT-2 but llama/);
  });

  test('weights that do not fit the configuration are refused', async () => {
    const without = new Map(tensors);
    without.delete('h.1.mlp.c_fc.bias');
    await writeModelFolder(folder, { config, manifest, tensors: without, tokenizer });
    await expect(readModelFolder(folder)).rejects.toThrow(/h\.1\.mlp\.c_fc\.bias is missing and should be 32/);
  });
});

describe('names', () => {
  test('prefixes go, buffers and the tied output matrix are left out', () => {
    expect(parameterName('model.transformer.h.11.attn.c_attn.weight')).toBe('h.11.attn.c_attn.weight');
    expect(parameterName('transformer.wte.weight')).toBe('wte.weight');
    expect(parameterName('ln_f.bias')).toBe('ln_f.bias');
    expect(parameterName('v_head.weight')).toBe('v_head.weight');
    for (const name of [
      'h.0.attn.bias',
      'transformer.h.0.attn.masked_bias',
      'lm_head.weight',
      'model.lm_head.weight',
    ]) {
      expect(parameterName(name)).toBeNull();
    }
  });

  test('a tensor held twice is taken once, and must have one size', () => {
    const one = { shape: [2], data: Float32Array.of(1, 2) };
    const other = { shape: [1], data: Float32Array.of(1) };
    const twice = (second: StoredTensor) =>
      new Map([
        ['model.transformer.ln_f.bias', one],
        ['transformer.ln_f.bias', second],
      ]);
    expect([...toParameters(twice(one))]).toEqual([['ln_f.bias', one]]);
    expect(() => toParameters(twice(other))).toThrow(/twice/);
  });
});

describe('the reference reward model', () => {
  test('loads, with its float16 head', async () => {
    const { config: read, manifest: none, tensors: found } = await readModelFolder(gpt2RewardFolder());
    expect([read.n_embd, read.n_layer, read.vocab_size, none]).toEqual([16, 2, 50257, null]);
    expect(found.size).toBe(29);
    expect(found.get('v_head.weight')!.shape).toEqual([1, 16]);
    expect(found.get('v_head.weight')!.data.every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
  });
});
