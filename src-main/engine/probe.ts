/** How fast this machine trains: a few small training steps on each of its devices. */

import { defaultConfig } from '../common/default-config.ts';
import { createNormal, createRandom } from '../common/random.ts';
import type { ProbedDevice, ProbeResult } from '../contract/engine.ts';
import type { TrainingKind } from '../contract/records.ts';
import { type Batch, orderedRewardBatches } from './batch/batches.ts';
import { blockBatches } from './batch/block-batches.ts';
import { sequenceReader } from './batch/input-reader.ts';
import { type Gpt2Config, parameters } from './model/gpt2.ts';
import { trainedAbove } from './model/parameters.ts';
import { asSources, freshWeights } from './model/weights.ts';
import { findDevices, openRuntime } from './runtime/devices.ts';
import type { Runtime } from './runtime/runtime.ts';
import { languageModelLossProgram, lossPrograms, rewardLossProgram } from './train/loss-graph.ts';
import { createTrainer } from './train/trainer.ts';

export type StepShape = {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly tokens: number;
  readonly sequences: number;
  readonly vocabulary: number;
};

/** Small enough to take a second on a slow device. */
const probeShape: StepShape = { width: 128, layers: 2, heads: 4, tokens: 64, sequences: 8, vocabulary: 1024 };

/** Every device with the speed of a few small training steps on it. */
export async function probeDevices(): Promise<ProbeResult> {
  const devices: ProbedDevice[] = [];
  for (const found of await findDevices()) {
    let sequencesPerSecond: number | null = null;
    if (found.available) {
      const { runtime } = await openRuntime(found.device);
      const times = await measureSteps(runtime, probeShape, { warmup: 1, steps: 3 });
      sequencesPerSecond = (probeShape.sequences / median(times.map(({ ms }) => ms))) * 1000;
    }
    devices.push({ ...found, sequencesPerSecond });
  }
  return { devices };
}

export type StepOptions = {
  readonly warmup: number;
  readonly steps: number;
  /** A reward model on pairs, or a language model. */
  readonly kind?: TrainingKind;
  readonly recompute?: boolean;
  readonly frozenLayers?: number;
  /** Batches of a step. */
  readonly accumulation?: number;
};

/** Milliseconds by the clock, and of the processor in this process, all threads together. */
type StepTime = { readonly ms: number; readonly cpuMs: number };

/**
 * Milliseconds of each of a few whole training steps (loss, gradients, AdamW without clipping) of a fresh model on random
 * tokens, all sequences of the full length.
 */
export async function measureSteps(runtime: Runtime, shape: StepShape, options: StepOptions): Promise<StepTime[]> {
  const { warmup, steps, kind = 'reward', recompute = false, frozenLayers = 0, accumulation = 1 } = options;
  const head = kind === 'reward';
  const random = createRandom(1);
  const model: Gpt2Config = { ...shape, positions: shape.tokens, epsilon: 1e-5 };
  const sequences = Array.from({ length: shape.sequences }, () =>
    new Int32Array(shape.tokens).map(() => Math.floor(random() * shape.vocabulary)),
  );
  const pairs = Array.from({ length: shape.sequences / 2 }, (_, i) => ({ first: 2 * i, second: 2 * i + 1, target: 1 }));
  const sizes = { tokensPerBatch: shape.tokens * shape.sequences, maxTokens: shape.tokens, padding: 0 };
  const [batch] = head
    ? orderedRewardBatches([{ inputs: sequences, pairs }], sequenceReader(shape.heads), sizes)
    : blockBatches(sequences, sizes, null);
  const batches = Array<Batch>(accumulation).fill(batch!);
  const program = head ? rewardLossProgram : languageModelLossProgram;
  const all = parameters(model, head);
  const trained = trainedAbove(all, model.layers, frozenLayers);
  const config = {
    ...defaultConfig('reward'),
    ...{ maxGradientNorm: 0, dropout: 0, recompute: Number(recompute), accumulation },
  };
  const trainer = await createTrainer(
    runtime,
    config,
    lossPrograms((options) => program(model, options), config, trained),
    trained,
    asSources(freshWeights(all, createNormal(random))),
  );
  const times: StepTime[] = [];
  for (let step = 1; step <= warmup + steps; step++) {
    const [begun, used] = [performance.now(), process.cpuUsage()];
    await trainer.step(batches, step, 1e-5);
    const [ms, { user, system }] = [performance.now() - begun, process.cpuUsage(used)];
    if (step > warmup) times.push({ ms, cpuMs: (user + system) / 1000 });
  }
  await trainer.dispose();
  return times;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
