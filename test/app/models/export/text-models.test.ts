import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../../../src-main/app.ts';
import { type TextInput, useEncoder } from '../../../../src-main/contract/engine.ts';
import { readText } from '../../../../src-main/engine/batch/text-feeds.ts';
import { readTogether } from '../../../../src-main/engine/batch/together-feeds.ts';
import { partFiles } from '../../../../src-main/engine/export/part-files.ts';
import { readEncoderFolder } from '../../../../src-main/engine/head/encoder-folder.ts';
import { textReward } from '../../../../src-main/engine/head/parts.ts';
import { readTogetherFolder } from '../../../../src-main/engine/head/together-folder.ts';
import { readPublishedEncoder } from '../../../../src-main/engine/model/bert-encoder.ts';
import { readPretrainedEncoder } from '../../../../src-main/engine/model/encoder-weights.ts';
import { createOnnxRuntime } from '../../../../src-main/engine/runtime/onnx.ts';
import { embed, loadEncoder } from '../../../../src-main/engine/score/embed.ts';
import { loadEncoderModel, scoreWithEncoder } from '../../../../src-main/engine/score/score-encoder.ts';
import { loadTogether, scoreTogether } from '../../../../src-main/engine/score/score-together.ts';
import { findKeptModel } from '../../../../src-main/store/models.ts';
import { closeStore, openForReading } from '../../../../src-main/store/open.ts';
import { encoderNames } from '../../../support/fixtures.ts';
import { pythonFor, pythonPatience, runPython } from '../../../support/python.ts';
import { scratchFolder } from '../../../support/run-cli.ts';
import {
  blendWeights,
  homeWithTextModels,
  publishedEncoder,
  textRows,
  writeRandomDeep,
  writeRandomTogether,
} from '../../../support/text-models.ts';

// Models on encoders, and blends, as others get them: what they give there must be what they give here.

const scratch = scratchFolder();
const home = join(scratch.folder, 'home');
const at = (name: string): string => join(scratch.folder, name);
const hooks = { onProgress: () => {}, signal: new AbortController().signal };
const rows = textRows();
const all = ['quick', 'together', 'alone', 'deep', 'deep-use', 'blend'];
let app: App;

beforeAll(async () => {
  await homeWithTextModels(home);
  app = openApp({ home });
});
afterAll(async () => {
  await app.close();
  scratch.remove();
});

/** Rewards of the rows by a model of the house. */
async function rewardsOf(model: string): Promise<number[]> {
  const out = at(`${model}-scored.jsonl`);
  const lines = rows.map(({ post, comment }) => JSON.stringify({ text: post, comments: [{ text: comment }] }));
  const file = scratch.write(`${model}-rows.jsonl`, lines.join('\n'));
  await app.scoreFile({ file, out, replace: true, device: 'cpu', model });
  const scored = readFileSync(out, 'utf8').split('\n').filter(Boolean);
  return scored.map((line) => (JSON.parse(line) as { comments: { reward: number }[] }).comments[0]!.reward);
}

function expectNear(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(found).toHaveLength(expected.length);
  const off = Array.from(expected, (value, i) => Math.abs(value - found[i]!));
  expect(Math.max(...off)).toBeLessThan(tolerance);
}

/** Writes what leaves of a model folder. */
async function written(folder: string, form: 'huggingface' | 'onnx', to: string): Promise<string> {
  const { files } = await partFiles(folder, form, 'post', () => useEncoder);
  for (const { name, bytes, content } of files) {
    const pieces: Uint8Array[] = [];
    for await (const piece of content()) pieces.push(piece);
    mkdirSync(join(to, name, '..'), { recursive: true });
    writeFileSync(join(to, name), Buffer.concat(pieces));
    expect(Buffer.concat(pieces).length, name).toBe(bytes);
  }
  return to;
}

type Sequence = { readonly ids: Int32Array; readonly second: number };

