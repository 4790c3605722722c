import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Progress } from '../../src-main/contract/engine.ts';
import { readPretrainedEncoder } from '../../src-main/engine/model/encoder-weights.ts';
import { createOnnxRuntime } from '../../src-main/engine/runtime/onnx.ts';
import { createTensorflowRuntime } from '../../src-main/engine/runtime/tensorflow.ts';
import { embed, type LoadedEncoder, loadEncoder, unloadEncoder } from '../../src-main/engine/score/embed.ts';
import { startEngine } from '../../src-main/engine-host/engine-host.ts';
import { fixtureRows } from '../support/fixtures.ts';

const rows = fixtureRows<{ text: string; embedding: number[] }>('sentence-encoder/expected.jsonl');
const width = 512;
const tolerance = 1e-4;

const never = { onProgress: () => {}, signal: new AbortController().signal };

const vectors = async (encoder: LoadedEncoder, texts: readonly string[]) => {
  const { embeddings } = await embed(encoder, { texts }, never);
  return texts.map((_, i) => embeddings.subarray(i * width, (i + 1) * width));
};

test.each([
  ['ONNX Runtime', () => createOnnxRuntime('cpu')],
  ['TensorFlow', createTensorflowRuntime],
])("the original's embeddings, each text alone, in %s", async (_, create) => {
  const encoder = await loadEncoder(await create(), await readPretrainedEncoder());
  for (const { text, embedding } of rows) expectClose((await vectors(encoder, [text]))[0]!, embedding, text);
  await unloadEncoder(encoder);
});

describe('embed', () => {
  let encoder: LoadedEncoder;
  beforeAll(async () => {
    encoder = await loadEncoder(createOnnxRuntime('cpu'), await readPretrainedEncoder());
  });
  afterAll(() => unloadEncoder(encoder));

  test('gives the same vectors in one batch, in either order', async () => {
    for (const order of [rows, rows.toReversed()]) {
      const texts = order.map(({ text }) => text);
      for (const [i, found] of (await vectors(encoder, texts)).entries()) {
        expectClose(found, order[i]!.embedding, texts[i]!);
      }
    }
  });

  test('gives the same vectors among so many texts that they run in several batches', async () => {
    const many = Array.from({ length: 200 }, (_, i) => rows[(i * 7) % rows.length]!);
    const found = await vectors(
      encoder,
      many.map(({ text }) => text),
    );
    many.forEach(({ text, embedding }, i) => {
      expectClose(found[i]!, embedding, text);
    });
  });

  test('reads no further than its positions, and says how many texts were cut', async () => {
    const long = 'one two three four '.repeat(encoder.reader.config.positions);
    const texts = [long, 'short', `${long} and something else`];
    const { embeddings, cut } = await embed(encoder, { texts }, never);
    expect(cut).toBe(2);
    expect(embeddings.subarray(0, width)).toEqual(embeddings.subarray(2 * width));
  });

  test('gives nothing for no texts, and the same vector for every text without tokens', async () => {
    expect((await embed(encoder, { texts: [] }, never)).embeddings).toHaveLength(0);
    const { embeddings } = await embed(encoder, { texts: ['', ''] }, never);
    const empty = rows.find(({ text }) => text === '')!;
    expectClose(embeddings.subarray(0, width), empty.embedding, 'first');
    expectClose(embeddings.subarray(width), empty.embedding, 'second');
  });

  test('tells how far it has come, and stops when it is cancelled', async () => {
    const texts = Array.from({ length: 300 }, (_, i) => `${rows[0]!.text} ${i}`);
    const seen: Progress[] = [];
    await embed(encoder, { texts }, { ...never, onProgress: (progress) => seen.push(progress) });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toMatchObject({ phase: 'embed', done: 300, total: 300 });
    const controller = new AbortController();
    let reports = 0;
    const cancelled = embed(
      encoder,
      { texts },
      {
        signal: controller.signal,
        onProgress: () => {
          reports++;
          controller.abort();
        },
      },
    );
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(reports).toBe(1);
  });
});

test("the engine's process embeds texts on request", async () => {
  const engine = startEngine({ entry: fileURLToPath(new URL('../../src-main/engine/process.ts', import.meta.url)) });
  try {
    const texts = rows.map(({ text }) => text);
    const phases = new Set<string>();
    for (let time = 0; time < 2; time++) {
      const options = { onProgress: ({ phase }: Progress) => phases.add(phase) };
      const result = await engine.request({ type: 'embed', device: 'cpu', texts }, options);
      expect(result).toMatchObject({ width, device: 'cpu' });
      rows.forEach(({ text, embedding }, i) => {
        expectClose(result.embeddings.subarray(i * width, (i + 1) * width), embedding, text);
      });
    }
    expect([...phases]).toEqual(['embed']);
  } finally {
    await engine.close();
  }
});

function expectClose(found: Float32Array, expected: readonly number[], text: string): void {
  expect(found.length).toBe(expected.length);
  const error = expected.reduce((most, x, i) => Math.max(most, Math.abs(x - found[i]!)), 0);
  expect(error, `the embedding of ${JSON.stringify(text.slice(0, 40))}`).toBeLessThan(tolerance);
}
