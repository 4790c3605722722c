import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../src-main/app.ts';
import { readSafetensors } from '../../src-main/checkpoint/safetensors.ts';
import { readBertEncoder } from '../../src-main/engine/model/bert-encoder.ts';
import { createOnnxRuntime } from '../../src-main/engine/runtime/onnx.ts';
import { embed, loadEncoder, unloadEncoder } from '../../src-main/engine/score/embed.ts';
import { encodersFolder, encoderValues } from '../support/fixtures.ts';
import { writeBin } from '../support/gpt2-files.ts';
import { type HubServer, revision, startHub } from '../support/hub-server.ts';
import { scratchFolder, startCli } from '../support/run-cli.ts';
import { clientOf, resultOf } from '../support/served.ts';

// Encoders in the form of their repositories on the hub, with all that lies there beside what is needed.

const folders = encodersFolder();
const scratch = scratchFolder();
const name = 'intfloat/multilingual-e5-small';
const needed = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'modules.json',
  'sentence_bert_config.json',
  'config_sentence_transformers.json',
  '1_Pooling/config.json',
  'model.safetensors',
];
let files: Map<string, Buffer>;
let hub: HubServer;
let app: App;

function filesOf(encoder: string): Map<string, Buffer> {
  const names = readdirSync(join(folders, encoder), { recursive: true, encoding: 'utf8' });
  return new Map(
    names.filter((one) => one !== '1_Pooling').map((one) => [one, readFileSync(join(folders, encoder, one))]),
  );
}

beforeAll(async () => {
  files = filesOf('multilingual-e5-small');
  for (const other of [
    ...[
      'README.md',
      '.gitattributes',
      'onnx/model.onnx',
      'onnx/config.json',
      'onnx/tokenizer.json',
      'openvino/model.bin',
    ],
    ...[
      'sentencepiece.bpe.model',
      'special_tokens_map.json',
      'tf_model.h5',
      'pytorch_model.bin',
      '2_Dense/config.json',
    ],
  ]) {
    files.set(other, Buffer.from('not wanted'));
  }
  hub = await startHub(name, files);
  app = openApp({ home: join(scratch.folder, 'home'), hub: hub.address });
});
beforeEach(() => {
  for (const key of Object.keys(hub.faults)) delete hub.faults[key as keyof typeof hub.faults];
  hub.asked.length = 0;
});
afterAll(async () => {
  await app.close();
  await hub.close();
  scratch.remove();
});

async function expectVectors(model: string, of: string, home = app): Promise<void> {
  const { folder } = home.models().find((one) => one.name === model)!;
  const encoder = await loadEncoder(createOnnxRuntime('cpu'), await readBertEncoder(join(home.home, folder)));
  const { texts } = encoderValues(of);
  const hooks = { onProgress: () => {}, signal: new AbortController().signal };
  const { embeddings, width } = await embed(encoder, { texts: texts.map(({ text }) => text) }, hooks);
  await unloadEncoder(encoder);
  for (const [i, { text, vector }] of texts.entries()) {
    const off = vector.map((value, j) => Math.abs(value - embeddings[i * width + j]!));
    expect(Math.max(...off), text).toBeLessThan(1e-5);
  }
}

