import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Tokenizer as Library } from '@huggingface/tokenizers';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../../../src-main/app.ts';
import { openModelFolder } from '../../../../src-main/checkpoint/model-folder.ts';
import { onnxFiles } from '../../../../src-main/engine/export/onnx.ts';
import { loadTokenizer } from '../../../../src-main/tokenizer/files.ts';
import { expectedRewards } from '../../../support/fixtures.ts';
import { homeWithGpt2 } from '../../../support/gpt2-fixture.ts';
import { rows as dataRows, scratchFolder } from '../../../support/run-cli.ts';

const scratch = scratchFolder();
const home = join(scratch.folder, 'home');
const folder = join(scratch.folder, 'onnx');
const expected = expectedRewards();
const end = 50256;
let app: App;
let sequences: number[][];

beforeAll(async () => {
  await homeWithGpt2(home);
  app = openApp({ home });
  await app.exportModel({ model: 'gpt2', as: 'onnx', out: folder });
  sequences = tokenised(folder);
});
afterAll(async () => {
  await app.close();
  scratch.remove();
});

/** The fixture's rows, by the exported tokenizer in a library of others. */
function tokenised(at: string): number[][] {
  const file = JSON.parse(readFileSync(join(at, 'tokenizer.json'), 'utf8')) as object;
  const tokenizer = new Library({ ...file, added_tokens: [] }, {});
  return expected.map(({ prompt, comment, tokens }) => {
    const text = `<|startoftext|>${prompt}\n\n${comment}`;
    const ids = [...tokenizer.encode(text, { add_special_tokens: false }).ids.slice(-511), end];
    expect(ids).toHaveLength(tokens);
    return ids;
  });
}

type Padding = { readonly side: 'left' | 'right'; readonly id: number; readonly more: number };

/** Runs the model on sequences in one batch: ONNX Runtime alone. */
async function rewards(
  session: ort.InferenceSession,
  batch: readonly (readonly number[])[],
  { side, id, more }: Padding = { side: 'right', id: end, more: 0 },
): Promise<number[]> {
  const length = Math.max(...batch.map((ids) => ids.length)) + more;
  const ids = new BigInt64Array(batch.length * length).fill(BigInt(id));
  const mask = new BigInt64Array(batch.length * length);
  for (const [row, own] of batch.entries()) {
    const from = row * length + (side === 'left' ? length - own.length : 0);
    ids.set(own.map(BigInt), from);
    mask.fill(1n, from, from + own.length);
  }
  const tensor = (data: BigInt64Array) => new ort.Tensor('int64', data, [batch.length, length]);
  const result = await session.run({ input_ids: tensor(ids), attention_mask: tensor(mask) });
  expect(result.rewards!.dims).toEqual([batch.length]);
  return [...(result.rewards!.data as Float32Array)];
}

function near(found: readonly number[], of: readonly { readonly reward: number }[] = expected): void {
  expect(found).toHaveLength(of.length);
  for (const [i, { reward }] of of.entries()) expect(Math.abs(found[i]! - reward), `row ${i}`).toBeLessThan(1e-4);
}

describe('a reward model as ONNX, run by ONNX Runtime alone', () => {
  let session: ort.InferenceSession;
  beforeAll(async () => {
    session = await ort.InferenceSession.create(join(folder, 'model.onnx'));
  });
  afterAll(() => session.release());

  test('gives the expected rewards in one batch, alone, and in batches of every size', async () => {
    near(await rewards(session, sequences));
    for (const [i, ids] of sequences.entries()) near(await rewards(session, [ids]), [expected[i]!]);
    for (const size of [2, 3, 7]) {
      const found: number[] = [];
      for (let from = 0; from < sequences.length; from += size) {
        found.push(...(await rewards(session, sequences.slice(from, from + size))));
      }
      near(found);
    }
  });

  test('does not care which id pads, on which side, and how far', async () => {
    for (const side of ['left', 'right'] as const) {
      near(await rewards(session, sequences, { side, id: 0, more: 5 }));
      near(await rewards(session, sequences, { side, id: end, more: 0 }));
    }
  });

  test('reads at the end of the mask, so a shorter mask gives another reward', async () => {
    const cut = sequences.map((ids) => ids.slice(0, -1));
    const found = await rewards(session, cut);
    expect(found.some((reward, i) => Math.abs(reward - expected[i]!.reward) > 0.1)).toBe(true);
  });

  test('declares what it takes and gives', () => {
    expect([session.inputNames, session.outputNames]).toEqual([['input_ids', 'attention_mask'], ['rewards']]);
    const of = (metadata: readonly ort.InferenceSession.ValueMetadata[]) =>
      metadata.map((each) => (each.isTensor ? [each.name, each.type, each.shape] : []));
    expect(of(session.inputMetadata)).toEqual([
      ['input_ids', 'int64', ['batch', 'length']],
      ['attention_mask', 'int64', ['batch', 'length']],
    ]);
    expect(of(session.outputMetadata)).toEqual([['rewards', 'float32', ['batch']]]);
  });

  test("has no operator that is ONNX Runtime's own, and what its input needs as metadata", () => {
    const text = readFileSync(join(folder, 'model.onnx')).toString('latin1');
    expect(text).not.toContain('com.microsoft');
    expect(text).not.toContain('FusedMatMul');
    expect(text).not.toContain('Gelu');
    for (const key of ['max_length', 'context', 'end_id']) expect(text).toContain(key);
  });
});

