import type { Manifest } from '../../checkpoint/folder.ts';
import type { TensorSource } from '../../checkpoint/safetensors.ts';
import type { CutCounts, TrainingConfig, TrainResult } from '../../contract/engine.ts';
import type { Batch } from '../batch/batches.ts';
import { layerOf, type ParameterSpec } from '../model/parameters.ts';
import type { TrainingContext } from '../runtime/request-context.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type SampleTexts, start, trainingLoop } from './loop.ts';
import type { LossOptions, LossProgram } from './programs.ts';
import {
  type Checkpoint,
  clearRunFolder,
  type Look,
  type Position,
  type RunFolder,
  type TrainJob,
} from './run-folder.ts';
import { createTrainer, type Trainer } from './trainer.ts';

/** What is done, as the settings have it. Throws TiebreakError nothing-to-do where there is nothing to learn from. */
export type Plan = {
  /** The tensors that change. */
  readonly trained: readonly ParameterSpec[];
  /** The batches of every step, fixed by the seed. */
  readonly steps: readonly (readonly Batch[])[];
  /** What every look at the validation split runs. */
  readonly evaluation: readonly Batch[];
};

/** What the trainings differ in, once their texts are read. */
export type Prepared = {
  readonly folder: RunFolder;
  readonly checkpoint: Checkpoint | null;
  readonly weights: ReadonlyMap<string, TensorSource>;
  readonly layers: number;
  /** What is done under some settings: those of the request, or others that are thought about. */
  readonly plan: (config: TrainingConfig) => Plan;
  readonly loss: (options: LossOptions) => LossProgram;
  /** Null where there is nothing to validate on. */
  readonly validate: ((trainer: Trainer) => Promise<Look>) | null;
  /** The pairs whose rewards every look gives; [] where it gives none. */
  readonly samples: readonly SampleTexts[];
  /** Whether the starting weights are kept where no step makes them better. */
  readonly startCounts: boolean;
  readonly cuts: CutCounts;
  readonly maxTokens: number;
  /** performance.now() at the start. */
  readonly begun: number;
  /** Writes the model's folder. */
  readonly write: (tensors: ReadonlyMap<string, TensorSource>, manifest: NewManifest) => Promise<void>;
};

type NewManifest = Omit<Manifest, 'format' | 'files' | 'architecture'>;

/** What all training programs do once their batches and their loss are fixed: compile, loop, write the model. */
export async function runPrepared(
  runtime: Runtime,
  request: TrainJob,
  context: TrainingContext,
  prepared: Prepared,
): Promise<TrainResult> {
  const { config } = request;
  const { layers, loss, validate, checkpoint } = prepared;
  const { trained, steps } = prepared.plan(config);
  context.onProgress({ phase: 'compile', done: 0, total: 1, speed: null, secondsLeft: null });
  // One graph with gradients and dropout, one without either.
  const trainer = await createTrainer(
    runtime,
    config,
    loss(lossOptions(config, trained)),
    loss({ dropout: false, trained: [] }),
    trained,
    checkpoint?.tensors ?? prepared.weights,
    (name) => config.layerDecay ** (layers + 1 - layerOf(name, layers)),
  );
  try {
    const position = await trainingLoop({
      ...prepared,
      config,
      steps,
      trainer,
      validate: validate && (() => validate(trainer)),
      from: checkpoint?.position ?? start,
      ...context,
    });
    return await finish(request, prepared, trainer, position, runtime.device);
  } finally {
    await trainer.dispose();
  }
}

/** The program of a step, as the settings have it. */
export function lossOptions(config: TrainingConfig, trained: readonly ParameterSpec[]): LossOptions {
  return {
    dropout: config.dropout > 0,
    trained,
    recompute: config.recompute > 0,
    accumulate: config.accumulation > 1,
  };
}

/** Writes the finished model: the weights that did best on validation, or the last where those are wanted, or none did best. */
async function finish(
  request: TrainJob,
  { folder, cuts, begun, maxTokens, write }: Prepared,
  trainer: Trainer,
  position: Position,
  device: string,
): Promise<TrainResult> {
  const last = position.best === null || request.config.keepBest === 0;
  const weights = last ? trainer.weights() : await folder.readBest();
  const tail = position.curve.slice(-Math.ceil(position.curve.length / 10));
  const result: TrainResult = {
    steps: position.step,
    loss: tail.reduce((total, { loss }) => total + loss, 0) / tail.length,
    bestStep: position.best === null ? position.step : position.bestStep,
    validation: position.best ?? {},
    ...(position.before ? { before: position.before } : {}),
    parameters: [...weights.values()].reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0),
    device,
    cuts,
    seconds: (performance.now() - begun) / 1000,
  };
  await write(weights, {
    kind: request.kind,
    createdAt: new Date().toISOString(),
    trainingConfig: request.config,
    result,
    maxTokens,
  });
  await clearRunFolder(request.runFolder);
  return result;
}
