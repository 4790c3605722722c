import { describe, expect, test } from 'vitest';
import type { StoredTensor } from '../../../src-main/checkpoint/safetensors.ts';
import { defaultConfig } from '../../../src-main/common/default-config.ts';
import { createNormal, createRandom } from '../../../src-main/common/random.ts';
import { rewardBatch } from '../../../src-main/engine/batch/batches.ts';
import { sequenceReader } from '../../../src-main/engine/batch/input-reader.ts';
import { type TogetherInput, togetherReader } from '../../../src-main/engine/batch/together-feeds.ts';
import type { BertConfig } from '../../../src-main/engine/model/bert.ts';
import { parameters as gpt2Parameters } from '../../../src-main/engine/model/gpt2.ts';
import { togetherParameters } from '../../../src-main/engine/model/together-reward.ts';
import { asSources, freshWeights } from '../../../src-main/engine/model/weights.ts';
import { createOnnxRuntime } from '../../../src-main/engine/runtime/onnx.ts';
import type { Runtime } from '../../../src-main/engine/runtime/runtime.ts';
import { createTensorflowRuntime } from '../../../src-main/engine/runtime/tensorflow.ts';
import {
  type LossOptions,
  lossPrograms,
  rewardLossProgram,
  togetherLossProgram,
} from '../../../src-main/engine/train/loss-graph.ts';
import { createTrainer, type Trainer } from '../../../src-main/engine/train/trainer.ts';

const config: BertConfig = {
  family: 'bert',
  vocabulary: 60,
  width: 8,
  inner: 16,
  layers: 1,
  heads: 2,
  positionRows: 8,
  firstPosition: 0,
  segments: 2,
  distances: 0,
  activation: 'exact',
  epsilon: 1e-12,
  pooling: 'mean',
  unit: false,
  positions: 8,
  prompt: null,
};
/** With a large epsilon: AdamW would blow up gradients that are rounding alone, such as those of the keys' biases. */
const settings = { ...defaultConfig('reward', 'together'), weightDecay: 0.1, learningRate: 3e-3, epsilon: 1e-3 };
const parameters = togetherParameters(config);

/** Words 50 to 59 never occur, and 40 to 49 in the first step and the last. */
function batchOf(step: number, steps: number) {
  const random = createRandom(step);
  const rare = step === 1 || step === steps;
  const inputs = Array.from(
    { length: 4 },
    (): TogetherInput => ({
      ids: Int32Array.from({ length: 3 + Math.floor(random() * 5) }, () => Math.floor(random() * (rare ? 50 : 40))),
      second: 2,
      before: 0,
    }),
  );
  const pairs = [0, 2].map((first) => ({ first, second: first + 1, target: 1 }));
  return rewardBatch([{ inputs, pairs }], togetherReader(config), 8);
}

async function begin(
  runtime: Runtime,
  { occurring, accumulation = 1 }: { occurring: boolean; accumulation?: number },
  tensors?: ReadonlyMap<string, StoredTensor>,
): Promise<Trainer> {
  const given = tensors ?? freshWeights(parameters, createNormal(createRandom(7)));
  const chosen = { ...settings, accumulation };
  const whole = {
    learning: togetherLossProgram(config, { dropout: false, trained: parameters, accumulate: accumulation > 1 }),
    looking: togetherLossProgram(config, { dropout: false, trained: [] }),
  };
  const rows = lossPrograms((options) => togetherLossProgram(config, options), chosen, parameters);
  return createTrainer(runtime, chosen, occurring ? rows : whole, parameters, asSources(given));
}

const rateOf = (step: number): number => settings.learningRate / (1 + step / 50);

async function read(sources: ReturnType<Trainer['everything']>): Promise<Map<string, StoredTensor>> {
  const found = new Map<string, StoredTensor>();
  for (const [name, { shape, read: numbers }] of sources) found.set(name, { shape, data: (await numbers()).slice() });
  return found;
}

function farthest(some: ReadonlyMap<string, StoredTensor>, others: ReadonlyMap<string, StoredTensor>): number {
  let most = 0;
  for (const [name, { data }] of some) {
    const other = others.get(name)!.data;
    expect(data).toHaveLength(other.length);
    for (const [i, x] of data.entries()) most = Math.max(most, Math.abs(x - other[i]!));
  }
  return most;
}

