import type { CutCounts, TrainResult } from '../../contract/engine.ts';
import { writeModelFolder } from '../checkpoint/model-folder.ts';
import type { Gpt2Config } from '../model/gpt2.ts';
import { toModelConfig } from '../model/weights.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Batch } from './batches.ts';
import type { TrainingContext } from './context.ts';
import { start, trainingLoop } from './loop.ts';
import { type LossOptions, type LossProgram, trainedParameters } from './programs.ts';
import { clearRunFolder, type Position, type RunFolder, type TrainJob, type Validation } from './run-folder.ts';
import type { StartingPoint } from './starting-point.ts';
import { createTrainer, type Trainer } from './trainer.ts';

export type Prepared = {
  readonly from: StartingPoint;
  readonly folder: RunFolder;
  readonly checkpoint: Awaited<ReturnType<RunFolder['readCheckpoint']>>;
  /** The batches of every step, fixed by the seed. */
  readonly steps: readonly (readonly Batch[])[];
  readonly loss: (model: Gpt2Config, options: LossOptions) => LossProgram;
  /** Null where there is nothing to validate on. */
  readonly validate: ((trainer: Trainer) => Promise<Validation>) | null;
  readonly cuts: CutCounts;
  /** performance.now() at the start. */
  readonly begun: number;
};

/** What both training programs do once their batches and their loss are fixed: compile, loop, write the model. */
export async function runPrepared(
  runtime: Runtime,
  request: TrainJob,
  context: TrainingContext,
  { from, folder, checkpoint, steps, loss, validate, cuts, begun }: Prepared,
): Promise<TrainResult> {
  const { config, kind } = request;
  const trained = trainedParameters(from.model, kind === 'reward', config.frozenLayers);
  context.onProgress({ phase: 'compile', done: 0, total: 1, speed: null, secondsLeft: null });
  // One graph with gradients and dropout, one without either.
  const trainer = await createTrainer(
    runtime,
    config,
    loss(from.model, { dropout: config.dropout > 0, trained }),
    loss(from.model, { dropout: false, trained: [] }),
    trained,
    checkpoint?.tensors ?? from.weights,
  );
  try {
    const position = await trainingLoop({
      config,
      trainer,
      steps,
      validate: validate && (() => validate(trainer)),
      folder,
      from: checkpoint?.position ?? start,
      ...context,
    });
    return await finish({ request, from, trainer, folder, position, runtime, cuts, begun });
  } finally {
    await trainer.dispose();
  }
}

/** Writes the finished model: the weights that did best on validation, or the last ones where there is no such split. */
async function finish(done: {
  readonly request: TrainJob;
  readonly from: StartingPoint;
  readonly trainer: Trainer;
  readonly folder: RunFolder;
  readonly position: Position;
  readonly runtime: Runtime;
  readonly cuts: CutCounts;
  /** performance.now() at the start. */
  readonly begun: number;
}): Promise<TrainResult> {
  const { request, from, trainer, folder, position } = done;
  const weights = position.best === null ? await trainer.weights() : await folder.readBest();
  const tail = position.curve.slice(-Math.ceil(position.curve.length / 10));
  const result: TrainResult = {
    steps: position.step,
    loss: tail.reduce((total, { loss }) => total + loss, 0) / tail.length,
    bestStep: position.best === null ? position.step : position.bestStep,
    validation: position.best ?? {},
    parameters: [...weights.values()].reduce((total, { data }) => total + data.length, 0),
    device: done.runtime.device,
    cuts: done.cuts,
    seconds: (performance.now() - done.begun) / 1000,
  };
  await writeModelFolder(request.modelFolder, {
    config: toModelConfig(from.model),
    manifest: {
      kind: request.kind,
      createdAt: new Date().toISOString(),
      trainingConfig: request.config,
      result,
      maxTokens: from.maxTokens,
    },
    tensors: weights,
    tokenizer: from.tokenizer,
  });
  await clearRunFolder(request.runFolder);
  return result;
}