/** What others feed: sequences padded to the longest, on the left where that is asked for, with an id that is no padding. */
function padded(sequences: readonly Sequence[], left = false): Record<string, ort.Tensor> {
  const length = Math.max(...sequences.map(({ ids }) => ids.length));
  const shape = [sequences.length, length];
  const [ids, mask, types] = [7n, 0n, 0n].map((fill) => new BigInt64Array(shape[0]! * length).fill(fill));
  for (const [row, { ids: own, second }] of sequences.entries()) {
    const from = row * length + (left ? length - own.length : 0);
    own.forEach((id, i) => {
      ids![from + i] = BigInt(id);
      mask![from + i] = 1n;
      types![from + i] = BigInt(i >= second);
    });
  }
  const tensor = (data: BigInt64Array) => new ort.Tensor('int64', data, shape);
  return { input_ids: tensor(ids!), attention_mask: tensor(mask!), token_type_ids: tensor(types!) };
}

async function run(folder: string, feeds: Record<string, ort.Tensor>): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(join(folder, 'model.onnx'));
  const known = Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]!]));
  const result = await session.run(known);
  await session.release();
  return result[session.outputNames[0]!]!.data as Float32Array;
}

const some: readonly TextInput[] = [...rows.slice(0, 18), rows[18]!, ...rows.slice(25, 30)];

describe.each(encoderNames)('a model on the encoder %s', (name) => {
  test('that reads post and comment as one gives the same rewards as an ONNX model, padded on either side', async () => {
    const folder = at(`together-${name}`);
    await writeRandomTogether(folder, name);
    const out = await written(folder, 'onnx', at(`together-${name}-onnx`));
    const model = await loadTogether(createOnnxRuntime('cpu'), folder);
    const { rewards } = await scoreTogether(model, { texts: some }, hooks);
    const { inputs } = readTogether(model.reader, some, () => 0);
    expectNear(await run(out, padded(inputs)), rewards, 1e-4);
    expectNear(await run(out, padded(inputs, true)), rewards, 1e-4);
    expect(new Set(rewards).size).toBeGreaterThan(15);
  });

  test('leaves as the folder it is published as: every number, id and way of reading comes back', async () => {
    const folder = at(`together-${name}`);
    const out = await written(folder, 'huggingface', at(`together-${name}-hf`));
    const [own, back] = [await readTogetherFolder(folder), await readPublishedEncoder(out, 'back')];
    expect(back.config).toEqual(own.config);
    for (const [tensor, { data, shape }] of back.tensors) {
      expect(own.tensors.get(tensor)!.shape, tensor).toEqual(shape);
      expect(Buffer.from(own.tensors.get(tensor)!.data.buffer).equals(Buffer.from(data.buffer)), tensor).toBe(true);
    }
    expect(back.tensors.size).toBe(own.tensors.size - 1);
    for (const { comment } of some) {
      expect([...readText(back, comment).ids]).toEqual([...readText(own, comment).ids]);
    }
  });

  test('that reads them apart gives the same rewards as an ONNX model', async () => {
    const folder = at(`deep-${name}`);
    await writeRandomDeep(folder, await publishedEncoder(name));
    await expectDeepOnnx(folder, at(`deep-${name}-onnx`));
  });
});

async function expectDeepOnnx(folder: string, to: string): Promise<void> {
  const out = await written(folder, 'onnx', to);
  const model = await loadEncoderModel(createOnnxRuntime('cpu'), folder);
  const { rewards } = await scoreWithEncoder(model, { texts: some }, hooks);
  const { head, ...reader } = await readEncoderFolder(folder);
  const texts = [...new Set(some.flatMap(({ post, comment }) => [post, comment]))];
  const sequences = texts.map((text) => readText(reader, text).ids).map((ids) => ({ ids, second: ids.length }));
  const place = (of: (text: TextInput) => string) =>
    new ort.Tensor(
      'int64',
      BigInt64Array.from(some, (text) => BigInt(texts.indexOf(of(text)))),
      [some.length],
    );
  const found = await run(out, {
    ...padded(sequences),
    comment: place(({ comment }) => comment),
    post: place(({ post }) => post),
    text_reward: new ort.Tensor(
      'float32',
      Float32Array.from(some, ({ comment }) => textReward(head, comment)),
      [some.length],
    ),
  });
  expectNear(found, rewards, 1e-4);
}

test('a model on Universal Sentence Encoder that was trained with its head gives the same rewards as an ONNX model', () =>
  expectDeepOnnx(join(home, 'models', 'deep-use'), at('deep-use-graph')));

