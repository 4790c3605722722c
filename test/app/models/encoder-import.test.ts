import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import yazl from 'yazl';
import { type App, openApp } from '../../../src-main/app.ts';
import { encoderFiles, noteFile } from '../../../src-main/checkpoint/folder-content.ts';
import { readBertEncoder } from '../../../src-main/engine/model/bert-encoder.ts';
import { createOnnxRuntime } from '../../../src-main/engine/runtime/onnx.ts';
import { embed, loadEncoder, unloadEncoder } from '../../../src-main/engine/score/embed.ts';
import { encoderNames, encodersFolder, encoderValues } from '../../support/fixtures.ts';
import { rows, scratchFolder } from '../../support/run-cli.ts';
import { clientOf, give, resultOf } from '../../support/served.ts';

const folders = encodersFolder();
const scratch = scratchFolder();
let app: App;

beforeAll(() => {
  app = openApp({ home: join(scratch.folder, 'home') });
});
afterAll(async () => {
  await app.close();
  scratch.remove();
});

const state = () => [
  app.models(),
  existsSync(join(app.home, 'models')) ? readdirSync(join(app.home, 'models')).toSorted() : [],
];
const folderOf = (name: string): string => join(app.home, app.models().find((model) => model.name === name)!.folder);

/** What an encoder in the data folder makes of texts. */
async function vectorsOf(name: string, texts: readonly string[]): Promise<Float32Array[]> {
  const encoder = await loadEncoder(createOnnxRuntime('cpu'), await readBertEncoder(folderOf(name)));
  const hooks = { onProgress: () => {}, signal: new AbortController().signal };
  const { embeddings, width } = await embed(encoder, { texts }, hooks);
  await unloadEncoder(encoder);
  return texts.map((_, i) => embeddings.subarray(i * width, (i + 1) * width));
}

async function expectVectors(name: string, of: string): Promise<void> {
  const { texts } = encoderValues(of);
  const found = await vectorsOf(
    name,
    texts.map(({ text }) => text),
  );
  for (const [i, { text, vector }] of texts.entries()) {
    const off = vector.map((value, j) => Math.abs(value - found[i]![j]!));
    expect(Math.max(...off), `${of}: ${text}`).toBeLessThan(1e-5);
  }
}

