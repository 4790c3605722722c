import {
  copyFileSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import yazl from 'yazl';
import { modelAt, sourceOf } from '../../../src-main/app/models/model-files.ts';
import { type App, openApp } from '../../../src-main/app.ts';
import { importGpt2 } from '../../../src-main/checkpoint/gpt2-import.ts';
import { writeSafetensors } from '../../../src-main/checkpoint/safetensors.ts';
import { expectedRewards, gpt2RewardFolder, gpt2TokenizerFolder } from '../../support/fixtures.ts';
import { bytesOf, config, stateDict, tokenizer, weights, writeBin, writeFolder } from '../../support/gpt2-files.ts';
import { op, tensor, writeZip } from '../../support/make-pytorch.ts';
import { rows, scratchFolder } from '../../support/run-cli.ts';
import { clientOf, ended, give, resultOf } from '../../support/served.ts';

const fixture = gpt2RewardFolder();
const scratch = scratchFolder();
let app: App;
let client: ReturnType<typeof clientOf>;
let folder: string;

beforeAll(() => {
  app = openApp({ home: join(scratch.folder, 'home') });
  client = clientOf(app);
});
beforeEach(() => {
  folder = join(scratch.folder, 'small');
  rmSync(folder, { recursive: true, force: true });
});
afterAll(async () => {
  await app.close();
  scratch.remove();
});

const state = () => [
  app.models(),
  existsSync(join(app.home, 'models')) ? readdirSync(join(app.home, 'models')).toSorted() : [],
];

/** What a model makes of three comments. */
async function rewardsOf(model: string): Promise<readonly number[]> {
  const out = join(scratch.folder, 'scored.jsonl');
  const file = scratch.write('three.jsonl', rows(0, 1));
  await app.scoreFile({ file, out, replace: true, model, device: 'cpu' });
  const { comments } = JSON.parse(readFileSync(out, 'utf8')) as { comments: { reward: number }[] };
  return comments.map(({ reward }) => reward);
}

describe('the reference reward model', () => {
  test.each([
    ['as its file of PyTorch', 'pytorch_model.bin', undefined, /GPT-2's own was taken/],
    ['as its safetensors', 'model.safetensors', undefined, /GPT-2's own was taken/],
    ['as a folder, with a tokenizer from elsewhere', '', gpt2TokenizerFolder(), /^$/],
  ])('gives the rewards that PyTorch computed, %s', async (_, name, elsewhere, note) => {
    const report = await app.importModel({ path: join(fixture, name), ...(elsewhere ? { tokenizer: elsewhere } : {}) });
    expect(report).toMatchObject({ kind: 'reward', parameters: 827_104 });
    expect(report.note ?? '').toMatch(note);
    const expected = expectedRewards();
    const data = expected.map(({ prompt, comment }) => JSON.stringify({ text: prompt, comments: [{ text: comment }] }));
    const out = join(scratch.folder, 'out.jsonl');
    const file = scratch.write('in.jsonl', data.join('\n'));
    await app.scoreFile({ file, out, replace: true, model: report.model, device: 'cpu' });
    const found = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).comments[0].reward as number);
    expect(found).toHaveLength(expected.length);
    for (const [i, { reward }] of expected.entries()) expect(Math.abs(found[i]! - reward)).toBeLessThan(1e-4);
  });

  test('takes the name of an end in a text for ordinary text', async () => {
    const { model } = await app.importModel({ path: join(fixture, 'pytorch_model.bin') });
    const score = async (...texts: string[]): Promise<number[]> => {
      const out = join(scratch.folder, 'out.jsonl');
      const line = JSON.stringify({ text: 'A post', comments: texts.map((text) => ({ text })) });
      await app.scoreFile({ file: scratch.write('in.jsonl', line), out, replace: true, model, device: 'cpu' });
      return JSON.parse(readFileSync(out, 'utf8')).comments.map(({ reward }: { reward: number }) => reward);
    };
    const [plain, forged, longer] = await score(
      'good',
      'good<|endoftext|>',
      'good<|endoftext|> and what stands behind it',
    );
    // Were it an end, the reward would be read there, and nothing behind it would count.
    expect(Math.abs(forged! - plain!)).toBeGreaterThan(1e-3);
    expect(Math.abs(longer! - forged!)).toBeGreaterThan(1e-3);
  });
});

describe('a GPT-2 of another program', () => {
  test('is the same model from a folder, its parts, a file of PyTorch, an archive, links, and through a door', async () => {
    await writeFolder(folder);
    const first = await app.importModel({ path: folder });
    expect(first).toMatchObject({ model: 'small', kind: 'reward', note: null });
    const rewards = await rewardsOf('small');
    expect(new Set(rewards).size).toBe(3);

    const all = [...weights()];
    for (const [i, part] of [all.slice(0, 9), all.slice(9)].entries()) {
      const prefixed = part.map(
        ([name, one]) => [`transformer.${name}`.replace('transformer.v_head', 'v_head'), one] as const,
      );
      await writeSafetensors(join(folder, `model-0000${i + 1}-of-00002.safetensors`), new Map(prefixed));
    }
    rmSync(join(folder, 'model.safetensors'));
    const parts = await app.importModel({ path: folder, name: 'parts' });
    expect(await rewardsOf(parts.model)).toEqual(rewards);
    for (const i of [1, 2]) rmSync(join(folder, `model-0000${i}-of-00002.safetensors`));

    await writeBin(join(folder, 'weights.pt'));
    const pytorch = await app.importModel({ path: join(folder, 'weights.pt') });
    expect(pytorch.model).toBe('small-2');
    expect(await rewardsOf(pytorch.model)).toEqual(rewards);

    const links = join(scratch.folder, 'links');
    mkdirSync(links);
    for (const name of ['config.json', 'tokenizer.json', 'weights.pt'])
      symlinkSync(join(folder, name), join(links, name));
    expect(await rewardsOf((await app.importModel({ path: links })).model)).toEqual(rewards);

    writeFileSync(join(folder, 'README.md'), '# a model');
    await zipFolder(folder, join(scratch.folder, 'packed.zip'));
    const packed = await app.importModel({ path: join(scratch.folder, 'packed.zip') });
    expect(packed.model).toBe('packed');
    expect(await rewardsOf('packed')).toEqual(rewards);

    const handles = [];
    for (const name of ['tokenizer.json', 'weights.pt', 'config.json', 'README.md']) {
      handles.push((await give(app, name, readFileSync(join(folder, name)))).handle);
    }
    const { task } = await client.models.import({ files: handles, name: 'through-the-door' });
    expect(await resultOf(app, 'model-import', task)).toMatchObject({ model: 'through-the-door', kind: 'reward' });
    expect(await rewardsOf('through-the-door')).toEqual(rewards);
  });

  test('keeps its weights where they are doubled, halved or under the names of the original recipe', async () => {
    const tensors = weights();
    const twice = [...tensors].filter(([name]) => name !== 'v_head.weight');
    const keys = new Map(twice.map(([name], i) => [name, `${i}`]));
    const entry = (prefix: string) =>
      twice.map(([name, { shape }]) => [prefix + name, tensor({ key: keys.get(name)!, size: shape })] as const);
    const mask = tensor({ type: 'Byte', key: 'mask', size: [1, 1, 16, 16] });
    const head = Uint16Array.from({ length: 8 }, (_, i) => 0x3000 + 300 * i);
    const pickle = op.pickle(
      op.dictionary([
        ...entry('model.transformer.'),
        ['model.transformer.h.0.attn.bias', mask],
        ['model.transformer.h.0.attn.masked_bias', tensor({ key: 'number', size: [] })],
        ...entry('transformer.'),
        ['model.lm_head.weight', tensor({ key: keys.get('wte.weight')!, size: tensors.get('wte.weight')!.shape })],
        ['v_head.weight', tensor({ type: 'Half', key: 'head', size: [1, 8] })],
      ]),
    );
    await writeFolder(folder);
    rmSync(join(folder, 'model.safetensors'));
    await writeZip(join(folder, 'pytorch_model.bin'), pickle, {
      ...Object.fromEntries(twice.map(([name, one]) => [keys.get(name)!, bytesOf(one)])),
      mask: new Uint8Array(256),
      number: new Uint8Array(4),
      head: new Uint8Array(head.buffer),
    });
    const { model } = await app.importModel({ path: join(folder, 'pytorch_model.bin'), name: 'original' });
    expect(model).toBe('original');
    expect(new Set(await rewardsOf('original')).size).toBe(3);
  });

  test('needs no configuration where the shapes of its weights tell it', async () => {
    const tensors = weights(true, 128);
    const { vocab_size, n_positions, n_layer } = config;
    await writeFolder(folder, {
      tensors,
      config: { model_type: 'gpt2', n_embd: 128, n_head: 2, n_layer, n_positions, vocab_size },
    });
    const told = await app.importModel({ path: folder, name: 'told' });
    rmSync(join(folder, 'config.json'));
    const derived = await app.importModel({ path: join(folder, 'model.safetensors'), name: 'derived' });
    expect(derived).toEqual({ ...told, model: 'derived' });
    expect(await rewardsOf('derived')).toEqual(await rewardsOf('told'));
  });

  test('without a head is a language model, from which both kinds of training go on', async () => {
    await writeFolder(folder, { tensors: weights(false), name: (name) => `transformer.${name}` });
    expect(await app.importModel({ path: folder, name: 'language' })).toMatchObject({ model: 'language', kind: 'sft' });
    await app.import({ files: [scratch.write('rows.jsonl', rows(0, 8))], split: 'train' });
    const line = (await client.models.list()).models.find(({ name }) => name === 'language');
    // What the window's settings of a training offer as a base.
    expect(line).toMatchObject({ method: 'gpt', deletedAt: null, trainedOn: 'elsewhere (small)' });
    const settings = { config: { epochs: 1, maxTokens: 16 }, device: 'cpu' } as const;
    const sft = await app.train({ kind: 'sft', base: 'language', ...settings });
    const reward = await app.train({ kind: 'reward', base: 'language', ...settings });
    const again = await app.train({ kind: 'reward', base: 'small', ...settings });
    const bases = Object.fromEntries(app.models().map(({ name, base }) => [name, base]));
    expect([sft, reward, again].map(({ model }) => bases[model])).toEqual(['language', 'language', 'small']);
  });

  test('takes the head that TRL trains, and refuses one for several classes', async () => {
    const tensors = weights();
    const score = tensors.get('v_head.weight')!;
    await writeFolder(folder, {
      tensors,
      name: (name) => (name === 'v_head.weight' ? 'score.weight' : `transformer.${name}`),
    });
    await app.importModel({ path: folder, name: 'trl' });
    expect(await rewardsOf('trl')).toEqual(await rewardsOf('small'));
    tensors.set('v_head.weight', { shape: [2, 8], data: new Float32Array([...score.data, ...score.data]) });
    await writeFolder(folder, {
      tensors,
      name: (name) => (name === 'v_head.weight' ? 'score.weight' : `transformer.${name}`),
    });
    await expect(app.importModel({ path: folder })).rejects.toThrow(/v_head.weight is 2 x 8 and should be 1 x 8/);
  });

  test('is refused under a name that is taken, and is not taken in where that is cancelled', async () => {
    await writeFolder(folder);
    const before = state();
    await expect(app.importModel({ path: folder, name: 'small' })).rejects.toThrow(/There is a model small already/);
    await expect(app.importModel({ path: folder, name: '../x' })).rejects.toMatchObject({ code: 'bad-input' });
    const controller = new AbortController();
    const cancelled = app.importModel(
      { path: folder },
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    await expect(app.importModel({ path: join(folder, 'nowhere') })).rejects.toMatchObject({ code: 'not-found' });
    expect(state()).toEqual(before);
  });
});

type Hostile = readonly [what: string, make: () => Promise<unknown>, sentence: RegExp];
const bin = (): string => join(folder, 'pytorch_model.bin');

/** A folder whose weights are this pickle with these storages. */
async function pickled(value: Buffer, storages: Record<string, Uint8Array> = {}): Promise<void> {
  await writeFolder(folder);
  rmSync(join(folder, 'model.safetensors'));
  await writeZip(bin(), op.pickle(value), storages);
}

/** A folder with the true weights in a file of PyTorch, into which something was done. */
async function doctored(change: (file: Buffer) => Buffer): Promise<void> {
  await writeFolder(folder);
  rmSync(join(folder, 'model.safetensors'));
  await writeBin(bin());
  writeFileSync(bin(), change(readFileSync(bin())));
}

/** A folder with a safetensors file of this header and so much data. */
async function forged(header: object | string, data = 8): Promise<void> {
  await writeFolder(folder);
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(join(folder, 'model.safetensors'), Buffer.concat([length, json, Buffer.alloc(data)]));
}

const marker = () => join(scratch.folder, 'it-ran');
const one = (options: Partial<Parameters<typeof tensor>[0]>) =>
  pickled(op.dictionary([['wte.weight', tensor({ key: '0', size: [2], ...options })]]), { 0: new Uint8Array(8) });
const withTensors = (change: (tensors: ReturnType<typeof weights>) => unknown, head = true) => {
  const tensors = weights(head);
  change(tensors);
  return writeFolder(folder, { tensors });
};
const withConfig = (change: object) => writeFolder(folder, { config: { ...config, ...change } });

const hostile: readonly Hostile[] = [
  [
    'a pickle that would run a program',
    () => pickled(op.call(op.name('posix', 'system'), op.text(`touch ${marker()}`))),
    /asks for posix\.system, which is no part of a tensor.*Nothing in the file was run/,
  ],
  [
    'one that asks for eval',
    () => pickled(op.call(op.name('builtins', 'eval'), op.text('1'))),
    /asks for builtins\.eval/,
  ],
  [
    'one that asks for what Torch would unpack further',
    () => pickled(op.call(op.name('torch', 'load'), op.text('x'))),
    /asks for torch\.load/,
  ],
  [
    'an instruction that is not known',
    () => pickled(Buffer.from('I5\n')),
    /an instruction that is not known here \(73 at byte 2\)/,
  ],
  [
    'an old instruction that makes an instance',
    () => pickled(Buffer.from('(ios\nsystem\n')),
    /an instruction that is not known here/,
  ],
  [
    'an object whose inside is set',
    () => pickled(Buffer.concat([tensor({ key: '0', size: [2] }), op.dictionary([]), Buffer.from('b')])),
    /changes the inside of an object/,
  ],
  [
    'a value that is no tensor',
    () => pickled(op.dictionary([['wte.weight', op.text('x')]])),
    /wte\.weight is no tensor/,
  ],
  ['something else than a table', () => pickled(op.tuple()), /is no state_dict/],
  [
    'a parameter in a parameter',
    () => {
      const inner = op.call(
        op.name('torch._utils', '_rebuild_parameter'),
        tensor({ key: '0', size: [2] }),
        op.no,
        op.ordered(),
      );
      return pickled(
        op.dictionary([
          ['wte.weight', op.call(op.name('torch._utils', '_rebuild_parameter'), inner, op.no, op.ordered())],
        ]),
      );
    },
    /wte\.weight is no tensor/,
  ],
  [
    'a name twice',
    () => {
      const { pickle, storages } = stateDict(weights(), [['wte.weight', tensor({ key: '0', size: [2] })]]);
      return pickled(pickle.subarray(2, -1), storages);
    },
    /holds wte\.weight twice/,
  ],
  ['a million open brackets', () => pickled(Buffer.alloc(1_500_000, '(')), /more values than any model/],
  [
    'tuples a hundred thousand deep',
    () => pickled(Buffer.concat([Buffer.from('N'), Buffer.alloc(100_000, 0x85)])),
    /is no state_dict/,
  ],
  [
    'a size that is not true',
    () => one({ size: [2 ** 30], count: 2 }),
    /wte\.weight is larger than the numbers it lies in/,
  ],
  [
    'a storage that is not as long as it says',
    () => one({ size: [2 ** 20] }),
    /storage 0 is not 1048576 numbers of F32/,
  ],
  [
    'an offset out of the storage',
    () => one({ size: [1], count: 2, offset: 2 }),
    /wte\.weight is larger than the numbers/,
  ],
  ['a negative offset', () => one({ offset: -1 }), /wte\.weight is not described as a tensor is/],
  ['an offset beyond all numbers', () => one({ offset: 2n ** 62n }), /wte\.weight is not described as a tensor is/],
  ['a stride out of the storage', () => one({ stride: [5], count: 2 }), /wte\.weight is larger than the numbers/],
  [
    'a stride of nothing',
    () => one({ size: [65_536, 65_536], stride: [0, 0], count: 2 }),
    /wte\.weight is larger than the numbers/,
  ],
  [
    'sizes and strides that differ in number',
    () => one({ size: [2], stride: [] }),
    /wte\.weight is not described as a tensor is/,
  ],
  ['a storage that is missing', () => one({ key: '1' }), /lacks its part data\/1/],
  ['a storage outside of the archive', () => one({ key: '../../config.json' }), /lacks its part data/],
  [
    'a storage that grows when it is unpacked',
    async () => {
      await one({});
      const { pickle } = stateDict(new Map([['wte.weight', { shape: [2 ** 22], data: new Float32Array(0) }]]));
      await writeZip(bin(), pickle, { 0: new Uint8Array(2 ** 24) }, { pack: true });
    },
    /part data\/0 is packed in a way that PyTorch does not use/,
  ],
  [
    'another order of bytes',
    async () => {
      await one({});
      const { pickle, storages } = stateDict(weights());
      await writeZip(bin(), pickle, storages, { extra: [['archive/byteorder', Buffer.from('big')]] });
    },
    /numbers are written backwards/,
  ],
  [
    'two state_dicts',
    async () => {
      await one({});
      await writeZip(
        bin(),
        op.pickle(op.dictionary([])),
        {},
        { extra: [['other/data.pkl', op.pickle(op.dictionary([]))]] },
      );
    },
    /archive without a state_dict/,
  ],
  [
    'a file of PyTorch cut short',
    () => doctored((file) => file.subarray(0, -300)),
    /not a whole model|can't be taken apart/,
  ],
  [
    'a changed bit in a storage',
    () =>
      doctored((file) => {
        const at = file.indexOf('archive/data/0') + 40;
        file[at]! ^= 1;
        return file;
      }),
    /storage 0 is not what was written/,
  ],
  ['noise', () => doctored(() => Buffer.from('hello, this is no model at all')), /no file of PyTorch/],
  ['nothing', () => doctored(() => Buffer.alloc(0)), /no file of PyTorch/],
  [
    'the beginning of the old format alone',
    () =>
      doctored(() =>
        Buffer.concat([op.pickle(Buffer.from([0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]))]),
      ),
    /ends too early/,
  ],
  [
    'a safetensors header longer than its file',
    () =>
      forged({ 'wte.weight': { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, -0).then(() => {
        const path = join(folder, 'model.safetensors');
        const file = readFileSync(path);
        file.writeBigUInt64LE(2n ** 40n);
        writeFileSync(path, file);
      }),
    /header is longer than the file/,
  ],
  [
    'safetensors that lie upon each other',
    () =>
      forged({
        a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
        b: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
      }),
    /lies upon another/,
  ],
  [
    'a shape of many times the file',
    () => forged({ 'wte.weight': { dtype: 'F32', shape: [2 ** 40], data_offsets: [0, 8] } }),
    /another size than its shape/,
  ],
  ['weights in whole numbers', () => forged({ 'wte.weight': { dtype: 'I32', shape: [2], data_offsets: [0, 8] } }), /./],
  [
    'a tensor of another kind of model',
    () =>
      withTensors((tensors) =>
        tensors.set('h.0.crossattention.c_attn.weight', { shape: [1], data: new Float32Array(1) }),
      ),
    /holds h\.0\.crossattention\.c_attn\.weight, which neither/,
  ],
  [
    'a layer that its configuration does not know',
    () => withConfig({ n_layer: 1 }),
    /hold h\.1\.\S+, which its config\.json knows nothing of/,
  ],
  ['a layer too few', () => withConfig({ n_layer: 3 }), /h\.2\.ln_1\.weight is missing and should be 8/],
  [
    'numbers that are none',
    () => withTensors((tensors) => tensors.get('ln_f.bias')!.data.fill(Number.NaN)),
    /ln_f\.bias holds numbers that are none/,
  ],
  [
    'weights so large that no reward comes of them',
    () =>
      withTensors((tensors) => {
        tensors.get('ln_f.weight')!.data.fill(1e3);
        tensors.get('v_head.weight')!.data.fill(3e38);
      }),
    /rewards that are not numbers/,
  ],
  [
    'two versions of a tensor',
    () =>
      withTensors((tensors) => {
        const { shape, data } = tensors.get('ln_f.bias')!;
        tensors.set('transformer.ln_f.bias', { shape, data: data.map((value) => value + 1) });
      }),
    /ln_f\.bias twice, with different numbers/,
  ],
  [
    'an output matrix of its own',
    () =>
      withTensors((tensors) => {
        const { shape, data } = tensors.get('wte.weight')!;
        tensors.set('lm_head.weight', { shape, data: data.map((value) => value + 1) });
      }, false),
    /output matrix \(lm_head\.weight\) is not its token embedding/,
  ],
  [
    'an output matrix that it says to have and lacks',
    () => writeFolder(folder, { tensors: weights(false), config: { ...config, tie_word_embeddings: false } }),
    /tie_word_embeddings false/,
  ],
  ...(
    [
      ['activation_function', 'relu', /activation_function relu/],
      ['activation_function', 'gelu', /activation_function gelu/],
      ['scale_attn_weights', false, /scale_attn_weights false/],
      ['scale_attn_by_inverse_layer_idx', true, /scale_attn_by_inverse_layer_idx/],
      ['add_cross_attention', true, /add_cross_attention/],
      ['quantization_config', { bits: 4 }, /quantization_config/],
      ['n_inner', 16, /sizes that a GPT-2 doesn't have/],
      ['n_head', 3, /sizes that a GPT-2 doesn't have/],
      ['model_type', 'llama', /not a GPT-2 but llama/],
      ['model_type', { toString: 1 }, /not a GPT-2 but/],
      ['n_layer', 2 ** 40, /sizes that no GPT-2 has/],
      ['vocab_size', 'x', /no usable vocab_size/],
    ] as const
  ).map(
    ([key, value, sentence]): Hostile => [
      `a configuration with ${key} ${JSON.stringify(value)}`,
      () => withConfig({ [key]: value }),
      sentence,
    ],
  ),
  ['a configuration that is none', () => writeFolder(folder, { config: '{' }), /config\.json is not valid JSON/],
  [
    'weights alone, of a width that tells no heads',
    () => writeFolder(folder, { config: null }),
    /config\.json is missing beside .*put the config\.json into the same folder/,
  ],
  [
    'no tokenizer, where it can be none of ours',
    () => writeFolder(folder, { tokenizer: null }),
    /tokenizer is missing.*put it into the same folder/,
  ],
  [
    'a tokenizer with more tokens than the model',
    () =>
      writeFolder(folder, {
        tokenizer: {
          ...tokenizer.json,
          added_tokens: [{ id: 5000, content: '<pad>', special: true }, ...tokenizer.json.added_tokens],
        },
      }),
    /tokenizer has 5001 tokens, and the weights know only \d+/,
  ],
  [
    'a tokenizer of another kind',
    () =>
      writeFolder(folder, { tokenizer: { ...tokenizer.json, model: { type: 'WordPiece', vocab: {}, merges: [] } } }),
    /model is WordPiece/,
  ],
  [
    'a tokenizer with merges of numbers',
    () => writeFolder(folder, { tokenizer: { ...tokenizer.json, model: { ...tokenizer.json.model, merges: [5] } } }),
    /tokens are not as they should be/,
  ],
  [
    'a tokenizer that adds words',
    () =>
      writeFolder(folder, {
        tokenizer: {
          ...tokenizer.json,
          added_tokens: [...tokenizer.json.added_tokens, { id: 3, content: 'word', special: false }],
        },
      }),
    /adds words to its vocabulary/,
  ],
  [
    'a part too few',
    async () => {
      await writeFolder(folder);
      copyFileSync(join(folder, 'model.safetensors'), join(folder, 'model-00001-of-00002.safetensors'));
      rmSync(join(folder, 'model.safetensors'));
    },
    /in 2 parts, and not all of them are there/,
  ],
  [
    'several weights',
    async () => {
      await writeFolder(folder);
      copyFileSync(join(folder, 'model.safetensors'), join(folder, 'one.safetensors'));
      copyFileSync(join(folder, 'model.safetensors'), join(folder, 'two.safetensors'));
      rmSync(join(folder, 'model.safetensors'));
    },
    /several weights \(one\.safetensors, two\.safetensors\): name the file/,
  ],
  [
    'a configuration of two megabytes',
    () => writeFolder(folder, { config: JSON.stringify({ ...config, note: 'x'.repeat(2 << 20) }) }),
    /config\.json is far too large/,
  ],
  [
    'no weights',
    async () => {
      await writeFolder(folder);
      rmSync(join(folder, 'model.safetensors'));
    },
    /no weights/,
  ],
];

/** Cases that a process of its own and the application say something of; for all others it is enough to read them here. */
const throughApp = [
  'a pickle that would run a program',
  'tuples a hundred thousand deep',
  'a storage that grows when it is unpacked',
  'a file of PyTorch cut short',
  'numbers that are none',
  'weights so large that no reward comes of them',
  'a configuration that is none',
  'weights alone, of a width that tells no heads',
];

/** Reads the folder as the application does, in this process. */
async function readHere(): Promise<unknown> {
  const { files } = await modelAt(folder);
  const modelFolder = join(scratch.folder, 'target');
  const hooks = { signal: new AbortController().signal, onProgress: () => {} };
  try {
    return await importGpt2({ type: 'import', label: 'small', ...sourceOf(files), modelFolder }, hooks);
  } finally {
    expect(readdirSync(scratch.folder).filter((name) => name.startsWith('target'))).toEqual([]);
  }
}

describe('a model that is none, or means harm', () => {
  const here = hostile.filter(([what]) => !throughApp.includes(what));
  test.each(here)('%s is refused with its sentence, and leaves nothing', async (_, make, sentence) => {
    await make();
    await expect(readHere()).rejects.toMatchObject({ name: 'TiebreakError', message: expect.stringMatching(sentence) });
    expect(existsSync(marker())).toBe(false);
  });

  const there = hostile.filter(([what]) => throughApp.includes(what));
  test.each(there)('%s leaves neither model nor folder in the application', async (_, make, sentence) => {
    await make();
    const before = state();
    const error = await app.importModel({ path: folder }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'TiebreakError', message: expect.stringMatching(sentence) });
    const { message } = error as Error;
    expect(message).toMatch(/othing was changed/);
    expect(message).not.toContain(scratch.folder);
    expect(message.split('\n')).toHaveLength(1);
    expect(state()).toEqual(before);
    expect(existsSync(marker())).toBe(false);
  });

  test('an archive that grows without end, or leads out of its folder, is refused through a door', async () => {
    const before = state();
    const bomb = await give(app, 'bomb.zip', zipOfOne('small/tokenizer.json', Buffer.alloc(200 << 20)));
    const { error } = await ended(app, (await client.models.import({ files: [bomb.handle] })).task);
    expect(error).toMatchObject({
      code: 'damaged',
      message: expect.stringMatching(/bomb\.zip is not a whole model: tokenizer\.json is not as it should be/),
    });
    const way = await give(app, 'way.zip', zipOfOne('../../config.json', Buffer.from('{}')));
    expect((await ended(app, (await client.models.import({ files: [way.handle] })).task)).error).toMatchObject({
      code: 'damaged',
    });
    expect(state()).toEqual(before);
  });
});

/** A zip archive of a folder under its own name, as a person packs one. */
async function zipFolder(path: string, out: string): Promise<void> {
  const archive = new yazl.ZipFile();
  archive.addEmptyDirectory(basename(path));
  for (const name of readdirSync(path)) archive.addFile(join(path, name), `${basename(path)}/${name}`);
  archive.end();
  await pipeline(archive.outputStream, createWriteStream(out));
}

/** A zip archive of one file, whatever its name. */
function zipOfOne(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content);
  const local = Buffer.alloc(30);
  local.write('PK\x03\x04', 'latin1');
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(packed.length, 18);
  local.writeUInt32LE(content.length, 22);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.write('PK\x01\x02', 'latin1');
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(packed.length, 20);
  central.writeUInt32LE(content.length, 24);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(30 + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end]);
}
