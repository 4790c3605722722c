import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { CallHooks, resumeCall, trainCall } from '../contract/calls.ts';
import type { PairGroup, Progress, ResumeRequest, TrainRequest, TrainResult } from '../contract/engine.ts';
import { TiebreakError } from '../contract/errors.ts';
import type { Run, Split, TrainingKind } from '../contract/records.ts';
import type { TrainReport } from '../contract/reports.ts';
import { trainingGroup } from '../labeling/pairs.ts';
import { activeLabelsOfPost } from '../store/labels.ts';
import { addModel, listModels, nextModelName } from '../store/models.ts';
import { postsWithComments } from '../store/posts.ts';
import { addCurvePoint, addRun, endRun, resumeRun, runById, setRunStep } from '../store/runs.ts';
import { totals } from '../store/statistics.ts';
import { type House, modelFolder, namedModel } from './house.ts';
import { withLock } from './lock.ts';
import { configWith } from './training-config.ts';

/** Trains a model on the data in the store. A run that fails or is cancelled leaves no model, and earlier ones untouched. */
export async function train(house: House, call: z.output<typeof trainCall>, hooks: CallHooks): Promise<TrainReport> {
  const config = configWith(call.kind, call.config);
  const base = call.base === undefined ? null : namedModel(house, call.base);
  return withLock(house.home, 'training', async () => {
    const data = { train: groupsOf(house, 'train', call), validation: groupsOf(house, 'validation', call) };
    if (data.train.length === 0) throw nothingToLearn(house, call);
    const name = freeModelName(house, call.kind);
    const { pairs, context, device } = call;
    const run = addRun(house.store, {
      kind: call.kind,
      config: { ...config, pairs, context, device, model: name },
      base: base?.name ?? null,
    });
    await mkdir(runFolder(house, run.id), { recursive: true });
    const request: TrainRequest = {
      type: 'train',
      kind: call.kind,
      config,
      device,
      base: base && modelFolder(house, base),
      data,
      runFolder: runFolder(house, run.id),
      modelFolder: folderOf(house, name),
    };
    return perform(house, run, name, request, hooks);
  });
}

/** Goes on with a run that was interrupted, failed or was cancelled. */
export async function resume(house: House, call: z.output<typeof resumeCall>, hooks: CallHooks): Promise<TrainReport> {
  return withLock(house.home, 'training', async () => {
    const run = runById(house.store, call.run);
    if (run.status === 'done') {
      throw new TiebreakError('nothing-to-do', `Run ${run.id} is done: there is nothing left to resume.`);
    }
    if (call.kind !== undefined && call.kind !== run.kind) {
      const message = `Run ${run.id} trains another kind of model: resume it with 'tiebreak train ${run.kind} --resume ${run.id}'.`;
      throw new TiebreakError('bad-input', message);
    }
    if (run.status === 'running') throw new TiebreakError('busy', `Run ${run.id} is still going on.`);
    const planned = String(run.config.model ?? '');
    resumeRun(house.store, run.id);
    const finished = await finishedResult(house, planned);
    if (finished) return keep(house, run, planned, finished);
    const name = freeModelName(house, run.kind);
    const request: ResumeRequest = {
      type: 'resume',
      runFolder: runFolder(house, run.id),
      device: call.device,
      modelFolder: folderOf(house, name),
    };
    return perform(house, run, name, request, hooks);
  });
}

async function perform(
  house: House,
  run: Run,
  name: string,
  request: TrainRequest | ResumeRequest,
  hooks: CallHooks,
): Promise<TrainReport> {
  const { store, engine } = house;
  let step = run.step;
  const onProgress = (progress: Progress): void => {
    if (progress.phase === 'train') {
      step = progress.done;
      setRunStep(store, run.id, step, progress.total);
    }
    if (progress.point) addCurvePoint(store, run.id, progress.point);
    hooks.onProgress?.(progress);
  };
  try {
    await mkdir(join(house.home, 'models'), { recursive: true });
    const result = await engine.request(request, { onProgress, onLog: hooks.onLog, signal: hooks.signal });
    return keep(house, run, name, result);
  } catch (error) {
    const cancelled = error instanceof TiebreakError && error.code === 'cancelled';
    const reason = error instanceof Error ? error.message : String(error);
    endRun(store, run.id, { status: cancelled ? 'cancelled' : 'failed', error: reason });
    if (!cancelled) throw error;
    const message = `The training was cancelled after ${step} steps. Earlier models are as they were; 'tiebreak train ${run.kind} --resume ${run.id}' goes on with it.`;
    throw new TiebreakError('cancelled', message, { cause: error });
  }
}

/** Adds the model of a finished run to the store. */
function keep(house: House, run: Run, name: string, result: TrainResult): TrainReport {
  const metrics = { ...result.validation, bestStep: result.bestStep, trainingLoss: result.loss };
  const folder = `models/${name}`;
  const model = addModel(house.store, { name, kind: run.kind, folder, base: run.base, runId: run.id, metrics });
  setRunStep(house.store, run.id, result.steps, result.steps);
  endRun(house.store, run.id, { status: 'done', modelId: model.id });
  return { ...result, model: name, run: run.id };
}

/** The result of a run whose model was complete when the program ended, before the store was told of it. */
async function finishedResult(house: House, name: string): Promise<TrainResult | null> {
  if (name === '' || listModels(house.store).some((model) => model.name === name)) return null;
  const text = await readFile(join(folderOf(house, name), 'manifest.json'), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as { result: TrainResult }).result;
}

function groupsOf(house: House, split: Split, call: z.output<typeof trainCall>): PairGroup[] {
  const groups: PairGroup[] = [];
  for (const post of postsWithComments(house.store, { split })) {
    const labels = call.kind === 'sft' || call.pairs === 'votes' ? [] : activeLabelsOfPost(house.store, post.id);
    const group = trainingGroup(post, labels, call);
    if (call.kind === 'sft') groups.push({ ...group, pairs: [] });
    else if (group.pairs.length > 0) groups.push(group);
  }
  return groups;
}

function nothingToLearn(house: House, call: z.output<typeof trainCall>): TiebreakError {
  if (totals(house.store).posts === 0) {
    return new TiebreakError('nothing-to-do', "There is no data yet: bring some in with 'tiebreak import FILE'.");
  }
  if (call.kind === 'sft') {
    const message = "There are no posts in the split 'train': import some with 'tiebreak import FILE --split train'.";
    return new TiebreakError('nothing-to-do', message);
  }
  const hints = {
    votes: 'import comments with scores or votes, or use --pairs labels',
    labels: 'compare some comments first, or use --pairs votes',
    both: 'import comments with scores or votes, or compare some comments',
  };
  return new TiebreakError(
    'nothing-to-do',
    `There are no pairs to learn from in the split 'train': ${hints[call.pairs]}.`,
  );
}

/** A name that neither the store nor the folder knows. */
function freeModelName(house: House, kind: TrainingKind): string {
  let name = nextModelName(house.store, kind);
  for (let number = Number(name.split('-')[1]); existsSync(folderOf(house, name)); ) name = `${kind}-${++number}`;
  return name;
}

function folderOf(house: House, name: string): string {
  return join(house.home, 'models', name);
}

function runFolder(house: House, id: number): string {
  return join(house.home, 'runs', String(id));
}
