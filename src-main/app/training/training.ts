import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { defaultConfig } from '../../common/default-config.ts';
import { type Resumable, resumability } from '../../common/resumable.ts';
import { kindWords, methodOfRun } from '../../common/training-words.ts';
import { counted, percent } from '../../common/words.ts';
import type { CallHooks, resumeCall, trainingInput } from '../../contract/calls.ts';
import {
  dataFiles,
  type Progress,
  type ResumeRequest,
  type TrainingConfig,
  type TrainingMethod,
  type TrainRequest,
  type TrainResult,
} from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Run, TrainingKind } from '../../contract/records.ts';
import type { TrainReport } from '../../contract/reports.ts';
import type { RunLine } from '../../contract/views.ts';
import { type Settled, settled } from '../../recipe/recipe.ts';
import { configWith } from '../../recipe/settings.ts';
import { votesConfig, votesOfConfig } from '../../recipe/votes.ts';
import { addModel, listKeptModels, nextModelName } from '../../store/models.ts';
import { inTransaction } from '../../store/open.ts';
import {
  addCurvePoint,
  addRun,
  addSamples,
  endRun,
  isPausing,
  resumeRun,
  runLine,
  setPaused,
  setReport,
  setRunStep,
} from '../../store/runs.ts';
import { noticeForeign } from '../embedding/foreign-texts.ts';
import { encoderFor, encoderNamed, encoderOfRun } from '../kernel/encoders.ts';
import { baseModel, type House, modelFolder, namedModel, type WritingHouse } from '../kernel/house.ts';
import { runFolder } from '../runs/run-folders.ts';
import { type Budgeted, withinBudget } from './budget.ts';
import { refuseTooLarge } from './forecast.ts';
import { writeTrainingData } from './training-data.ts';

/** The hooks of a call, and one that hears the number of the run as soon as there is one. */
export type TrainingHooks = CallHooks & { readonly setRun?: (run: number) => void };

type Call = z.output<typeof trainingInput> & {
  /** The comparison with and without the post that this is one half of: a quick model then sees the title, as others do. */
  readonly comparison?: number;
  /** The run of the training for the best that this one is a part of. */
  readonly best?: number;
  /** Share of the training split's groups that it does not learn from: a blend is judged by them. */
  readonly without?: number;
};

/** A part of a training for the best that would see less of the posts teaches the blend nothing. */
const leastShareOfBest = 0.6;

/** Trains a model on the data in the store. A run that fails or is cancelled leaves no model, and earlier ones untouched. */
export async function trainModel(house: WritingHouse, call: Call, hooks: TrainingHooks): Promise<TrainReport> {
  const begun = performance.now();
  const asked = settled(call);
  const { config, share } = await fitted(house, asked, hooks);
  if (call.best !== undefined && share < leastShareOfBest) {
    const message = `In the time that was left it would have seen ${percent(share)} of the posts: give it more minutes.`;
    throw new TiebreakError('nothing-to-do', message);
  }
  const wanted = { ...asked, config };
  const { method, preset, pairs } = wanted;
  const base = call.base === undefined || method !== 'gpt' ? null : baseModel(house, call.base);
  const { comparison, best, without = 0 } = call;
  const titleAlone = comparison !== undefined;
  const encoder = encoderFor(call, method);
  if (encoder !== null) encoderNamed(house, encoder);
  const { folder, trainedOn, votes } = await writeTrainingData(house, { ...wanted, titleAlone, share, without }, hooks);
  if (method !== 'quick' && !call.anyway) {
    await refuseTooLarge(house, { ...wanted, folder }, hooks).catch(async (error: unknown) => {
      await rm(folder, { recursive: true, force: true });
      throw error;
    });
  }
  const name = freeModelName(house, prefixOf(call.kind, method, config));
  const { context, device } = call;
  const run = addRun(house.store, {
    kind: call.kind,
    config: {
      ...(method === 'quick' ? {} : config),
      ...(preset ? { preset } : {}),
      ...{ method, pairs, context, device, model: name, trainedOn },
      ...(encoder === null ? {} : { encoder }),
      ...(comparison === undefined ? {} : { comparison }),
      ...(best === undefined ? {} : { best }),
      ...(share < 1 ? { share } : {}),
      ...(without > 0 ? { without } : {}),
      ...(votes ? votesConfig(votes) : {}),
    },
    base: base?.name ?? null,
  });
  // A number may be used again after a backup was restored.
  await rm(runFolder(house, run.id), { recursive: true, force: true });
  await rename(folder, runFolder(house, run.id));
  const request: TrainRequest = {
    type: 'train',
    kind: call.kind,
    method,
    config,
    device,
    base: base && modelFolder(house, base),
    ...(encoder === null ? {} : { encoder: encoderNamed(house, encoder) }),
    // What was forecast wrongly ends in time all the same.
    ...(bounded(asked) ? { seconds: Math.max(1, 60 * call.minutes! - (performance.now() - begun) / 1000) } : {}),
    runFolder: runFolder(house, run.id),
    modelFolder: folderOf(house, name),
  };
  return perform(house, run, name, request, hooks);
}

/** The settings with which a training takes no longer than was said, and the share of the posts that it then learns from. */
async function fitted(house: House, call: Settled, hooks: CallHooks): Promise<Budgeted> {
  if (!bounded(call)) return { config: call.config, share: 1 };
  return withinBudget(house, call, 60 * call.minutes!, hooks);
}

/** Whether a training may take so many minutes and no more. */
const bounded = ({ minutes, method }: Settled): boolean =>
  minutes !== undefined && (method === 'deep' || method === 'together');