describe('a published encoder', () => {
  test.each(encoderNames)('%s is kept, and gives the vectors of transformers', async (name) => {
    const report = await app.importModel({ path: join(folders, name) });
    expect(report).toMatchObject({ model: name, kind: 'encoder' });
    expect(report.note).toBe(
      encoderValues(name).prompt &&
        `Each text is read with ${JSON.stringify(encoderValues(name).prompt)} in front of it, as its authors want it.`,
    );
    const kept = readdirSync(folderOf(name), { recursive: true, encoding: 'utf8' });
    expect(kept.toSorted()).toEqual([...encoderFiles, noteFile, '1_Pooling'].toSorted());
    await expectVectors(name, name);
  });

  test('reads the same under another name, and after it came back from an export', async () => {
    const out = join(scratch.folder, 'out');
    await app.exportModel({ model: 'e5-small', as: 'huggingface', out });
    expect((await app.importModel({ path: out, name: 'by-folder' })).note).toMatch(/"query: "/);
    await expectVectors('by-folder', 'e5-small');
    const file = join(scratch.folder, 'out.zip');
    await app.exportModel({ model: 'all-mpnet-base', as: 'archive', out: file });
    expect(await app.importModel({ path: file, name: 'by-archive' })).toMatchObject({ kind: 'encoder' });
    await expectVectors('by-archive', 'all-mpnet-base');
  });

  test('comes as a zip file that somebody made of its folder', async () => {
    const zip = new yazl.ZipFile();
    const from = join(folders, 'arctic-embed-xs');
    for (const name of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
      if (name !== '1_Pooling') zip.addFile(join(from, name), `arctic-embed-xs/${name}`);
    }
    zip.end();
    const path = join(scratch.folder, 'zipped.zip');
    const pieces: Buffer[] = [];
    for await (const piece of zip.outputStream) pieces.push(piece as Buffer);
    writeFileSync(path, Buffer.concat(pieces));
    expect(await app.importModel({ path })).toMatchObject({ model: 'zipped', kind: 'encoder' });
    await expectVectors('zipped', 'arctic-embed-xs');
  });

  test('comes through a door, whose names have no folders', async () => {
    const from = join(folders, 'bge-small-en');
    const names = ['config.json', 'modules.json', 'sentence_bert_config.json', 'tokenizer.json', 'model.safetensors'];
    const given = await Promise.all(names.map((name) => give(app, name, readFileSync(join(from, name)))));
    const pooling = await give(app, '1_Pooling-config.json', readFileSync(join(from, '1_Pooling/config.json')));
    const files = [...given, pooling].map(({ handle }) => handle);
    const { task } = await clientOf(app).models.import({ files, folder: 'bge-small-en', name: 'through-a-door' });
    expect(await resultOf(app, 'model-import', task)).toMatchObject({ model: 'through-a-door', kind: 'encoder' });
    await expectVectors('through-a-door', 'bge-small-en');
  });

  test('comes through the window as a folder, with the file that lies deeper', async () => {
    const taken = await app.files.takeFolder(join(folders, 'arctic-embed-xs'));
    expect(taken.map(({ name }) => name)).toContain('1_Pooling/config.json');
    const files = taken.map(({ handle }) => handle);
    const { task } = await clientOf(app).models.import({ files, folder: 'arctic-embed-xs', name: 'by-window' });
    expect(await resultOf(app, 'model-import', task)).toMatchObject({ model: 'by-window', kind: 'encoder' });
    await expectVectors('by-window', 'arctic-embed-xs');
  });

  test('is listed as what it is, is no reward model and no base of a GPT, can be named, deleted and brought back', async () => {
    const lines = await clientOf(app).models.list();
    const line = lines.models.find(({ name }) => name === 'gte-small')!;
    expect(line).toMatchObject({ kind: 'encoder', inUse: false, accuracy: null });
    expect(line.parameters).toBeGreaterThan(5000);
    expect(line.bytes).toBeGreaterThan(4 * line.parameters!);
    const client = clientOf(app);
    await expect(client.models.use({ model: 'gte-small' })).rejects.toThrow(
      /gte-small is a text reader, which gives no rewards/,
    );
    await expect(app.train({ kind: 'reward', method: 'gpt', base: 'gte-small' })).rejects.toThrow(
      /gte-small is a text reader, and no GPT goes on from one/,
    );
    await client.models.rename({ model: 'gte-small', to: 'renamed' });
    await client.models.delete({ model: 'renamed' });
    expect(app.models().map(({ name }) => name)).not.toContain('renamed');
    await client.models.restore({ model: 'renamed' });
    await expectVectors('renamed', 'gte-small');
  });

  test('has no name of an encoder that comes along, and is found by its new name where it was named anew', async () => {
    const path = join(folders, 'tanh-gelu');
    await expect(app.importModel({ path, name: 'minilm' })).rejects.toThrow(
      /minilm is the name of an encoder that comes with/,
    );
    const use = join(scratch.folder, 'use');
    cpSync(path, use, { recursive: true });
    expect(await app.importModel({ path: use })).toMatchObject({ model: 'use-2' });
    const client = clientOf(app);
    await expect(client.models.rename({ model: 'use-2', to: 'use' })).rejects.toThrow(/use is the name of an encoder/);
    await app.import({ files: [scratch.write('few.jsonl', rows(0, 4))], split: 'train' });
    const trained = await app.train({
      ...{ kind: 'reward', method: 'deep', encoder: 'use-2', compare: false, anyway: true, device: 'cpu' },
      config: { epochs: 1 },
    });
    await client.models.rename({ model: 'use-2', to: 'other' });
    const line = (await client.models.list()).models.find(({ name }) => name === trained.model)!;
    expect(line).toMatchObject({ method: 'deep', encoder: 'other' });
    expect(app.runs().find(({ id }) => id === trained.run)!.config).toMatchObject({ encoder: 'other' });
  });

  test('goes into a backup, and comes out of it', async () => {
    const client = clientOf(app);
    const backup = await resultOf(app, 'backup', (await client.backup.create()).task);
    const { path } = app.files.find(backup.file.handle);
    const other = openApp({ home: join(scratch.folder, 'other') });
    try {
      const taken = await other.files.takePath(path);
      const restored = await resultOf(
        other,
        'restore',
        (await clientOf(other).backup.restore({ file: taken.handle })).task,
      );
      expect(restored.models).toBe(app.models().length);
      for (const { folder } of other.models().filter(({ kind }) => kind === 'encoder')) {
        expect((await readBertEncoder(join(other.home, folder))).tensors.size).toBeGreaterThan(10);
      }
    } finally {
      await other.close();
    }
  });

  test('that was changed since is not read', async () => {
    const path = join(folderOf('tanh-gelu'), '1_Pooling/config.json');
    const before = readFileSync(path);
    writeFileSync(path, JSON.stringify({ pooling_mode_cls_token: true }));
    await expect(readBertEncoder(folderOf('tanh-gelu'))).rejects.toThrow(/1_Pooling\/config\.json is not the file/);
    writeFileSync(path, before);
  });
});

