import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readModelFolder, writeModelFolder } from '../../../src-main/checkpoint/model-folder.ts';
import { readSafetensors, type StoredTensor } from '../../../src-main/checkpoint/safetensors.ts';
import { defaultConfig } from '../../../src-main/common/default-config.ts';
import { frozenOf } from '../../../src-main/common/frozen-layers.ts';
import {
  type CurvePoint,
  dataFiles,
  type PairGroup,
  type SamplePair,
  type StepTold,
  stepsFile,
} from '../../../src-main/contract/engine.ts';
import type { TrainingKind } from '../../../src-main/contract/records.ts';
import { blocksIn } from '../../../src-main/engine/batch/block-batches.ts';
import { sequenceReader } from '../../../src-main/engine/batch/input-reader.ts';
import { pairBatches } from '../../../src-main/engine/batch/pair-batches.ts';
import { createSequences } from '../../../src-main/engine/batch/sequences.ts';
import { type Gpt2Config, parameters } from '../../../src-main/engine/model/gpt2.ts';
import { trainedAbove } from '../../../src-main/engine/model/parameters.ts';
import { toGpt2Config, toModelConfig } from '../../../src-main/engine/model/weights.ts';
import { beginJob } from '../../../src-main/engine/run/job.ts';
import { createOnnxRuntime } from '../../../src-main/engine/runtime/onnx.ts';
import { rewardLossProgram } from '../../../src-main/engine/train/loss-graph.ts';
import { learningRateAt } from '../../../src-main/engine/train/schedule.ts';
import { train as runTraining } from '../../../src-main/engine/train/train.ts';
import { createTrainer } from '../../../src-main/engine/train/trainer.ts';
import { presets } from '../../../src-main/recipe/presets.ts';
import { gpt2Tokenizer } from '../../../src-main/tokenizer/files.ts';
import { fixtureJson, gpt2RewardFolder } from '../../support/fixtures.ts';

const runtime = createOnnxRuntime('cpu');

/** The fixture, a GPT-2 of two layers with GPT-2's own vocabulary, as a model of ours. */
let base: string;
let model: Gpt2Config;
let tensors: Awaited<ReturnType<typeof readModelFolder>>['tensors'];
beforeAll(async () => {
  const found = await readModelFolder(gpt2RewardFolder());
  model = toGpt2Config(found.config);
  tensors = found.tensors;
  base = join(mkdtempSync(join(tmpdir(), 'tiebreak-')), 'base');
  const tokenizer = await gpt2Tokenizer();
  const manifest = { kind: 'sft', createdAt: '', trainingConfig: {}, result: {}, maxTokens: 1024 } as const;
  await writeModelFolder(base, { config: toModelConfig(model), manifest, tensors, tokenizer });
});

/** Real posts with ranked comments, with the pairs of neighbours, best first. */
function realGroups(from: number, to: number): PairGroup[] {
  const sample = new URL('../../../resources/sample/captions-train.jsonl', import.meta.url);
  const rows = readFileSync(sample, 'utf8').trim().split('\n').slice(from, to);
  return rows.map((line) => {
    const row = JSON.parse(line) as { text: string; comments: { text: string; score: number }[] };
    const comments = row.comments.toSorted((a, b) => a.score - b.score);
    return {
      texts: comments.map(({ text }) => ({ post: row.text, comment: text })),
      pairs: comments.slice(1).map((_, first) => ({ first, second: first + 1, target: 1 })),
      ranks: comments.map((_, rank) => rank),
    };
  });
}

async function train(
  kind: TrainingKind,
  changes = {},
  data = { train: realGroups(0, 40), validation: realGroups(40, 50) },
) {
  const folder = mkdtempSync(join(tmpdir(), 'tiebreak-'));
  const runFolder = join(folder, 'run');
  mkdirSync(runFolder);
  for (const split of ['train', 'validation'] as const) {
    writeFileSync(join(runFolder, dataFiles[split]), data[split].map((group) => `${JSON.stringify(group)}\n`).join(''));
  }
  const config = { ...defaultConfig(kind), ...presets[kind].original.config, ...changes };
  const job = await beginJob({
    type: 'train',
    kind,
    config,
    device: 'cpu',
    base,
    runFolder,
    modelFolder: join(folder, 'model'),
  });
  const curve: CurvePoint[] = [];
  const samples: SamplePair[][] = [];
  const result = await runTraining(runtime, job, {
    onProgress: ({ point, samples: pairs }) => {
      if (point) curve.push(point);
      if (pairs) samples.push([...pairs]);
    },
    signal: new AbortController().signal,
  });
  const { tensors: after } = await readSafetensors(join(folder, 'model', 'model.safetensors'));
  const kept = JSON.parse(readFileSync(join(runFolder, stepsFile), 'utf8')) as readonly StepTold[];
  return { config, result, curve, samples, after, kept };
}

