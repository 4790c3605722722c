/** What a training takes of memory, told from its graphs and its largest batch without running anything. */

import { maximum } from '../../common/lists.ts';
import type { TrainingConfig } from '../../contract/engine.ts';
import type { MemoryForecast } from '../../contract/forecast.ts';
import type { BatchSize } from '../batch/feeds.ts';
import { costOf, productsOf } from '../graph/cost.ts';
import { type Dim, resolve } from '../graph/shape.ts';
import type { ParameterSpec } from '../model/parameters.ts';
import { neededInputs } from '../runtime/runtime.ts';
import { type LossProgram, lossPrograms } from '../train/loss-graph.ts';
import { type Plan, planOf, type TrainingTask } from '../train/task.ts';
import { type Sample, sampleOf } from './sample.ts';

const bytesPerNumber = 4;

/**
 * What the compiled programs of a training and the threads that help it take beside their tensors: measured on trainings from 2 to 124
 * million parameters, it hardly varies.
 */
const overhead = 80e6;
/** ONNX Runtime takes memory in blocks, and loses some of it between the tensors in them. */
const slack = 1.12;

/** A training with its programs, of which the cost can be told without running anything. */
export type Priced = {
  /** Of one epoch. */
  readonly plan: Plan;
  /** Its batches, and those of a look at the validation split. */
  readonly batches: Sample;
  readonly looks: Sample;
  readonly memory: MemoryForecast & { readonly bytes: number };
  /** Multiplications and additions of a batch, learned from or only looked at. */
  readonly learning: (size: BatchSize) => number;
  readonly looking: (size: BatchSize) => number;
};

/**
 * What a training takes under some settings.
 * @param program bytes that the process holds before the model is in it
 */
export function price(
  task: Pick<TrainingTask, 'loss' | 'weights'> & Parameters<typeof planOf>[0],
  config: TrainingConfig,
  program: number,
): Priced {
  // Every epoch has the same texts: one tells of all.
  const plan = planOf(task, { ...config, epochs: 1 });
  const batches = sampleOf(plan.steps.epoch(0));
  const looks = sampleOf(plan.validation.batches);
  const { learning, looking } = lossPrograms(task.loss, config, plan.trained);
  const most = ({ largest }: Sample, spec: LossProgram): number =>
    maximum(
      largest.map((size) => costAt(spec, size).bytes + feedsAt(spec, size)),
      0,
    );
  const trained = bytesPerNumber * numbers(plan.trained);
  const whole = bytesPerNumber * numbers(plan.trained.filter(({ name }) => name !== learning.rowsOf));
  const parts: MemoryForecast = {
    weights: bytesPerNumber * numbers([...task.weights.values()]),
    // A further batch's stand beside the sum that they are added to.
    gradients: (config.accumulation > 1 ? 2 : 1) * whole,
    moments: 2 * trained,
    activations: Math.round(slack * (most(batches, learning) + most(looks, looking))),
    program: program + overhead,
  };
  const bytes = Object.values(parts).reduce((a, b) => a + b);
  return {
    plan,
    batches,
    looks,
    memory: { ...parts, bytes },
    learning: operationsOf(learning),
    looking: operationsOf(looking),
  };
}

function numbers(tensors: readonly Pick<ParameterSpec, 'shape'>[]): number {
  return tensors.reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0);
}

function sizesOf({ rows, length, tokens = rows * length, inputs = rows, ends = 1 }: BatchSize): Map<string, number> {
  return new Map(Object.entries({ batch: rows, length, tokens, pairs: inputs, inputs, ends, words: tokens }));
}

function costAt({ graph, outputs, stored }: LossProgram, size: BatchSize) {
  return costOf(graph, Object.values(outputs), Object.values(stored), sizesOf(size));
}

/** Bytes of all that is fed. */
function feedsAt(spec: LossProgram, size: BatchSize): number {
  const sizes = sizesOf(size);
  return neededInputs(spec)
    .filter(({ input }) => input?.kind === 'feed')
    .reduce((total, { shape }) => total + shape.reduce<number>((n, dim) => n * resolve(dim, sizes), bytesPerNumber), 0);
}

/** Operations of a batch of any size: a sum of products of its sizes, told from the graph once. */
function operationsOf(spec: LossProgram): (size: BatchSize) => number {
  let known: ReadonlyMap<Dim, number> | null = null;
  return (size) => {
    const { graph, outputs, stored } = spec;
    known ??= productsOf(graph, [...Object.values(outputs), ...Object.values(stored)]);
    const sizes = sizesOf(size);
    return [...known].reduce((total, [dim, times]) => total + times * resolve(dim, sizes), 0);
  };
}