describe('an encoder on the hub', () => {
  test('is shown with the files that it needs, one of which lies deeper', async () => {
    const found = await app.lookUpModel({ model: name });
    expect(found.files.map((file) => file.name)).toEqual(needed);
    expect(hub.asked).toHaveLength(1);
  });

  test('is fetched with these and no others, and read as its authors do, with its prompt', async () => {
    const report = await app.fetchModel({ model: name });
    expect(report).toMatchObject({
      model: 'multilingual-e5-small',
      kind: 'encoder',
      note: 'Each text is read with "query: " in front of it, as its authors want it.',
    });
    expect(hub.asked.slice(1)).toEqual([
      ...needed.map((file) => `hub /${name}/resolve/${revision}/${file}`),
      'store /model.safetensors',
    ]);
    await expectVectors('multilingual-e5-small', 'multilingual-e5-small');
  });

  test('keeps its prompt under another name', async () => {
    const { task } = await clientOf(app).hub.fetch({ model: name, name: 'other-name' });
    expect(await resultOf(app, 'model-fetch', task)).toMatchObject({ model: 'other-name', kind: 'encoder' });
    await expectVectors('other-name', 'multilingual-e5-small');
  });

  test('comes whole through connections that break off', async () => {
    Object.assign(hub.faults, { breakAfter: 9000, breaks: 2 });
    await app.fetchModel({ model: name, name: 'in-pieces' });
    expect(hub.asked.filter((line) => line.startsWith('store'))).toHaveLength(3);
    await expectVectors('in-pieces', 'multilingual-e5-small');
  });

  test('comes in the form of PyTorch where there is no other', async () => {
    const own = filesOf('relu-one-segment');
    const path = join(scratch.folder, 'weights.bin');
    const { tensors } = await readSafetensors(
      join(folders, 'relu-one-segment', 'model.safetensors'),
      (one) => !one.endsWith('position_ids'),
    );
    await writeBin(path, tensors);
    own.delete('model.safetensors');
    own.set('pytorch_model.bin', readFileSync(path));
    const other = await startHub('someone/relu-one-segment', own);
    const away = openApp({ home: join(scratch.folder, 'pytorch'), hub: other.address });
    try {
      expect(await away.fetchModel({ model: 'someone/relu-one-segment' })).toMatchObject({
        kind: 'encoder',
        note: null,
      });
      await expectVectors('relu-one-segment', 'relu-one-segment', away);
    } finally {
      await away.close();
      await other.close();
    }
  });

  const strangers: readonly [what: string, change: Readonly<Record<string, unknown>>, sentence: RegExp][] = [
    [
      'a DistilBERT',
      { model_type: 'distilbert' },
      /intfloat\/multilingual-e5-small is a DistilBERT, and encoders of the families BERT .* can be read\. Nothing was changed\./,
    ],
    ['a ModernBERT', { model_type: 'modernbert' }, /is a ModernBERT, and/],
    ['a Nomic BERT, with code of its own', { model_type: 'nomic_bert', auto_map: {} }, /is a Nomic BERT, and/],
    ['a Mistral that makes vectors', { model_type: 'mistral' }, /is a Mistral, and/],
    ['a BERT with code of its own', { auto_map: { AutoModel: 'x' } }, /variant of BERT .*auto_map/],
  ];
  test.each(strangers)(
    '%s is refused by its configuration, before its weights are fetched',
    async (_, change, sentence) => {
      const own = files.get('config.json')!;
      files.set('config.json', Buffer.from(JSON.stringify({ ...(JSON.parse(own.toString()) as object), ...change })));
      const before = app.models();
      try {
        await expect(app.fetchModel({ model: name, name: 'stranger' })).rejects.toThrow(sentence);
        expect(hub.asked.filter((line) => line.startsWith('store'))).toEqual([]);
        expect(app.models()).toEqual(before);
      } finally {
        files.set('config.json', own);
        rmSync(join(app.home, 'downloads'), { recursive: true, force: true });
      }
    },
  );

  test('is fetched in the terminal, and listed there as an encoder', async () => {
    const home = join(scratch.folder, 'terminal');
    const run = (...args: string[]) => startCli(home, args, undefined, { HF_ENDPOINT: hub.address }).finished;
    const done = await run('models', 'fetch', name, '--yes');
    expect(done.out).toMatch(
      /multilingual-e5-small is here, a text reader of [\d,]+ parameters: train with it \(--encoder multilingual-e5-small\)\. Each text is read with "query: "/,
    );
    expect((await run('models')).out).toMatch(/multilingual-e5-small.*encoder/);
    expect((await run('models', '--json')).json()).toMatchObject({
      models: [{ name: 'multilingual-e5-small', kind: 'encoder' }],
    });
  });
});