const pairsOf = (groups: readonly PairGroup[]) => groups.reduce((sum, { pairs }) => sum + pairs.length, 0);
const changedBy = (after: ReadonlyMap<string, StoredTensor>): string[] =>
  [...tensors.keys()].filter((name) => !tensors.get(name)!.data.every((x, i) => x === after.get(name)!.data[i]));

describe('pairs by themselves', () => {
  const groups = Array.from({ length: 9 }, (_, post) => ({
    inputs: [1, 2, 3].map((length) => new Int32Array(length).fill(post)),
    pairs: [
      { first: 0, second: 1, target: 1 },
      { first: 2, second: 1, target: 0.5 },
    ],
  }));
  const reader = sequenceReader(2);
  const batches = (epoch: number, seed = 42) => [
    ...pairBatches(groups, reader, { pairsPerBatch: 4, maxTokens: 512 }, { seed, epoch }),
  ];
  const seen = (epoch: number, seed?: number) =>
    batches(epoch, seed).flatMap(({ inputs }) => inputs.map((input) => `${input[0]}:${input.length}`));

  test('every pair is in one batch, with its own two inputs and its own target', () => {
    expect(batches(0).map(({ share, sequences }) => [share, sequences])).toEqual([
      ...Array.from({ length: 4 }, () => [4, 8]),
      [2, 4],
    ]);
    const counts = Map.groupBy(seen(0), (input) => input);
    expect(counts.size).toBe(27);
    for (const [input, found] of counts) expect(found).toHaveLength(input.endsWith(':2') ? 2 : 1);
    for (const batch of batches(0)) {
      const { first, second, target, weight } = batch.feeds(0.25);
      expect([...first!.data]).toEqual(batch.inputs.flatMap((_, i) => (i % 2 === 0 ? [i] : [])));
      expect([...second!.data]).toEqual(batch.inputs.flatMap((_, i) => (i % 2 === 1 ? [i] : [])));
      expect([...target!.data]).toEqual([...first!.data].map((i) => (batch.inputs[i]!.length === 1 ? 1 : 0.5)));
      expect([...weight!.data]).toEqual([...target!.data].map(() => 0.25));
    }
  });

  test('posts are mixed, in an order that the seed and the epoch give', () => {
    expect(seen(0)).toEqual(seen(0));
    expect(seen(1)).not.toEqual(seen(0));
    expect(seen(0, 7)).not.toEqual(seen(0));
    expect(new Set(batches(0)[0]!.inputs.map((input) => input[0])).size).toBeGreaterThan(2);
  });
});

describe("PyTorch's 20 steps", () => {
  type Training = {
    readonly batches: readonly (readonly [chosen: number[], rejected: number[]][])[];
    readonly losses: readonly number[];
  };
  const training = fixtureJson<Training>('gpt2-reward/training.json');
  const config = { ...defaultConfig('reward'), learningRate: 1e-3, maxGradientNorm: 0 };

  test.each([
    ['four pairs at once', 4],
    ['two batches of two pairs', 2],
    ['batches of three pairs and of one', 3],
  ])('hold where a step is %s', async (_, pairsPerBatch) => {
    const trained = parameters(model, true);
    const learning = rewardLossProgram(model, { dropout: false, trained, accumulate: true });
    const looking = rewardLossProgram(model, { dropout: false, trained: [] });
    const all = new Map(
      parameters(model, true).map(({ name }) => {
        const { shape, data } = tensors.get(name)!;
        return [name, { shape, read: async () => data.slice() }] as const;
      }),
    );
    const trainer = await createTrainer(runtime, config, { learning, looking }, trained, all);
    for (const [i, expected] of training.losses.entries()) {
      const groups = training.batches[i % training.batches.length]!.map((pair) => ({
        inputs: pair.map((ids) => Int32Array.from(ids)),
        pairs: [{ first: 0, second: 1, target: 1 }],
      }));
      const sizes = { pairsPerBatch, maxTokens: model.positions };
      const batches = pairBatches(groups, sequenceReader(model.heads), sizes, { seed: i, epoch: 0 });
      const got = await trainer.step([...batches], i + 1, config.learningRate);
      expect(Math.abs(got.loss - expected), `step ${i + 1}: ${got.loss} for ${expected}`).toBeLessThan(2e-3);
    }
    await trainer.dispose();
  });
});

