import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deviceFailed } from '../../common/device-words.ts';
import { resumability } from '../../common/resumable.ts';
import { methodOfRun, modelMethodOfRun } from '../../common/training-words.ts';
import { counted } from '../../common/words.ts';
import type { CallHooks } from '../../contract/calls.ts';
import {
  type Progress,
  type ResumeRequest,
  type StepTold,
  shownOfPosts,
  type TrainRequest,
  type TrainResult,
} from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Run } from '../../contract/records.ts';
import type { TrainReport } from '../../contract/reports.ts';
import { votesOfConfig } from '../../recipe/votes.ts';
import { addModel } from '../../store/models.ts';
import { inTransaction } from '../../store/open.ts';
import {
  addCurvePoint,
  addSamples,
  endRun,
  isPausing,
  runLine,
  setPaused,
  setReport,
  setRunStep,
} from '../../store/runs.ts';
import { noticeForeign } from '../embedding/foreign-texts.ts';
import type { House, WritingHouse } from '../kernel/house.ts';
import { runFolder } from '../runs/run-folders.ts';

/** The hooks of a call, and one that hears the number of the run as soon as there is one. */
export type TrainingHooks = CallHooks & { readonly setRun?: (run: number) => void };

/**
 * Lets the engine train, keeps how far it is, and its model at the end; a run that fails or is cancelled notes how.
 * @param name of the model
 * @throws TiebreakError cancelled, saying whether it can be resumed; and as the engine
 */
export async function performRun(
  house: WritingHouse,
  run: Run,
  name: string,
  request: TrainRequest | ResumeRequest,
  hooks: TrainingHooks,
): Promise<TrainReport> {
  let step = run.step;
  let device = 'cpu';
  // The scorer is awake already, and what follows a quick training is a scoring: it needs no process of its own for seconds.
  const quick = methodOfRun(run) === 'quick';
  const onProgress = (progress: Progress): void => {
    if (progress.phase === 'train') {
      step = progress.done;
      setRunStep(house.store, run.id, step, progress.total);
    }
    const { point, samples, note } = progress;
    device = progress.device ?? device;
    if (note) hooks.onLog?.(note);
    if (point) keepStep(house, run.id, samples ? { point, samples } : { point });
    hooks.onProgress?.(progress);
  };
  hooks.setRun?.(run.id);
  house.changes.tell('runs');
  try {
    await mkdir(join(house.home, 'models'), { recursive: true });
    const options = { onProgress, onLog: hooks.onLog, signal: hooks.signal };
    const ask = (asked: typeof request) => (quick ? house.scorer : house.engine).request(asked, options);
    const begun = performance.now();
    const result = await ask(request).catch(async (error: unknown) => {
      const whole = existsSync(request.modelFolder);
      if (device === 'cpu' || whole || hooks.signal?.aborted || !died(house, error)) throw error;
      const note = deviceFailed(device, reasonOf(error as Error));
      hooks.onLog?.(note);
      // The engine goes on from the checkpoint in the run's folder, whatever it is asked.
      const result = await ask({ ...request, device: 'cpu', ...timeLeft(request, begun) });
      return { ...result, notes: [note, ...(result.notes ?? [])] };
    });
    return await keepModel(house, run, name, result);
  } catch (error) {
    throw ended(house, run, step, error);
  } finally {
    if (!quick) await house.engine.close();
    house.changes.tell('runs');
  }
}

/** Keeps a step of a run, in the place of what was told of it and of later ones before. */
export function keepStep({ store }: WritingHouse, run: number, { point, samples }: StepTold): void {
  addCurvePoint(store, run, point);
  if (samples) addSamples(store, run, point.step, samples);
}

/** Whether the engine's process ended, which a device's driver can do to it. */
const died = ({ engine }: House, error: unknown): boolean =>
  error instanceof TiebreakError && error.code === 'engine-failed' && engine.pid() === null;

const reasonOf = ({ message }: Error): string =>
  /^The engine ended unexpectedly: (.*?)\. Nothing was lost/.exec(message)?.[1] ?? message;

function timeLeft(request: TrainRequest | ResumeRequest, begun: number): { readonly seconds?: number } {
  if (request.type === 'resume' || request.seconds === undefined) return {};
  return { seconds: Math.max(1, request.seconds - (performance.now() - begun) / 1000) };
}

/** Notes how a run ended that has no model, and gives the error that says so. */
function ended(house: WritingHouse, { id, config }: Run, step: number, error: unknown): unknown {
  if (!(error instanceof TiebreakError) || error.code !== 'cancelled') {
    const reason = error instanceof Error ? error.message : String(error);
    endRun(house.store, id, { status: 'failed', error: reason });
    return error;
  }
  // A part is paused with the whole.
  if (typeof config.best === 'number' && isPausing(house.store, config.best)) setPaused(house.store, id);
  const paused = isPausing(house.store, id);
  endRun(
    house.store,
    id,
    paused ? { status: 'interrupted', error: 'Paused.' } : { status: 'cancelled', error: error.message },
  );
  const what = paused ? 'is paused' : 'was cancelled';
  const next = resumability(runLine(house.store, id));
  const resumed = next.resumable
    ? `, and run ${id} can be resumed${next.from === 'beginning' ? ' from its first step' : ''}.`
    : `. ${next.why}`;
  const message = `The training ${what} after ${counted(step, 'step')}. Earlier models are as they were${resumed}`;
  return new TiebreakError('cancelled', message, { cause: error });
}

/** Adds the model of a finished run to the store. */
export async function keepModel(
  house: WritingHouse,
  run: Run,
  name: string,
  result: TrainResult,
): Promise<TrainReport> {
  const metrics = { ...result.validation, bestStep: result.bestStep, trainingLoss: result.loss };
  const { trainedOn } = run.config;
  const votes = votesOfConfig(run.config);
  const encoder = typeof run.config.encoder === 'string' ? run.config.encoder : null;
  const foreign = encoder === null ? null : await noticeForeign(house, encoder);
  const report: TrainReport = {
    ...result,
    model: name,
    run: run.id,
    ...(votes ? { votes } : {}),
    ...(foreign ? { foreign } : {}),
  };
  inTransaction(house.store, () => {
    const model = addModel(house.store, {
      name,
      kind: run.kind,
      folder: `models/${name}`,
      base: run.base,
      runId: run.id,
      metrics,
      context: shownOfPosts.find((shown) => shown === run.config.context) ?? 'post',
      trainedOn: typeof trainedOn === 'string' ? trainedOn : '',
      method: modelMethodOfRun(run),
      encoder,
    });
    setRunStep(house.store, run.id, result.steps, result.steps);
    setReport(house.store, run.id, report);
    endRun(house.store, run.id, { status: 'done', modelId: model.id });
  });
  house.changes.tell('runs', 'models');
  // What can't be removed now goes when the program starts the next time.
  await rm(runFolder(house, run.id), { recursive: true, force: true }).catch(() => undefined);
  return report;
}