describe('an encoder that can not be read leaves nothing', () => {
  type Change = (folder: string) => void;
  const json = (folder: string, name: string, change: object): void => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), ...change }));
  };
  const troubles: readonly [what: string, change: Change, sentence: RegExp][] = [
    [
      'another family',
      (to) => json(to, 'config.json', { model_type: 'distilbert' }),
      /changed is a DistilBERT, and encoders of the families BERT/,
    ],
    [
      'a language model with vectors',
      (to) => json(to, 'config.json', { model_type: 'qwen2' }),
      /changed is a Qwen, and encoders of the families BERT/,
    ],
    [
      'another pooling',
      (to) => json(to, '1_Pooling/config.json', { pooling_mode_mean_tokens: false, pooling_mode_max_tokens: true }),
      /is a BERT with the pooling max/,
    ],
    ['no tokenizer', (to) => rmSync(join(to, 'tokenizer.json')), /its tokenizer\.json is missing/],
    [
      'a tokenizer of no kind',
      (to) => writeFileSync(join(to, 'tokenizer.json'), '{"model":{"type":"WordLevel"}}'),
      /its tokenizer\.json is of no kind that can be read/,
    ],
    [
      'more tokens than weights',
      (to) => json(to, 'config.json', { vocab_size: 5 }),
      /its tokenizer has \d+ tokens, and the weights know only 5/,
    ],
    [
      'weights of another size',
      (to) => json(to, 'config.json', { intermediate_size: 41 }),
      /encoder\.layer\.0\.intermediate\.dense\.weight is 40 x 16 and should be 41 x 16/,
    ],
    [
      'a layer too many',
      (to) => json(to, 'config.json', { num_hidden_layers: 3 }),
      /encoder\.layer\.2\.\S+ is missing/,
    ],
    [
      'no pooling file',
      (to) => rmSync(join(to, '1_Pooling'), { recursive: true }),
      /The pooling configuration of changed is missing/,
    ],
    [
      'cut weights',
      (to) =>
        writeFileSync(join(to, 'model.safetensors'), readFileSync(join(to, 'model.safetensors')).subarray(0, 20_000)),
      /./,
    ],
  ];
  test.each(troubles)('%s', async (_, change, sentence) => {
    const changed = join(scratch.folder, 'changed');
    rmSync(changed, { recursive: true, force: true });
    mkdirSync(changed);
    cpSync(join(folders, 'all-minilm'), changed, { recursive: true });
    change(changed);
    const before = state();
    const refusal = app.importModel({ path: changed });
    await expect(refusal).rejects.toThrow(
      /^changed (was not imported, and nothing was changed: |is not a whole model)/,
    );
    await expect(refusal).rejects.toThrow(sentence);
    expect(state()).toEqual(before);
  });
});
