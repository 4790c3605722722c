import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer as Library } from '@huggingface/tokenizers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../../../src-main/app.ts';
import { createOnnxRuntime } from '../../../../src-main/engine/runtime/onnx.ts';
import { loadModel, score } from '../../../../src-main/engine/score/score.ts';
import { expectedRewards } from '../../../support/fixtures.ts';
import { homeWithGpt2 } from '../../../support/gpt2-fixture.ts';
import { metadataOf, openPlainGpt2, readTensors } from '../../../support/plain-gpt2.ts';
import { scratchFolder } from '../../../support/run-cli.ts';

const scratch = scratchFolder();
const rows = expectedRewards();
const folder = join(scratch.folder, 'reward');
const json = (at: string, name: string) => JSON.parse(readFileSync(join(at, name), 'utf8')) as Record<string, unknown>;
let app: App;

beforeAll(async () => {
  const home = join(scratch.folder, 'home');
  await homeWithGpt2(home);
  app = openApp({ home });
  await app.exportModel({ model: 'gpt2', as: 'huggingface', out: folder });
});
afterAll(async () => {
  await app.close();
  scratch.remove();
});

/** The state dict of transformers' GPT-2 (modeling_gpt2.py, Conv1D stores [in, out]) of the fixture's size. */
function bodyShapes(vocabulary: number): Record<string, number[]> {
  const layer = (i: number): Record<string, number[]> => ({
    [`transformer.h.${i}.ln_1.weight`]: [16],
    [`transformer.h.${i}.ln_1.bias`]: [16],
    [`transformer.h.${i}.attn.c_attn.weight`]: [16, 48],
    [`transformer.h.${i}.attn.c_attn.bias`]: [48],
    [`transformer.h.${i}.attn.c_proj.weight`]: [16, 16],
    [`transformer.h.${i}.attn.c_proj.bias`]: [16],
    [`transformer.h.${i}.ln_2.weight`]: [16],
    [`transformer.h.${i}.ln_2.bias`]: [16],
    [`transformer.h.${i}.mlp.c_fc.weight`]: [16, 64],
    [`transformer.h.${i}.mlp.c_fc.bias`]: [64],
    [`transformer.h.${i}.mlp.c_proj.weight`]: [64, 16],
    [`transformer.h.${i}.mlp.c_proj.bias`]: [16],
  });
  return {
    'transformer.wte.weight': [vocabulary, 16],
    'transformer.wpe.weight': [1024, 16],
    ...layer(0),
    ...layer(1),
    'transformer.ln_f.weight': [16],
    'transformer.ln_f.bias': [16],
  };
}
const shapesIn = (at: string) =>
  Object.fromEntries([...readTensors(join(at, 'model.safetensors'))].map(([name, { shape }]) => [name, shape]));

describe('a reward model as a folder for transformers', () => {
  test('has the files, names and shapes of GPT2ForSequenceClassification, and no mask buffers', () => {
    expect(readdirSync(folder).toSorted()).toEqual([
      'README.md',
      'config.json',
      'merges.txt',
      'model.safetensors',
      'special_tokens_map.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'vocab.json',
    ]);
    // One row more than GPT-2 has, for the padding token.
    expect(shapesIn(folder)).toEqual({ ...bodyShapes(50258), 'score.weight': [1, 16] });
    expect(Object.keys(shapesIn(folder)).filter((name) => /\.attn\.(masked_)?bias$|lm_head/.test(name))).toEqual([]);
    expect(metadataOf(join(folder, 'model.safetensors'))).toEqual({ format: 'pt' });
    expect(json(folder, 'config.json')).toMatchObject({
      architectures: ['GPT2ForSequenceClassification'],
      model_type: 'gpt2',
      n_embd: 16,
      n_layer: 2,
      n_head: 2,
      n_positions: 1024,
      vocab_size: 50258,
      activation_function: 'gelu_new',
      layer_norm_epsilon: 1e-5,
      bos_token_id: 50256,
      eos_token_id: 50256,
      pad_token_id: 50257,
      id2label: { 0: 'reward' },
      tiebreak: { max_length: 512, context: 'post' },
    });
    expect(json(folder, 'tokenizer_config.json')).toMatchObject({
      pad_token: '<|pad|>',
      eos_token: '<|endoftext|>',
      truncation_side: 'left',
      model_max_length: 512,
    });
  });

  test('gives the expected rewards where all of it is read with nothing of ours, alone and with padding behind', () => {
    const { config, score } = openPlainGpt2(folder);
    // Without special tokens, as the folder's README says: their names are ordinary text in a text.
    const tokenizer = new Library({ ...json(folder, 'tokenizer.json'), added_tokens: [] }, {});
    for (const [i, { prompt, comment, tokens, reward }] of rows.entries()) {
      const text = `<|startoftext|>${prompt}\n\n${comment}`;
      const ids = tokenizer.encode(text, { add_special_tokens: false }).ids.slice(-511);
      const whole = [...ids, config.eos_token_id!];
      expect(whole).toHaveLength(tokens);
      const padded = [...whole, ...Array<number>(i % 3).fill(config.pad_token_id!)];
      expect(Math.abs(score(padded) - reward), `row ${i}`).toBeLessThan(1e-4);
    }
  });

  test('gives them to our own reader', async () => {
    const model = await loadModel(createOnnxRuntime('cpu'), folder);
    const texts = rows.map(({ prompt, comment }) => ({ post: prompt, comment }));
    const request = { type: 'score', modelFolder: folder, device: 'cpu', texts } as const;
    const { rewards } = await score(model, request, { onProgress: () => {}, signal: new AbortController().signal });
    for (const [i, { reward }] of rows.entries()) expect(Math.abs(rewards[i]! - reward)).toBeLessThan(1e-4);
  });

  test('has a tokenizer whose two forms say the same, padding included', () => {
    const vocabulary = json(folder, 'vocab.json');
    const whole = json(folder, 'tokenizer.json') as {
      model: { vocab: object; merges: unknown[] };
      added_tokens: object[];
    };
    expect(vocabulary).toEqual(whole.model.vocab);
    expect(vocabulary).toMatchObject({ '<|endoftext|>': 50256, '<|pad|>': 50257 });
    expect(whole.added_tokens).toContainEqual(
      expect.objectContaining({ id: 50257, content: '<|pad|>', special: true }),
    );
    const [version, ...merges] = readFileSync(join(folder, 'merges.txt'), 'utf8').trimEnd().split('\n');
    expect(version).toBe('#version: 0.2');
    expect(merges).toHaveLength(whole.model.merges.length);
  });

  test('says in its README how to score, at which token and from which length on', () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(readme).not.toContain('{{');
    for (const words of [
      'AutoModelForSequenceClassification',
      'ids[-511:]',
      'At most 512 tokens',
      '**left**',
      'id 50256',
    ])
      expect(readme).toContain(words);
  });
});

test('a language model is GPT2LMHeadModel, with its tied output matrix left out as transformers leaves it out', async () => {
  const out = join(scratch.folder, 'lm');
  await app.exportModel({ model: 'gpt2-lm', as: 'huggingface', out });
  expect(shapesIn(out)).toEqual(bodyShapes(50257));
  expect(json(out, 'config.json')).toMatchObject({
    architectures: ['GPT2LMHeadModel'],
    vocab_size: 50257,
    pad_token_id: 50256,
    tie_word_embeddings: true,
  });
  expect(json(out, 'config.json')).not.toHaveProperty('id2label');
  expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain('AutoModelForCausalLM');
});
