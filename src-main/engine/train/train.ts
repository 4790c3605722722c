/**
 * Training, from the settings to the model's folder: start reading here. In the order in which it happens, with the files that
 * explain each part:
 *
 * settings    what each means, and its default                   recipe/setting-comments.ts, common/default-config.ts
 * run         what was asked for and its data                     run/job.ts
 *             what a run keeps, so that it can go on              run/run-folder.ts
 * task        in what the three kinds of training differ          task.ts
 *             a GPT-2 learns texts                                language-model-task.ts
 *             a GPT-2 learns which of two comments is better      reward-task.ts
 *             a sentence encoder learns the same                  encoder-task.ts
 *             an encoder that reads both texts as one             together-task.ts
 * start       the weights before the first step                   starting-gpt2.ts, starting-head.ts
 * batches     the tokens, of a large store on the disk            batch/sequences.ts
 *             the pairs or blocks of text that run at once        batch/batches.ts, batch/block-batches.ts, pair-learning.ts
 *             of every step, an epoch at a time                   steps.ts
 *             what begins alike, which is read once               batch/rows.ts
 * model       what is computed                                    model/gpt2.ts, model/gpt2-rows.ts, model/encoder-reward.ts
 * loss        how wrong it is, and the derivatives of that        loss-graph.ts, graph/gradient.ts
 * step        batches in, changed weights out                     trainer.ts
 *             products in float16, without gradients that vanish  loss-scale.ts
 * optimizer   how a weight changes: AdamW                         optimizer.ts
 *             on a device, by programs                            device-optimizer.ts
 *             in the computer's own memory, by several threads    memory-optimizer.ts, shared-steps.ts, helper-thread.ts
 *             four numbers at a time                              adamw-kernel.ts
 *             words: only those that a step's texts have          word-rows.ts
 * schedule    the learning rate of a step, and when to validate   schedule.ts
 * loop        steps, looks at the validation split, checkpoints   runSteps, below
 * looks       the figures of a look                               pair-validation.ts
 * progress    what is told meanwhile                              progress.ts
 * device      what is done where it fails                         fall-back.ts
 * model       the finished model's folder                         checkpoint/model-folder.ts, head/encoder-folder.ts
 */

import { noFloat16 } from '../../common/device-words.ts';
import type { CurvePoint, TrainingConfig, TrainResult } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { openSequences, type SequenceFolder } from '../batch/sequences.ts';
import type { Head } from '../head/head-folder.ts';
import { readEncoder as readEncoderAt } from '../model/read-encoder.ts';
import type { PretrainedEncoder } from '../model/text-encoder.ts';
import type { TrainJob } from '../run/job.ts';
import { clearRunFolder, openRunFolder, type Position, type RunFolder, start } from '../run/run-folder.ts';
import type { RequestContext } from '../runtime/request-context.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { encoderTask } from './encoder-task.ts';
import { languageModelTask } from './language-model-task.ts';
import { lossPrograms } from './loss-graph.ts';
import { reporter, stepsTold } from './progress.ts';
import { rewardTask } from './reward-task.ts';
import { layerRate, learningRateAt, stepsPerLook } from './schedule.ts';
import { startingHead } from './starting-head.ts';
import { type Look, type Plan, planOf, type TrainingTask } from './task.ts';
import { togetherTask } from './together-task.ts';
import { createTrainer, type Trainer } from './trainer.ts';

/**
 * Trains what the job asks for, and goes on from its checkpoint as if it had never stopped. Every random choice comes from the
 * seed and the step, never from what ran before.
 * @param readEncoder gives the encoder that a deep training begins with
 * @throws TiebreakError cancelled, after a checkpoint from which the run can go on; nothing-to-do where there is nothing to learn
 * from; bad-input
 */
export async function train(
  runtime: Runtime,
  job: TrainJob,
  context: RequestContext,
  readEncoder = () => readEncoderAt(job.encoder),
): Promise<TrainResult> {
  const sequences = openSequences(job.runFolder);
  try {
    return await trainOn(sequences, runtime, job, context, readEncoder);
  } finally {
    sequences.close();
  }
}

async function trainOn(
  sequences: SequenceFolder,
  runtime: Runtime,
  job: TrainJob,
  context: RequestContext,
  readEncoder: () => Promise<PretrainedEncoder>,
): Promise<TrainResult> {
  const begun = performance.now();

  // The settings, as the device can do them, and where an interrupted run stopped.
  const config = await inPrecisionOf(runtime, job.config);
  const folder = openRunFolder(job.runFolder);
  const checkpoint = await folder.readCheckpoint();

  // The model with its loss, and the texts as the batches of every step.
  const begin = (encoder: PretrainedEncoder) => startingHead(runtime, encoder, job, context);
  const task = await openTask(job, context, sequences, begin, readEncoder);
  const plan = planOf(task, config);

  // Its weights on the device, and the programs that change them.
  const { device } = runtime;
  context.onProgress({ phase: 'compile', done: 0, total: 1, speed: null, secondsLeft: null, device });
  const trainer = await createTrainer(
    runtime,
    config,
    lossPrograms(task.loss, config, plan.trained),
    plan.trained,
    checkpoint?.tensors ?? task.weights,
    (name) => layerRate(name, task.layers, config),
  );
  try {
    // The loop.
    const { startCounts, maxTokens, cuts } = task;
    const from = checkpoint?.position ?? start;
    const deadline = begun + 1000 * (job.seconds ?? Number.POSITIVE_INFINITY);
    const end = await runSteps({ config, plan, startCounts, trainer, folder, from, deadline }, context);

    // The model's folder, with the weights that did best on validation, or the last where those are wanted, or none did best.
    const last = end.best === null || config.keepBest === 0;
    const weights = last ? trainer.weights() : await folder.readBest();
    const result = {
      ...resultOf(end),
      parameters: [...weights.values()].reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0),
      device: runtime.device,
      cuts,
      seconds: (performance.now() - begun) / 1000,
      ...(config.mixedPrecision === job.config.mixedPrecision ? {} : { notes: [noFloat16(runtime.device)] }),
    };
    const createdAt = new Date().toISOString();
    await folder.writeSteps(stepsTold(plan.validation.samples, end));
    await task.write(weights, { kind: job.kind, createdAt, trainingConfig: config, result, maxTokens });
    await clearRunFolder(job.runFolder);
    return result;
  } finally {
    await trainer.dispose();
  }
}