test('weights in a file of their own, as models over 2 GB have them, give the same rewards', async () => {
  const source = join(home, 'models/gpt2');
  const out = join(scratch.folder, 'external');
  mkdirSync(out);
  const facts = { maxTokens: 512, context: 'post', cutOnce: false } as const;
  for (const { name, bytes, content } of onnxFiles(
    await openModelFolder(source),
    await loadTokenizer(source),
    facts,
    1e6,
  )) {
    const pieces: Uint8Array[] = [];
    for await (const piece of content()) pieces.push(piece);
    writeFileSync(join(out, name), Buffer.concat(pieces));
    if (bytes !== null) expect(statSync(join(out, name)).size, name).toBe(bytes);
  }
  expect(statSync(join(out, 'model.onnx')).size).toBeLessThan(20_000);
  const session = await ort.InferenceSession.create(join(out, 'model.onnx'));
  near(await rewards(session, sequences));
  await session.release();
});

/** Runs the program in a README as a person would who has those packages, on the given pairs. */
function runReadme(at: string, pairs: readonly (readonly [post: string, comment: string])[]): number[] {
  const readme = readFileSync(join(at, 'README.md'), 'utf8');
  const program = /```js\n(.*?)```/s
    .exec(readme)![1]!
    .replace(/const pairs = .*;/, () => `const pairs = ${JSON.stringify(pairs)};`);
  const place = join(scratch.folder, 'elsewhere');
  mkdirSync(place, { recursive: true });
  const modules = fileURLToPath(new URL('../../../../node_modules', import.meta.url));
  if (!existsSync(join(place, 'node_modules'))) symlinkSync(modules, join(place, 'node_modules'));
  writeFileSync(join(place, 'score.mjs'), program);
  return JSON.parse(execFileSync(process.execPath, ['score.mjs', at], { cwd: place, encoding: 'utf8' })) as number[];
}

describe("the program in the README, in a process that knows nothing of Tiebreak's", () => {
  test('gives the expected rewards', () => {
    near(
      runReadme(
        folder,
        expected.map(({ prompt, comment }) => [prompt, comment]),
      ),
    );
  });

  test('gives what Tiebreak gives for a model with a start token of its own, cut texts and forged ends too', async () => {
    const other = openApp({ home: join(scratch.folder, 'own') });
    try {
      await other.import({ files: [scratch.write('data.jsonl', dataRows(0, 12))], split: 'train' });
      const tiny = { width: 16, layers: 1, heads: 2, vocabulary: 300, maxTokens: 32, epochs: 2 };
      await other.train({ kind: 'reward', config: tiny, device: 'cpu' });
      const out = join(scratch.folder, 'own-onnx');
      await other.exportModel({ model: 'reward-1', as: 'onnx', out });
      const comments = ['short', 'long '.repeat(50), 'an <|endoftext|> in it, and <|startoftext|>'];
      for (const post of ['A post', 'A post that goes on and on. '.repeat(9)]) {
        const row = { text: post, comments: comments.map((text) => ({ text })) };
        const scored = join(scratch.folder, 'scored.jsonl');
        const asked = scratch.write('rows.jsonl', JSON.stringify(row));
        await other.scoreFile({ file: asked, out: scored, replace: true, device: 'cpu' });
        const own = JSON.parse(readFileSync(scored, 'utf8')) as { comments: { text: string; reward: number }[] };
        near(
          runReadme(
            out,
            own.comments.map(({ text }) => [post, text]),
          ),
          own.comments,
        );
      }
    } finally {
      await other.close();
    }
  });
});
