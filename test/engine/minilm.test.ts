import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readEncoderNote } from '../../src-main/checkpoint/published-encoder.ts';
import { bertFeeds } from '../../src-main/engine/batch/bert-feeds.ts';
import { readText, textFeeds } from '../../src-main/engine/batch/text-feeds.ts';
import { togetherFeeds } from '../../src-main/engine/batch/together-feeds.ts';
import { createGraph, state as stateInput } from '../../src-main/engine/graph/graph.ts';
import { type BertConfig, bertParameters, bertVectors } from '../../src-main/engine/model/bert.ts';
import { readBertEncoder } from '../../src-main/engine/model/bert-encoder.ts';
import { type PretrainedEncoder, readingUpTo, readsMarked } from '../../src-main/engine/model/text-encoder.ts';
import { asTogether, togetherParameters } from '../../src-main/engine/model/together-reward.ts';
import { createOnnxRuntime } from '../../src-main/engine/runtime/onnx.ts';
import type { HostTensors, Runtime, State } from '../../src-main/engine/runtime/runtime.ts';
import { createTensorflowRuntime } from '../../src-main/engine/runtime/tensorflow.ts';
import { togetherLossProgram } from '../../src-main/engine/train/loss-graph.ts';
import {
  adamWFeeds,
  adamWNames,
  adamWProgram,
  firstMomentOf,
  gradientOf,
  secondMomentOf,
} from '../../src-main/engine/train/optimizer.ts';
import { resource } from '../../src-main/root.ts';
import { fixtureJson, fixtureRows } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/temporary.ts';

type Text = { readonly text: string; readonly ids: number[]; readonly vector: number[] };
type Pair = {
  readonly post: string;
  readonly comment: string;
  readonly ids: number[];
  readonly segments: number[];
  readonly vector: number[];
};
type Training = {
  readonly hyperparameters: {
    readonly learningRate: number;
    readonly betas: [number, number];
    readonly epsilon: number;
    readonly weightDecay: number;
    readonly maxTokens: number;
  };
  readonly head: number[];
  readonly batches: readonly (readonly {
    readonly post: string;
    readonly chosen: string;
    readonly rejected: string;
  }[])[];
  readonly losses: number[];
  readonly rewards: number[];
};

const texts = fixtureRows<Text>('minilm/vectors.jsonl');
const pairs = fixtureRows<Pair>('minilm/pairs.jsonl');
const training = fixtureJson<Training>('minilm/training.json');
const folder = resource('encoders', 'all-MiniLM-L6-v2');

type MiniLm = Extract<PretrainedEncoder, { config: BertConfig }>;
let encoder: MiniLm;
beforeAll(async () => {
  const read = await readBertEncoder(folder);
  if (!readsMarked(read)) throw new Error('Not of the BERT family');
  encoder = read as MiniLm;
});

describe('in the box', () => {
  test('every file that is read has the sum that its note says, and the note names source and licence', async () => {
    const { files, licence, source } = await readEncoderNote(folder);
    const there = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const names = there.map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll('\\', '/'));
    expect(Object.keys(files).toSorted()).toEqual(names.filter((name) => name !== 'encoder.json').toSorted());
    expect(licence).toBe('Apache-2.0');
    expect(source).toMatch(/all-MiniLM-L6-v2/);
  });

  test('a file that was changed is noticed when it is read', async () => {
    const copy = join(temporaryFolder(), 'copy');
    cpSync(folder, copy, { recursive: true });
    const path = join(copy, 'tokenizer_config.json');
    writeFileSync(path, `${readFileSync(path, 'utf8')} `);
    await expect(readBertEncoder(copy)).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringMatching(/tokenizer_config\.json is not the file that was put there/),
    });
  });
});

describe('the ids of its tokenizer', () => {
  test('of one text, odd ones among them', () => {
    for (const { text, ids } of texts) expect([...readText(encoder, text).ids]).toEqual(ids);
  });
  test('of a post and a comment, the longer one cut first', () => {
    for (const { post, comment, ids, segments } of pairs) {
      const found = pairOf(encoder, post, comment);
      expect([...found.ids]).toEqual(ids);
      expect(found.second).toBe(segments.indexOf(1));
    }
  });
});

function pairOf({ tokenizer, config }: MiniLm, post: string, comment: string) {
  return tokenizer.pair(tokenizer.encode(post), tokenizer.encode(comment), config.positions);
}