/** Goes on with a run that was cut off: from its last checkpoint, or else from its first step, on the data it had. */
export async function continueRun(
  house: WritingHouse,
  call: Pick<z.output<typeof resumeCall>, 'run' | 'kind' | 'device'>,
  hooks: TrainingHooks,
): Promise<TrainReport> {
  const { run, from } = resumableRun(house, call.run);
  if (call.kind !== undefined && call.kind !== run.kind) {
    const message = `Run ${run.id} trains a ${kindWords[run.kind]}, and not what was asked for: resume it as ${run.kind}.`;
    throw new TiebreakError('bad-input', message);
  }
  const planned = String(run.config.model ?? '');
  const finished = await finishedResult(house, planned);
  if (finished) {
    resumeRun(house.store, run.id);
    hooks.setRun?.(run.id);
    return keep(house, run, planned, finished);
  }
  if (!hasData(house, run.id)) {
    const message = `Run ${run.id} left nothing to go on from: the data it learned from are gone, as after a backup was restored. Start the training anew.`;
    throw new TiebreakError('not-found', message);
  }
  resumeRun(house.store, run.id);
  const { kind } = run;
  const method = methodOfRun(run);
  const name = freeModelName(house, prefixOf(kind, method, run.config));
  const where = { runFolder: runFolder(house, run.id), device: call.device, modelFolder: folderOf(house, name) };
  const base = run.base === null ? null : modelFolder(house, namedModel(house, run.base));
  const encoder = method === 'gpt' ? {} : { encoder: encoderOfRun(house, run.config) };
  const request: TrainRequest | ResumeRequest =
    from === 'checkpoint'
      ? { type: 'resume', ...encoder, ...where }
      : { type: 'train', kind, method, config: configOfRun(run), base, ...encoder, ...where };
  return perform(house, run, name, request, hooks);
}

/** The run with this number, and from where it can go on; throws TiebreakError with the reason where it can't. */
export function resumableRun(
  house: House,
  id: number,
): { readonly run: RunLine; readonly from: Extract<Resumable, { resumable: true }>['from'] } {
  const run = runLine(house.store, id);
  const found = resumability(run);
  if (!found.resumable) throw new TiebreakError(found.code, found.why);
  return { run, from: found.from };
}

/** Whether the data that a run learned from are still there. */
export function hasData(house: House, run: number): boolean {
  return existsSync(join(runFolder(house, run), dataFiles.train));
}

/** The settings a run was begun with; those it does not know, being older, are the defaults. */
function configOfRun(run: Run): TrainingConfig {
  const method = methodOfRun(run);
  const known = Object.keys(defaultConfig(run.kind, method));
  const kept = Object.entries(run.config).filter(([key]) => known.includes(key));
  return configWith(run.kind, Object.fromEntries(kept), { method });
}

async function perform(
  house: WritingHouse,
  run: Run,
  name: string,
  request: TrainRequest | ResumeRequest,
  hooks: TrainingHooks,
): Promise<TrainReport> {
  let step = run.step;
  // The scorer is awake already, and what follows a quick training is a scoring: it needs no process of its own for seconds.
  const quick = methodOfRun(run) === 'quick';
  const onProgress = (progress: Progress): void => {
    if (progress.phase === 'train') {
      step = progress.done;
      setRunStep(house.store, run.id, step, progress.total);
    }
    const { point, samples } = progress;
    if (point) addCurvePoint(house.store, run.id, point);
    if (point && samples) addSamples(house.store, run.id, point.step, samples);
    hooks.onProgress?.(progress);
  };
  hooks.setRun?.(run.id);
  house.changes.tell('runs');
  try {
    await mkdir(join(house.home, 'models'), { recursive: true });
    const options = { onProgress, onLog: hooks.onLog, signal: hooks.signal };
    const result = await (quick ? house.scorer : house.engine).request(request, options);
    return await keep(house, run, name, result);
  } catch (error) {
    throw ended(house, run, step, error);
  } finally {
    if (!quick) await house.engine.close();
    house.changes.tell('runs');
  }
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
async function keep(house: WritingHouse, run: Run, name: string, result: TrainResult): Promise<TrainReport> {
  const metrics = { ...result.validation, bestStep: result.bestStep, trainingLoss: result.loss };
  const { context, trainedOn } = run.config;
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
      context: context === 'none' ? 'none' : 'post',
      trainedOn: typeof trainedOn === 'string' ? trainedOn : '',
      method: methodOfRun(run),
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

/** The result of a run whose model was complete when the program ended, before the store was told of it. */
async function finishedResult(house: House, name: string): Promise<TrainResult | null> {
  if (name === '' || listKeptModels(house.store).some(({ folder }) => folder === `models/${name}`)) return null;
  try {
    const text = await readFile(join(folderOf(house, name), 'manifest.json'), 'utf8');
    return (JSON.parse(text) as { result: TrainResult }).result;
  } catch {
    return null;
  }
}

/** A name that neither the store nor the folder knows. */
function freeModelName(house: House, prefix: string): string {
  let name = nextModelName(house.store, prefix);
  for (let number = Number(name.split('-')[1]); existsSync(folderOf(house, name)); ) name = `${prefix}-${++number}`;
  return name;
}

/** The word before the number of a model's name. */
function prefixOf(kind: TrainingKind, method: TrainingMethod, { readsPost }: { readonly readsPost?: unknown }): string {
  if (method === 'together' && readsPost === 0) return 'alone';
  return method === 'gpt' ? kind : method;
}

function folderOf(house: House, name: string): string {
  return join(house.home, 'models', name);
}