/**
 * Reads the texts, and describes what is to be trained on them.
 * @param sequences where their tokens are kept
 * @param begin gives the head that a deep training begins with
 */
export function openTask(
  job: TrainJob,
  context: RequestContext,
  sequences: SequenceFolder,
  begin: (encoder: PretrainedEncoder) => Promise<Head>,
  readEncoder = () => readEncoderAt(job.encoder),
): Promise<TrainingTask> {
  if (job.kind === 'sft') return languageModelTask(job, context, sequences);
  if (job.method === 'together') return togetherTask(job, context, readEncoder, sequences);
  if (job.method === 'deep') return encoderTask(job, context, begin, readEncoder, sequences);
  return rewardTask(job, context, sequences);
}

type Run = {
  readonly config: TrainingConfig;
  readonly plan: Plan;
  readonly startCounts: boolean;
  readonly trainer: Trainer;
  readonly folder: RunFolder;
  readonly from: Position;
  /** When it ends all the same, on the clock of `performance`. */
  readonly deadline: number;
};

/**
 * The loop: step, look at the validation split now and then, keep the best weights (where those are to be kept), write
 * checkpoints, and end early where `patience` looks in a row found nothing better, or where the time is over.
 */
async function runSteps(run: Run, { signal, onProgress }: RequestContext): Promise<Position> {
  const { config, plan, trainer, folder, from, deadline } = run;
  const { steps, validation } = plan;
  const report = reporter(steps, validation.samples, from, onProgress);
  const curve = [...from.curve];
  const samples = [...(from.samples ?? [])];
  let { bestStep, best, before, step: saved } = from;
  const position = (step: number): Position => ({ step, bestStep, best, before, curve, samples });
  const save = async (step: number): Promise<void> => {
    await folder.writeCheckpoint(trainer.everything(), position(step));
    saved = step;
  };
  const keep = async ({ figures }: Look, step: number): Promise<void> => {
    best = figures;
    bestStep = step;
    if (config.keepBest !== 0) await folder.writeBest(trainer.weights());
  };

  const validates = validation.batches.length > 0;
  const perLook = stepsPerLook(steps.count, config);
  if (validates && run.startCounts && best === null && !signal.aborted) {
    const look = await validation.look(trainer);
    before = look.figures;
    await keep(look, 0);
  }
  for (let step = from.step + 1; step <= steps.count; step++) {
    if (signal.aborted) {
      if (config.checkpointEvery > 0 && step - 1 > saved) await save(step - 1);
      throw new TiebreakError('cancelled', 'The training was cancelled. Earlier models are as they were.');
    }
    const learningRate = learningRateAt(step, steps.count, config);
    const { loss, gradientNorm } = await trainer.step(steps.at(step), step, learningRate);
    if (!Number.isFinite(loss)) throw diverged(step);

    const last = step === steps.count || performance.now() > deadline;
    const look = validates && (step % perLook === 0 || last) ? await validation.look(trainer) : null;
    if (look?.rewards) samples.push({ step, rewards: look.rewards });
    if (look && (best === null || config.keepBest === 0 || look.figures.loss < best.loss)) await keep(look, step);
    const point: CurvePoint = { step, loss, learningRate, gradientNorm, ...(look ? figuresOf(look) : {}) };
    curve.push(point);
    report(point, look?.rewards);

    if (last) return position(step);
    if (look && config.patience > 0 && looksSince(bestStep, curve) >= config.patience) return position(step);
    if (config.checkpointEvery > 0 && step % config.checkpointEvery === 0 && step < steps.count) await save(step);
  }
  return position(steps.count);
}

/** Mixed precision needs a device that has float16. */
export async function inPrecisionOf(runtime: Runtime, config: TrainingConfig): Promise<TrainingConfig> {
  return config.mixedPrecision > 0 && !(await runtime.hasFloat16()) ? { ...config, mixedPrecision: 0 } : config;
}

function diverged(step: number): TiebreakError {
  const message = `The loss is no longer a number at step ${step}. Earlier models are as they were; try a lower learningRate.`;
  return new TiebreakError('engine-failed', message);
}

/** A look as the curve shows it. */
function figuresOf({ figures, metrics }: Look): Partial<CurvePoint> {
  return {
    validationLoss: figures.loss,
    ...('accuracy' in figures ? { validationAccuracy: figures.accuracy! } : {}),
    ...(metrics ? { metrics } : {}),
  };
}

/** Looks at the validation split since the step that did best. */
function looksSince(best: number, curve: readonly CurvePoint[]): number {
  return curve.filter(({ step, validationLoss }) => step > best && validationLoss !== undefined).length;
}

function resultOf({ step, bestStep, best, before, curve }: Position) {
  const tail = curve.slice(-Math.ceil(curve.length / 10));
  return {
    steps: step,
    loss: tail.reduce((total, { loss }) => total + loss, 0) / tail.length,
    bestStep: best === null ? step : bestStep,
    validation: best ?? {},
    ...(before ? { before } : {}),
  };
}
