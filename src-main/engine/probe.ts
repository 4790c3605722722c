/** How fast this machine trains and scores: a few small training steps on a device. */

import { defaultConfig } from '../common/default-config.ts';
import { minimum } from '../common/lists.ts';
import { createNormal, createRandom } from '../common/random.ts';
import type { Device, ProbedDevice } from '../contract/engine.ts';
import type { TrainingKind } from '../contract/records.ts';
import { type Batch, orderedRewardBatches } from './batch/batches.ts';
import { blockBatches } from './batch/block-batches.ts';
import { sequenceReader } from './batch/input-reader.ts';
import { type Gpt2Config, parameters } from './model/gpt2.ts';
import { trainedAbove } from './model/parameters.ts';
import { asSources, freshWeights } from './model/weights.ts';
import { nameOfDevice } from './runtime/card-names.ts';
import { findDevice, openRuntime } from './runtime/devices.ts';
import type { Runtime } from './runtime/runtime.ts';
import { languageModelLossProgram, lossPrograms, rewardLossProgram } from './train/loss-graph.ts';
import { createTrainer, type Trainer } from './train/trainer.ts';

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

/** A device with the speed of a few small training steps on it, and of a few scorings, each warmed up. */
export async function probeDevice(device: Device): Promise<ProbedDevice> {
  const { slow, ...found } = await findDevice(device);
  const unusable = { ...found, name: null, float16: false, sequencesPerSecond: null, scoredPerSecond: null };
  if (!found.available) return unusable;
  if (slow) return { ...unusable, name: nameOfDevice(device, true), detail: `${found.detail}: too slow to be of use` };
  try {
    const { runtime } = await openRuntime(device);
    const { training, scoring, rewards } = await measureWork(runtime);
    const apart = device === 'cpu' ? 0 : farthest(rewards, (await rewardsOfProcessor()) ?? rewards);
    if (!(apart < mostApart)) {
      return {
        ...unusable,
        available: false,
        detail: `it gives other numbers than the processor (${detailOf(apart)})`,
      };
    }
    const speeds = { sequencesPerSecond: training, scoredPerSecond: scoring };
    return { ...found, name: nameOfDevice(device, found.onCard), float16: await runtime.hasFloat16(), ...speeds };
  } catch (error) {
    const detail = (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
    return { ...unusable, available: false, detail: `it fails in a small training: ${detail}` };
  }
}

/** Rewards of the small model are about 1 apart from each other; some devices round as float16 does. */
const mostApart = 0.02;
const detailOf = (apart: number): string => `rewards are ${apart.toFixed(3)} apart`;

async function rewardsOfProcessor(): Promise<Float32Array> {
  const { runtime } = await openRuntime('cpu');
  return (await measureWork(runtime, 0)).rewards;
}

function farthest(some: Float32Array, others: Float32Array): number {
  return some.reduce((most, reward, i) => Math.max(most, Math.abs(reward - others[i]!)), 0);
}

/** Seconds after which nothing more is tried on a device: it is slow, and we know enough. */
const patience = 2;

/** Sequences a second of a small reward model that is trained, and of one that is only asked, and its first rewards. */
async function measureWork(runtime: Runtime, times = 4) {
  const { trainer, batch } = await stepsOf(runtime, probeShape, { deviation: 0.2 });
  const { rewards } = await trainer.evaluate(batch.feeds(1));
  const begun = performance.now();
  const fastest = async (work: () => Promise<unknown>): Promise<number> => {
    const taken: number[] = [];
    // The first run compiles the device's kernels.
    for (let i = 0; i < times && (i < 2 || performance.now() - begun < 1000 * patience); i++) {
      const from = performance.now();
      await work();
      taken.push(performance.now() - from);
    }
    return (1000 * probeShape.sequences) / minimum(taken.slice(1));
  };
  let step = 0;
  const scoring = await fastest(() => trainer.evaluate(batch.feeds(1)));
  const training = await fastest(() => trainer.step([batch], ++step, 1e-5));
  await trainer.dispose();
  return { training, scoring, rewards: rewards! };
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
  readonly mixedPrecision?: boolean;
};

/** Milliseconds by the clock, and of the processor in this process, all threads together. */
type StepTime = { readonly ms: number; readonly cpuMs: number };

/**
 * Milliseconds of each of a few whole training steps (loss, gradients, AdamW without clipping) of a fresh model on random
 * tokens, all sequences of the full length.
 */
export async function measureSteps(runtime: Runtime, shape: StepShape, options: StepOptions): Promise<StepTime[]> {
  const { accumulation = 1 } = options;
  return timesOf(runtime, shape, options, (trainer, batch, step) =>
    trainer.step(Array<Batch>(accumulation).fill(batch), step, 1e-5),
  );
}

/** The same of looks at such a batch, which give its rewards. */
export async function measureLooks(runtime: Runtime, shape: StepShape, options: StepOptions): Promise<StepTime[]> {
  return timesOf(runtime, shape, options, (trainer, batch) => trainer.evaluate(batch.feeds(1)));
}

async function timesOf(
  runtime: Runtime,
  shape: StepShape,
  options: StepOptions,
  work: (trainer: Trainer, batch: Batch, step: number) => Promise<unknown>,
): Promise<StepTime[]> {
  const { warmup, steps } = options;
  const { trainer, batch } = await stepsOf(runtime, shape, options);
  const times: StepTime[] = [];
  for (let step = 1; step <= warmup + steps; step++) {
    const [begun, used] = [performance.now(), process.cpuUsage()];
    await work(trainer, batch, step);
    const [ms, { user, system }] = [performance.now() - begun, process.cpuUsage(used)];
    if (step > warmup) times.push({ ms, cpuMs: (user + system) / 1000 });
  }
  await trainer.dispose();
  return times;
}

/**
 * A fresh model with a batch of random tokens, all sequences of the full length.
 * @param deviation of the weights, where it is another than that with which trainings begin
 */
async function stepsOf(
  runtime: Runtime,
  shape: StepShape,
  options: Omit<StepOptions, 'warmup' | 'steps'> & { readonly deviation?: number },
): Promise<{ readonly trainer: Trainer; readonly batch: Batch }> {
  const { kind = 'reward', recompute = false, frozenLayers = 0, accumulation = 1, mixedPrecision = false } = options;
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
    : blockBatches(
        { count: sequences.length, lengthOf: () => shape.tokens, read: (block) => sequences[block]! },
        sizes,
        null,
      );
  const program = head ? rewardLossProgram : languageModelLossProgram;
  const { deviation } = options;
  const all = parameters(model, head).map((spec) =>
    deviation === undefined || spec.deviation === 0 ? spec : { ...spec, deviation },
  );
  const trained = trainedAbove(all, model.layers, frozenLayers);
  const config = {
    ...defaultConfig('reward'),
    ...{ maxGradientNorm: 0, dropout: 0, recompute: Number(recompute), accumulation },
    mixedPrecision: Number(mixedPrecision),
  };
  const trainer = await createTrainer(
    runtime,
    config,
    lossPrograms((options) => program(model, options), config, trained),
    trained,
    asSources(freshWeights(all, createNormal(random))),
  );
  return { trainer, batch: batch! };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