describe.each([
  ['ONNX Runtime', async () => createOnnxRuntime('cpu')],
  ['TensorFlow', createTensorflowRuntime],
])('its numbers in %s', (_, create) => {
  let runtime: Runtime;
  let weights: State;
  beforeAll(async () => {
    runtime = await create();
    weights = runtime.createState();
    weights.put(copied(encoder.tensors));
  });

  test('vectors, each text alone', async () => {
    const program = await runtime.compile(vectorsProgram(encoder.config));
    for (const { text, vector } of some(texts, runtime, 4)) {
      const found = await program.run(textFeeds(encoder.config, [readText(encoder, text).ids]), weights);
      expect(farthest(found.vectors!, vector)).toBeLessThan(1e-5);
    }
    await program.dispose();
  });

  test('vectors of pairs, neither cut nor padded and with neighbours', async () => {
    const config = asTogether(encoder.config);
    const program = await runtime.compile(vectorsProgram(config));
    const chosen = some(pairs, runtime, 2);
    const alone: Float32Array[] = [];
    for (const { post, comment, vector } of chosen) {
      const found = (await program.run(bertFeeds(config, [pairOf(encoder, post, comment)]), weights)).vectors!;
      expect(farthest(found, vector)).toBeLessThan(1e-5);
      alone.push(found);
    }
    const sequences = chosen.map(({ post, comment }) => pairOf(encoder, post, comment));
    const together = (await program.run(bertFeeds(config, sequences), weights)).vectors!;
    for (const [i, vector] of alone.entries()) {
      expect(farthest(together.subarray(i * 384, (i + 1) * 384), [...vector])).toBeLessThan(1e-6);
    }
    await program.dispose();
  });
});

test('twelve steps of training: losses, and rewards afterwards', async () => {
  const runtime = createOnnxRuntime('cpu');
  const { learningRate, betas, epsilon, weightDecay, maxTokens } = training.hyperparameters;
  const config = asTogether(readingUpTo(encoder, maxTokens).config);
  const reader = { ...encoder, config };
  const parameters = togetherParameters(config);
  const state = runtime.createState();
  state.put(copied(encoder.tensors));
  state.put(new Map([['head.pooled.weight', { shape: [1, config.width], data: Float32Array.from(training.head) }]]));
  for (const { name, shape } of parameters) {
    const zeros = () => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });
    state.put(new Map([gradientOf, firstMomentOf, secondMomentOf].map((of) => [of(name), zeros()])));
  }
  const loss = await runtime.compile(togetherLossProgram(config, { dropout: false, trained: parameters }));
  const looking = await runtime.compile(togetherLossProgram(config, { dropout: false, trained: [] }));
  const adamW = { beta1: betas[0], beta2: betas[1], epsilon, weightDecay, maxGradientNorm: 0 };
  const update = await runtime.compile(adamWProgram(adamW));
  const feedsOf = (batch: Training['batches'][number]) => {
    const inputs = batch.flatMap(({ post, chosen, rejected }) =>
      [chosen, rejected].map((comment) => ({ ...pairOf(reader, post, comment), before: 0 })),
    );
    return { ...togetherFeeds(config, inputs), ...pairFeeds(batch.length) };
  };
  for (const [i, batch] of training.batches.entries()) {
    const result = await loss.run(feedsOf(batch), state);
    expect(Math.abs(result.loss![0]! - training.losses[i]!)).toBeLessThan(1e-4);
    const scalars = adamWFeeds(adamW, i + 1, learningRate, 0);
    for (const { name } of parameters) await update.run(scalars, state, adamWNames(name));
  }
  const rewards: number[] = [];
  for (const batch of [training.batches[0]!, training.batches.at(-1)!]) {
    const found = (await looking.run(feedsOf(batch), state)).rewards!;
    rewards.push(...found.filter((_, i) => i % 2 === 0));
  }
  expect(farthest(Float32Array.from(rewards), training.rewards)).toBeLessThan(1e-3);
});

function pairFeeds(count: number): HostTensors {
  const shape = [count];
  return {
    first: { data: Int32Array.from({ length: count }, (_, i) => 2 * i), shape },
    second: { data: Int32Array.from({ length: count }, (_, i) => 2 * i + 1), shape },
    target: { data: new Float32Array(count).fill(1), shape },
    weight: { data: new Float32Array(count).fill(1 / count), shape },
  };
}

function vectorsProgram(config: BertConfig) {
  const graph = createGraph();
  const weights = new Map(bertParameters(config).map(({ name, shape }) => [name, stateInput(graph, name, shape)]));
  const vectors = bertVectors({ graph, config, weight: (name) => weights.get(name)!, dropout: (x) => x });
  return { graph, outputs: { vectors }, stored: {} };
}

const copied = (tensors: PretrainedEncoder['tensors']) =>
  new Map([...tensors].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));

// The slow runtime reads some of them.
const some = <Row extends { readonly ids: readonly number[] }>(
  rows: readonly Row[],
  { device }: Runtime,
  few: number,
): readonly Row[] => (device === 'cpu' ? rows : rows.toSorted((a, b) => a.ids.length - b.ids.length).slice(0, few));

const farthest = (found: Float32Array, expected: readonly number[]): number => {
  expect(found).toHaveLength(expected.length);
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
};
