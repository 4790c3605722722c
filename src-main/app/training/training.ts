import { existsSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { defaultConfig } from '../../common/default-config.ts';
import { type Resumable, resumability } from '../../common/resumable.ts';
import { kindWords, methodOfRun, modelMethodOf, modelMethodOfRun } from '../../common/training-words.ts';
import { percent } from '../../common/words.ts';
import type { CallHooks, resumeCall, trainingInput } from '../../contract/calls.ts';
import { dataFiles, type ResumeRequest, type TrainingConfig, type TrainRequest } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Forecast } from '../../contract/forecast.ts';
import type { Run } from '../../contract/records.ts';
import type { TrainReport } from '../../contract/reports.ts';
import type { RunLine } from '../../contract/views.ts';
import { settingsOfData } from '../../recipe/method.ts';
import { type Settled, settled } from '../../recipe/recipe.ts';
import { configWith } from '../../recipe/settings.ts';
import { votesConfig } from '../../recipe/votes.ts';
import { inTransaction } from '../../store/open.ts';
import { addRun, resumeRun, runLine } from '../../store/runs.ts';
import { encoderFor, encoderNamed, encoderOfRun } from '../kernel/encoders.ts';
import { baseModel, type House, modelFolder, namedModel, type WritingHouse } from '../kernel/house.ts';
import { runFolder } from '../runs/run-folders.ts';
import { type Budgeted, withinBudget } from './budget.ts';
import { refuseTooLarge } from './forecast.ts';
import { looksAhead } from './look-ahead.ts';
import { keepModel, keepStep, performRun, type TrainingHooks } from './perform-run.ts';
import { finishedResult, finishedSteps, folderOf, freeModelName, prefixOf } from './planned-model.ts';
import { writeTrainingData } from './training-data.ts';

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
  let tried: Forecast | null = null;
  if (method !== 'quick' && !call.anyway) {
    tried = await refuseTooLarge(house, { ...wanted, folder }, hooks).catch(async (error: unknown) => {
      await rm(folder, { recursive: true, force: true });
      throw error;
    });
  }
  const modelMethod = modelMethodOf(method, config);
  const name = freeModelName(house, prefixOf(call.kind, modelMethod));
  const { device } = call;
  // Posts stand in its data all the same, for people: its reader leaves them out.
  const context = modelMethod === 'alone' ? 'nothing' : call.context;
  const settings = {
    kind: call.kind,
    config: {
      ...(method === 'quick' ? unusual(config) : config),
      ...(preset ? { preset } : {}),
      ...{ method, pairs, context, device, model: name, trainedOn },
      ...(encoder === null ? {} : { encoder }),
      ...(comparison === undefined ? {} : { comparison }),
      ...(best === undefined ? {} : { best }),
      ...(share < 1 ? { share } : {}),
      ...(without > 0 ? { without } : {}),
      ...(votes ? votesConfig(votes) : {}),
      // One that may take so long and no longer says nothing of how long it would take.
      ...(tried?.time && !bounded(asked) ? { forecast: tried.time.seconds, forecastSteps: tried.steps } : {}),
    },
    base: base?.name ?? null,
  };
  // Both or neither, whenever the process ends: a run without its data could not go on.
  const run = inTransaction(house.store, () => {
    const added = addRun(house.store, settings);
    // A number may be used again after a backup was restored.
    rmSync(runFolder(house, added.id), { recursive: true, force: true });
    renameSync(folder, runFolder(house, added.id));
    return added;
  });
  const request: TrainRequest = {
    type: 'train',
    kind: call.kind,
    method,
    config,
    device,
    base: base && modelFolder(house, base),
    ...(encoder === null ? {} : { encoder: encoderNamed(house, encoder) }),
    ...(looksAhead(run) ? { looksAhead: true } : {}),
    // What was forecast wrongly ends in time all the same.
    ...(bounded(asked) ? { seconds: Math.max(1, 60 * call.minutes! - (performance.now() - begun) / 1000) } : {}),
    runFolder: runFolder(house, run.id),
    modelFolder: folderOf(house, name),
  };
  return performRun(house, run, name, request, hooks);
}

/** Of the settings that say what is learned from, those that are not as usual. */
function unusual(config: Readonly<Record<string, number>>): Partial<Record<string, number>> {
  const usual: Readonly<Record<string, number>> = defaultConfig('reward', 'quick');
  return Object.fromEntries(Object.entries(settingsOfData(config)).filter(([key, value]) => value !== usual[key]));
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
    const steps = await finishedSteps(house, run.id);
    inTransaction(house.store, () => {
      for (const told of steps) keepStep(house, run.id, told);
    });
    return keepModel(house, run, planned, finished);
  }
  if (!hasData(house, run.id)) {
    const message = `Run ${run.id} left nothing to go on from: the data it learned from are gone, as after a backup was restored. Start the training anew.`;
    throw new TiebreakError('not-found', message);
  }
  resumeRun(house.store, run.id);
  const { kind } = run;
  const method = methodOfRun(run);
  const name = freeModelName(house, prefixOf(kind, modelMethodOfRun(run)));
  const where = { runFolder: runFolder(house, run.id), device: call.device, modelFolder: folderOf(house, name) };
  const base = run.base === null ? null : modelFolder(house, namedModel(house, run.base));
  const encoder = method === 'gpt' ? {} : { encoder: encoderOfRun(house, run.config) };
  const request: TrainRequest | ResumeRequest =
    from === 'checkpoint'
      ? { type: 'resume', ...encoder, ...where }
      : {
          type: 'train',
          kind,
          method,
          config: configOfRun(run),
          base,
          ...encoder,
          ...(looksAhead(run) ? { looksAhead: true } : {}),
          ...where,
        };
  return performRun(house, run, name, request, hooks);
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