describe.each([
  ['ONNX Runtime', async () => createOnnxRuntime('cpu'), 260],
  ['TensorFlow', createTensorflowRuntime, 12],
] as const)('rows of the words that occur, in %s', (_, create, steps) => {
  test('train as the whole table does: losses, norms, looks and weights', async () => {
    const runtime = await create();
    const [rows, whole] = [await begin(runtime, { occurring: true }), await begin(runtime, { occurring: false })];
    for (let step = 1; step <= steps; step++) {
      const batch = batchOf(step, steps);
      const [one, other] = [
        await rows.step([batch], step, rateOf(step)),
        await whole.step([batch], step, rateOf(step)),
      ];
      expect(Math.abs(one.loss - other.loss)).toBeLessThan(1e-5);
      expect(Math.abs(one.gradientNorm - other.gradientNorm)).toBeLessThan(1e-5);
      if (step % 5 === 0) {
        const feeds = batchOf(step + 1, step + 1).feeds(1);
        const [seen, expected] = [await rows.evaluate(feeds), await whole.evaluate(feeds)];
        for (const [i, x] of seen.rewards!.entries()) expect(Math.abs(x - expected.rewards![i]!)).toBeLessThan(1e-5);
      }
    }
    expect(farthest(await read(rows.weights()), await read(whole.weights()))).toBeLessThan(1e-6);
    await rows.dispose();
    await whole.dispose();
  });
});

test('several batches in a step have their rows in common', async () => {
  const runtime = createOnnxRuntime('cpu');
  const [rows, whole] = [
    await begin(runtime, { occurring: true, accumulation: 2 }),
    await begin(runtime, { occurring: false, accumulation: 2 }),
  ];
  for (let step = 1; step <= 6; step++) {
    const batches = [batchOf(step, 6), batchOf(100 + step, 6)];
    const [one, other] = [await rows.step(batches, step, rateOf(step)), await whole.step(batches, step, rateOf(step))];
    expect(Math.abs(one.loss - other.loss)).toBeLessThan(1e-6);
  }
  expect(farthest(await read(rows.weights()), await read(whole.weights()))).toBeLessThan(1e-6);
});

test('a GPT-2 that learns pairs takes such rows as well', async () => {
  const model = { width: 8, layers: 2, heads: 2, vocabulary: 60, positions: 8, epsilon: 1e-5 };
  const trained = gpt2Parameters(model, true);
  const chosen = { ...settings, dropout: 0 };
  const runtime = createOnnxRuntime('cpu');
  const given = () => asSources(freshWeights(trained, createNormal(createRandom(7))));
  const loss = (options: LossOptions) => rewardLossProgram(model, options);
  const rows = lossPrograms(loss, chosen, trained);
  const whole = { learning: loss({ dropout: false, trained }), looking: loss({ dropout: false, trained: [] }) };
  expect([rows.learning.rowsOf, whole.learning.rowsOf]).toEqual(['wte.weight', null]);
  const [some, all] = [
    await createTrainer(runtime, chosen, rows, trained, given()),
    await createTrainer(runtime, chosen, whole, trained, given()),
  ];
  for (let step = 1; step <= 12; step++) {
    const random = createRandom(step);
    const inputs = Array.from({ length: 4 }, () => Int32Array.from({ length: 6 }, () => Math.floor(random() * 40)));
    const pairs = [0, 2].map((first) => ({ first, second: first + 1, target: 1 }));
    const batch = rewardBatch([{ inputs, pairs }], sequenceReader(model.heads), 8);
    const [one, other] = [await some.step([batch], step, 3e-3), await all.step([batch], step, 3e-3)];
    expect(Math.abs(one.loss - other.loss)).toBeLessThan(1e-6);
    expect(Math.abs(one.gradientNorm - other.gradientNorm)).toBeLessThan(1e-5);
  }
  expect(farthest(await read(some.weights()), await read(all.weights()))).toBeLessThan(1e-6);
});

describe('a run that goes on', () => {
  const steps = 40;
  const train = async (trainer: Trainer, from: number, to: number): Promise<void> => {
    for (let step = from; step <= to; step++) {
      await trainer.step([batchOf(step, steps)], step, rateOf(step));
      if (step % 7 === 0) await read(trainer.weights());
    }
  };

  test('has the very same numbers as one that never stopped', async () => {
    const runtime = createOnnxRuntime('cpu');
    const whole = await begin(runtime, { occurring: true });
    await train(whole, 1, steps);
    const part = await begin(runtime, { occurring: true });
    await train(part, 1, 17);
    const rest = await begin(runtime, { occurring: true }, await read(part.everything()));
    await train(rest, 18, steps);
    expect(farthest(await read(rest.everything()), await read(whole.everything()))).toBe(0);
    expect(farthest(await read(rest.weights()), await read(whole.weights()))).toBe(0);
  });

  test('goes on from a checkpoint of the whole table', async () => {
    const runtime = createOnnxRuntime('cpu');
    const whole = await begin(runtime, { occurring: false });
    await train(whole, 1, 17);
    const rest = await begin(runtime, { occurring: true }, await read(whole.everything()));
    await train(whole, 18, steps);
    await train(rest, 18, steps);
    expect(farthest(await read(rest.weights()), await read(whole.weights()))).toBeLessThan(1e-6);
  });
});