describe('the original', () => {
  test('freezes the lowest 30% of the layers, as its slice counts, and no embeddings', () => {
    const { trainedShare = 0, frozenLayers = 1 } = presets.reward.original.config;
    const frozen = (layers: number) => frozenOf({ trainedShare, frozenLayers }, layers);
    expect([12, 6, 24, 36, 48].map(frozen)).toEqual([4, 2, 8, 11, 15].map((layers) => [layers, true]));
    // layers[:-0] is no layer at all.
    expect([1, 2, 3].map(frozen)).toEqual([0, 1, 1].map((layers) => [layers, true]));
    expect(frozenOf({ trainedShare: 1, frozenLayers: 2 }, 12)).toEqual([2, false]);
    expect(frozenOf({ trainedShare: 0.5, frozenLayers: 2 }, 12)).toEqual([6, false]);
  });

  test("warms up and decays as transformers' scheduler, by hand", () => {
    const at = (step: number, steps: number, warmupSteps: number) =>
      learningRateAt(step, steps, { learningRate: 1, warmupSteps, fixedWarmup: 1 });
    expect([1, 2, 3, 4, 5, 6, 7].map((step) => at(step, 7, 2))).toEqual([0, 0.5, 1, 0.8, 0.6, 0.4, 0.2]);
    expect([1, 2, 3].map((step) => at(step, 3, 100))).toEqual([0, 0.01, 0.02]);
    expect([1, 2, 3, 4].map((step) => at(step, 4, 0))).toEqual([1, 0.75, 0.5, 0.25]);
  });

  test('trains a reward model on real posts with its own numbers, and keeps the last weights', async () => {
    const data = { train: realGroups(0, 40), validation: realGroups(40, 50) };
    const { result, curve, samples, after, kept } = await train('reward', {}, data);
    // For whoever died before it heard of the last steps.
    expect(kept).toEqual(curve.map((point, i) => (i < curve.length - 1 ? { point } : { point, samples: samples[0] })));
    expect(result.steps).toBe(Math.ceil(Math.ceil(pairsOf(data.train) / 8) / 2));
    for (const [i, { learningRate }] of curve.entries()) expect(learningRate).toBeCloseTo((1e-5 * i) / 100, 15);
    // It looks every 500 steps: here only at the end.
    expect(curve.filter(({ metrics }) => metrics)).toEqual([curve.at(-1)]);
    expect(Object.keys(curve.at(-1)!.metrics!)).toHaveLength(21);
    expect(samples.map((pairs) => pairs.length)).toEqual([16]);
    expect(result.bestStep).toBe(result.steps);
    // One of two layers is frozen, the embeddings are not.
    const changed = changedBy(after);
    expect(changed).toContain('wte.weight');
    expect(changed).toContain('wpe.weight');
    expect(changed).toContain('h.1.mlp.c_proj.weight');
    expect(changed.filter((name) => name.startsWith('h.0.'))).toEqual([]);
  });

  test('pulls matrices towards 0, and neither biases nor layer norms', async () => {
    const few = { train: realGroups(0, 4), validation: [] };
    const changes = { pairsPerBatch: 1000, dropout: 0, warmupSteps: 0, learningRate: 1e-3, weightDecay: 0.5 };
    const vectors = await train('reward', { ...changes, decayVectors: 1 }, few);
    const matrices = await train('reward', changes, few);
    expect(matrices.config.decayVectors).toBe(0);
    expect(matrices.result.steps).toBe(1);
    for (const { name, shape } of trainedAbove(parameters(model, false), model.layers, 1, true)) {
      const [before, one, other] = [tensors.get(name)!, matrices.after.get(name)!, vectors.after.get(name)!];
      const pulled = shape.length === 1 ? 1e-3 * 0.5 : 0;
      one.data.forEach((x, i) => {
        expect(Math.abs(x - other.data[i]! - pulled * before.data[i]!), name).toBeLessThan(2e-7);
      });
    }
  });

  test('trains a language model on whole blocks, the last weights again', async () => {
    const few = { train: realGroups(0, 8), validation: realGroups(8, 10) };
    const { result, curve } = await train('sft', { maxTokens: 64, blocksPerBatch: 2, epochs: 1 }, few);
    expect(curve[0]!.learningRate).toBe(5e-5);
    expect(curve.at(-1)!.learningRate).toBeCloseTo(5e-5 / result.steps, 12);
    expect(result.bestStep).toBe(result.steps);
    expect(result.validation.perplexity).toBeGreaterThan(1);
  });

  test('blocks: the small remainder is dropped, unless it is all there is', () => {
    const sequences = createSequences('');
    for (const ids of [[1, 2, 3, 4], [], [5, 6, 7]]) sequences.add(Int32Array.from(ids));
    const read = (length: number, whole: boolean) => {
      const { count, lengthOf, read } = blocksIn(sequences, length, whole);
      const blocks = Array.from({ length: count }, (_, block) => [...read(block)]);
      expect(blocks.map((block) => block.length)).toEqual(blocks.map((_, block) => lengthOf(block)));
      return blocks;
    };
    const lengths = (length: number, whole: boolean) => read(length, whole).map((block) => block.length);
    expect(read(3, false)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(blocksIn(createSequences(''), 3).count).toBe(0);
    expect(lengths(3, false)).toEqual([3, 3]);
    expect(lengths(2, true)).toEqual([2, 2, 2]);
    expect(lengths(4, false)).toEqual([4, 3]);
    expect(lengths(4, true)).toEqual([4]);
    expect(lengths(64, true)).toEqual([7]);
  });
});
