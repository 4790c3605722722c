import type { z } from 'zod';
import { kindWords } from '../../common/training-words.ts';
import type { CallHooks, trainCall } from '../../contract/calls.ts';
import { type Device, devices } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { EvaluationReport } from '../../contract/evaluation.ts';
import type { Model } from '../../contract/records.ts';
import type { Candidates, TrainReport } from '../../contract/reports.ts';
import { type TaskResults, trainingKinds } from '../../contract/tasks.ts';
import { methodOfClick } from '../../recipe/method.ts';
import { configWith } from '../../recipe/settings.ts';
import { findKeptModel } from '../../store/models.ts';
import { runById, runLine, setPaused, setReport } from '../../store/runs.ts';
import { type House, namedModel } from '../kernel/house.ts';
import { withLockNow } from '../kernel/lock.ts';
import type { TaskHooks } from '../kernel/tasks.ts';
import { scoreMissing } from '../ranking/scoring.ts';
import { candidatesOf } from './candidates.ts';
import { evaluateSplit } from './evaluating.ts';
import { forecast } from './forecast.ts';
import { resumable, resume, train } from './training.ts';

/** Starts a training with all that follows it, and gives the number of its task. What can't be done is refused at once. */
export function startTraining(house: House, call: z.output<typeof trainCall>): number {
  refuseSecond(house);
  const method = methodOfClick(call);
  configWith(call.kind, call.config, { ...call, method });
  if (call.base !== undefined && method === 'gpt') namedModel(house, call.base);
  const title = `Training a ${kindWords[call.kind]}`;
  return house.tasks.start('train', title, (hooks) =>
    withEvaluation(house, call.device, hooks, () => train(house, { ...call, method }, hooks)),
  );
}

/** Starts to look at what a training would take, and gives the number of that task. */
export function startForecast(house: House, call: z.output<typeof trainCall>): number {
  refuseSecond(house);
  return house.tasks.start('forecast', 'Looking ahead', (hooks) =>
    forecast(house, { ...call, method: methodOfClick(call) }, hooks),
  );
}

/** Goes on with a run on the device it was started on, and gives the number of the task. */
export function resumeTraining(house: House, run: number): number {
  refuseSecond(house);
  const { name, config } = resumable(house, run);
  const device = devices.find((known) => known === config.device) ?? 'auto';
  return house.tasks.start('train', `Going on with ${name}`, (hooks) =>
    withEvaluation(house, device, hooks, () => resume(house, { run, device }, hooks)),
  );
}

/** Ends the task of a run after the step at hand, so that it can go on from there. */
export function pauseTraining(house: House, run: number): void {
  const { name, status, config } = runLine(house.store, run);
  const task = house.tasks.list().find((found) => found.run === run && found.state === 'running');
  if (status !== 'running' || !task) {
    throw new TiebreakError('nothing-to-do', `${name} is not being trained here now, so there is nothing to pause.`);
  }
  if (config.checkpointEvery === 0) {
    const message = `${name} was started without checkpoints (checkpointEvery is 0), so it can't be paused: it goes on. Cancelling it loses its steps.`;
    throw new TiebreakError('bad-input', message);
  }
  withLockNow(house, 'pausing a training', ({ store }) => setPaused(store, run));
  house.tasks.cancel(task.id);
}

/** Throws busy where a training is going on. */
export function refuseSecond({ tasks }: House): void {
  if (tasks.list().some(({ kind, state }) => kind === 'forecast' && state === 'running')) {
    const message =
      'Tiebreak is looking ahead at a training just now. Nothing was changed: wait until that is done, or cancel it.';
    throw new TiebreakError('busy', message);
  }
  if (tasks.list().some(({ kind, state }) => trainingKinds.includes(kind) && state === 'running')) {
    const message =
      'A training is going on already. Nothing was changed: wait until it is done, or pause or cancel it.';
    throw new TiebreakError('busy', message);
  }
}

/**
 * A training, then what there is to rank with and which of it is best, then the evaluation of the model on the test split, then
 * the rewards of all comments. Once the model is there, a cancellation
 * ends what follows and the task is done all the same: what was asked for exists, and the rest is made up for whenever it
 * is needed.
 */
async function withEvaluation(
  house: House,
  device: Device,
  hooks: TaskHooks,
  training: () => Promise<TrainReport>,
): Promise<TaskResults['train']> {
  const report = await training();
  const { kind, modelId } = runById(house.store, report.run);
  if (kind !== 'reward' || modelId === null) return { ...report, evaluation: null };
  const model = findKeptModel(house.store, modelId);
  let evaluation: EvaluationReport | null = null;
  let candidates: Candidates | null = null;
  try {
    candidates = await candidatesOf(house, device, named(hooks, 'the validation split'));
    if (candidates) {
      const whole = { ...report, candidates };
      withLockNow(house, 'training', ({ store }) => setReport(store, report.run, whole));
    }
    house.changes.tell('runs', 'models', 'rewards');
    evaluation = await evaluateHeldOut(house, model, device, hooks);
    house.changes.tell('runs', 'models');
    await scoreMissing(house, model, {}, device, named(hooks, 'all comments'));
  } catch (error) {
    if (!hooks.signal.aborted) throw notMeasured(model, error);
  } finally {
    house.changes.tell('rewards', 'models', 'runs');
  }
  return { ...report, ...(candidates ? { candidates } : {}), evaluation };
}

/** The evaluation on the test split, or on validation where test has no pairs; null where neither has. */
async function evaluateHeldOut(
  house: House,
  model: Model,
  device: Device,
  hooks: TaskHooks,
): Promise<EvaluationReport | null> {
  for (const split of ['test', 'validation'] as const) {
    const report = await evaluateSplit(house, model, { split, device }, named(hooks, `the ${split} split`));
    if (report) return report;
  }
  return null;
}

function named(hooks: CallHooks, name: string): CallHooks {
  return { ...hooks, onProgress: (progress) => hooks.onProgress?.({ ...progress, name }) };
}

function notMeasured(model: Model, error: unknown): unknown {
  if (!(error instanceof TiebreakError)) return error;
  const message = `${model.name} is trained and kept, but it could not be evaluated on everything: ${error.message}`;
  return new TiebreakError(error.code, message, { cause: error });
}