test("the vectors of a quick model's encoder are the same as an ONNX model", async () => {
  const out = await written(join(home, 'models', 'quick'), 'onnx', at('quick-vectors'));
  const encoder = await readPretrainedEncoder();
  const texts = some.map(({ comment }) => comment);
  const sequences = texts.map((text) => readText(encoder, text).ids).map((ids) => ({ ids, second: ids.length }));
  const loaded = await loadEncoder(createOnnxRuntime('cpu'), encoder);
  const { embeddings } = await embed(loaded, { texts }, hooks);
  expectNear(await run(out, padded(sequences)), embeddings, 1e-5);
});

describe('what leaves', () => {
  test('is named in the README that goes along, with every package that its program needs', async () => {
    for (const model of all) {
      for (const as of ['huggingface', 'onnx'] as const) {
        const out = at(`${model}-leaves-${as}`);
        const { files } = await app.exportModel({ model, as, out });
        const names = files.map(({ name }) => name);
        const readme = readFileSync(join(out, 'README.md'), 'utf8');
        expect(readme).toContain(`# ${model}\n`);
        expect(readme).toContain('8 posts, 24 pairs');
        expect(readme).not.toMatch(/\{\{|undefined/);
        expect(names).toEqual(expect.arrayContaining(['README.md', 'tiebreak.json', 'rewards.py']));
        const inTransformers = names.some((name) => name.endsWith('model.safetensors'));
        expect(/pip install .*transformers/.test(readme), `${model} ${as}`).toBe(inTransformers);
        expect(inTransformers).toBe(as === 'huggingface' && !['quick', 'deep-use'].includes(model));
      }
    }
  });

  test('of a blend is a folder for each of its models, and their weights', () => {
    const out = at('blend-leaves-huggingface');
    expect(readdirSync(out).toSorted()).toEqual(['README.md', 'parts', 'rewards.py', 'tiebreak.json']);
    const facts = JSON.parse(readFileSync(join(out, 'tiebreak.json'), 'utf8')) as object;
    const methods = ['quick', 'together', 'deep', 'gpt', 'together'];
    const parts = Object.values(blendWeights).map((weight, k) => ({
      folder: `parts/${k}`,
      method: methods[k],
      weight,
    }));
    expect(facts).toEqual({ format: 1, method: 'blend', parts });
    const files = ['model.onnx', ...Array<string>(4).fill('model.safetensors')];
    for (const [k, file] of files.entries()) {
      expect(readdirSync(join(out, 'parts', String(k)))).toContain(file);
    }
  });

  test('for transformers is taken in again as an encoder, without the head', async () => {
    const { model, kind } = await app.importModel({ path: at('together-leaves-huggingface'), name: 'encoder-back' });
    expect([model, kind]).toEqual(['encoder-back', 'encoder']);
  });
});

test('an archive of each comes back, and gives the same rewards', async () => {
  for (const model of all) {
    const out = at(`${model}.tiebreak-model`);
    await app.exportModel({ model, out });
    const { model: back } = await app.importModel({ path: out, name: `${model}-back` });
    expect(await rewardsOf(back), model).toEqual(await rewardsOf(model));
  }
  // One that reads the comment alone is not taken for one that reads the post with it.
  const store = openForReading(join(home, 'tiebreak.sqlite'));
  const kept = (name: string) => findKeptModel(store, `${name}-back`);
  expect(kept('alone')).toMatchObject({ method: 'alone', context: 'nothing' });
  expect(kept('together')).toMatchObject({ method: 'together', context: 'post' });
  closeStore(store);
});

describe("in Python, by others' libraries", () => {
  const verify = fileURLToPath(new URL('verify_texts.py', import.meta.url));

  test.for([
    ['onnx', ['onnxruntime', 'tokenizers', 'numpy', 'regex', 'safetensors']],
    ['huggingface', ['torch', 'transformers', 'sentence_transformers', 'onnxruntime', 'regex', 'safetensors']],
  ] as const)(
    'all models as %s give the rewards that they give here, by the code in their READMEs',
    { timeout: 2 * pythonPatience },
    async ([as, modules], context) => {
      const python = pythonFor(context, ...modules);
      const cases = [];
      for (const model of all) {
        const folder = at(`${model}-python-${as}`);
        await app.exportModel({ model, as, out: folder });
        cases.push({ folder, rewards: await rewardsOf(model) });
      }
      const file = scratch.write(`${as}.json`, JSON.stringify({ rows, cases }));
      expect(runPython(python, [verify, file])).toContain(`${all.length} models, ${rows.length} rewards each`);
    },
  );
});
