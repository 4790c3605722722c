/**
 * A process of its own: `peak.ts SHAPE` (as JSON) says how much memory a training would need at most, then runs two steps and a
 * look at the validation split of it, and prints both numbers of bytes as JSON.
 */

import { defaultConfig } from '../../src-main/common/default-config.ts';
import type { TrainingKind } from '../../src-main/contract/records.ts';
import { orderedRewardBatches } from '../../src-main/engine/batch/batches.ts';
import { blockBatches } from '../../src-main/engine/batch/block-batches.ts';
import { sequenceReader } from '../../src-main/engine/batch/input-reader.ts';
import { price } from '../../src-main/engine/forecast/memory.ts';
import { type Gpt2Config, parameters } from '../../src-main/engine/model/gpt2.ts';
import { asSources, freshWeights } from '../../src-main/engine/model/weights.ts';
import { createOnnxRuntime } from '../../src-main/engine/runtime/onnx.ts';
import {
  type LossOptions,
  languageModelLossProgram,
  lossPrograms,
  rewardLossProgram,
} from '../../src-main/engine/train/loss-graph.ts';
import { createTrainer } from '../../src-main/engine/train/trainer.ts';
import { peakMemory } from './peak-memory.ts';

export type Shape = Omit<Gpt2Config, 'positions' | 'epsilon'> & {
  readonly kind: TrainingKind;
  readonly tokens: number;
  readonly sequences: number;
  readonly recompute?: number;
  readonly frozenLayers?: number;
  readonly accumulation?: number;
  readonly dropout?: number;
};

const shape = JSON.parse(process.argv[2]!) as Shape;
const { kind, tokens, sequences, recompute = 0, frozenLayers = 0, accumulation = 1, dropout = 0 } = shape;
const model: Gpt2Config = { ...shape, positions: tokens, epsilon: 1e-5 };
const head = kind === 'reward';
const config = { ...defaultConfig(kind), recompute, frozenLayers, accumulation, dropout };
const ids = Array.from({ length: sequences }, (_, row) =>
  new Int32Array(tokens).map((_, i) => (7 * i + row) % model.vocabulary),
);
const pairs = Array.from({ length: sequences / 2 }, (_, i) => ({ first: 2 * i, second: 2 * i + 1, target: 1 }));
const sizes = { tokensPerBatch: tokens * sequences, maxTokens: tokens, padding: 0 };
const batches = head
  ? orderedRewardBatches([{ inputs: ids, pairs }], sequenceReader(model.heads), sizes)
  : blockBatches({ count: ids.length, lengthOf: () => tokens, read: (block) => ids[block]! }, sizes, null);
const step = Array(accumulation).fill(batches.at(0)!);
const task = {
  parameters: parameters(model, head),
  layers: model.layers,
  weights: asSources(freshWeights(parameters(model, head), () => Math.random() - 0.5)),
  loss: (options: LossOptions) => (head ? rewardLossProgram : languageModelLossProgram)(model, options),
  epochs: () => () => batches,
  nothingToDo: '',
  validation: () => ({ batches, samples: [], look: () => Promise.reject(new Error('Nothing looks here')) }),
};
const own = [...task.weights.values()].reduce((n, { shape }) => n + 4 * shape.reduce((a, b) => a * b, 1), 0);
const { memory, plan } = price(task, config, process.memoryUsage().rss - own);
const trainer = await createTrainer(
  createOnnxRuntime('cpu'),
  config,
  lossPrograms(task.loss, config, plan.trained),
  plan.trained,
  task.weights,
);
for (let number = 1; number <= 2; number++) await trainer.step(step, number, 1e-4);
await trainer.evaluate(batches.at(0)!.feeds(1));
console.log(JSON.stringify({ reckoned: memory.bytes, measured: peakMemory(), memory }));
process.exit(0);
