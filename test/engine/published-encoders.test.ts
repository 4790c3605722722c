import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bertFeeds, type MarkedSequence } from '../../src-main/engine/batch/bert-feeds.ts';
import { readText } from '../../src-main/engine/batch/text-feeds.ts';
import { createGraph, state } from '../../src-main/engine/graph/graph.ts';
import { type BertConfig, bertParameters, bertVectors } from '../../src-main/engine/model/bert.ts';
import { readPublishedEncoder } from '../../src-main/engine/model/bert-encoder.ts';
import { type PretrainedEncoder, readsMarked } from '../../src-main/engine/model/text-encoder.ts';
import { createOnnxRuntime } from '../../src-main/engine/runtime/onnx.ts';
import type { Runtime } from '../../src-main/engine/runtime/runtime.ts';
import { createTensorflowRuntime } from '../../src-main/engine/runtime/tensorflow.ts';
import { encoderNames, encodersFolder, encoderValues } from '../support/fixtures.ts';

// Small random encoders of each family against transformers: every id, and every number within 1e-5.

const folders = encodersFolder();
const tolerance = 1e-5;

/** Vectors of sequences that run in one batch. */
async function vectorsOf(
  runtime: Runtime,
  { config, tensors }: PretrainedEncoder & { readonly config: BertConfig },
  sequences: readonly MarkedSequence[],
): Promise<Float32Array[]> {
  const graph = createGraph();
  const weights = new Map(bertParameters(config).map(({ name, shape }) => [name, state(graph, name, shape)]));
  const vectors = bertVectors({ graph, config, weight: (name) => weights.get(name)!, dropout: (x) => x });
  const program = await runtime.compile({ graph, outputs: { vectors }, stored: {} });
  const weightsState = runtime.createState();
  weightsState.put(tensors);
  const found = (await program.run(bertFeeds(config, sequences), weightsState)).vectors!;
  await program.dispose();
  weightsState.dispose();
  return sequences.map((_, i) => found.slice(i * config.width, (i + 1) * config.width));
}

function expectClose(found: Float32Array, expected: readonly number[], what: string): void {
  expect(found).toHaveLength(expected.length);
  const off = expected.map((value, i) => Math.abs(value - found[i]!));
  expect(Math.max(...off), what).toBeLessThan(tolerance);
}

async function opened(name: string) {
  const encoder = await readPublishedEncoder(join(folders, name), name);
  if (!readsMarked(encoder)) throw new TypeError(`${name} is of another kind`);
  return encoder;
}

const runtimes = [
  ['ONNX Runtime', async () => createOnnxRuntime('cpu')],
  ['TensorFlow', createTensorflowRuntime],
] as const;

describe.each(encoderNames)('%s', (name) => {
  const { texts, pairs } = encoderValues(name);

  test('reads texts as transformers does, cut and with its prompt', async () => {
    const encoder = await opened(name);
    for (const { text, ids } of texts) expect([...readText(encoder, text).ids], text).toEqual(ids);
  });

  test('reads pairs as transformers does, with its segments', async () => {
    const { tokenizer, config } = await opened(name);
    for (const { first, second, ids, segments } of pairs) {
      const pair = tokenizer.pair(tokenizer.encode(first), tokenizer.encode(second), config.positions);
      expect([...pair.ids], first).toEqual(ids);
      expect(
        Array.from(ids, (_, i) => Number(i >= pair.second)),
        first,
      ).toEqual(segments);
    }
  });

  test.each(runtimes)('gives the vectors of transformers, all texts in one batch, in %s', async (_, create) => {
    const encoder = await opened(name);
    const sequences = texts.map(({ ids }) => ({ ids: Int32Array.from(ids), second: ids.length }));
    const found = await vectorsOf(await create(), encoder, sequences);
    for (const [i, { text, vector }] of texts.entries()) expectClose(found[i]!, vector, text);
  });

  test('gives the vectors of pairs', async () => {
    const encoder = await opened(name);
    const sequences = pairs.map(({ ids, segments }) => ({
      ids: Int32Array.from(ids),
      second: segments.includes(1) ? segments.indexOf(1) : ids.length,
    }));
    const plain = { ...encoder, config: { ...encoder.config, unit: false } };
    const found = await vectorsOf(createOnnxRuntime('cpu'), plain, sequences);
    for (const [i, { first, vector }] of pairs.entries()) expectClose(found[i]!, vector, first);
  });
});
