/**
 * A training for the best: a quick model at once, which ranks while the rest goes on; then encoders that learn, each in another way
 * (best-ways.ts), as far as the time allows; then a blend of them, with weights learned on the validation split, which ranks only
 * where it is better there by more than chance.
 */

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { writeBlendFolder } from '../../checkpoint/blend-folder.ts';
import { partName } from '../../common/best-words.ts';
import { type BestMethod, type BestPart, type BestReport, bestMethods, usualMinutes } from '../../contract/best.ts';
import { type CallHooks, type trainCall, trainingInput } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Model, Run } from '../../contract/records.ts';
import type { TrainOutcome, TrainReport } from '../../contract/reports.ts';
import { blendShares, blendWeights, isBetter, judgeBlend } from '../../evaluation/blend.ts';
import { addModel, findKeptModel, nextModelName } from '../../store/models.ts';
import { inTransaction } from '../../store/open.ts';
import { addRun, endRun, isPausing, resumeRun, runById, runsOfBest, setReport, setRunStep } from '../../store/runs.ts';
import { modelFolder, type WritingHouse } from '../kernel/house.ts';
import { scoreMissing } from '../ranking/scoring.ts';
import { afterTraining } from './after-training.ts';
import { isWay, reasonAgainst, secondsFor, wayOf, waysBehind } from './best-ways.ts';
import { groupsToBlend } from './blend-data.ts';
import { continueRun, hasData, type TrainingHooks, trainModel } from './training.ts';

type Call = z.output<typeof trainCall>;

/** Of the time, what the last steps take: validation, and choosing. */
const reserve = 0.12;
/** Of the time, what is spent at most on rewards of the quick model for all comments, so that there is a ranking meanwhile. */
const shareOfRanking = 0.15;
/** Pairs of validation with a better side below which nothing can be chosen by them. */
const enough = 60;
const seed = 42;

/** Trains the models, blends them, chooses, and does what follows every training. */
export async function trainBest(house: WritingHouse, call: Call, hooks: TrainingHooks): Promise<TrainOutcome> {
  const { pairs = 'both', context, device, margin, votes, time, minutes = usualMinutes, encoder } = call;
  const run = addRun(house.store, {
    kind: 'reward',
    base: null,
    config: {
      method: 'best',
      ...{ pairs, context, device, margin, votes, time, minutes },
      ...(encoder ? { encoder } : {}),
      ...call.config,
      model: freeName(house),
    },
  });
  return perform(house, run, call, hooks);
}

/** Goes on with one that was cut off: what is trained stays, a training that was broken off goes on. */
export async function continueBest(
  house: WritingHouse,
  id: number,
  following: Pick<Call, 'device' | 'compare'>,
  hooks: TrainingHooks,
): Promise<TrainOutcome> {
  const { config } = runById(house.store, id);
  const seed = config.seed === undefined ? {} : { seed: config.seed };
  const call = { ...trainingInput.parse({ ...config, config: seed }), ...following };
  return perform(house, resumeRun(house.store, id), call, hooks);
}

async function perform(house: WritingHouse, run: Run, call: Call, hooks: TrainingHooks): Promise<TrainOutcome> {
  hooks.setRun?.(run.id);
  house.changes.tell('runs');
  let report: TrainReport;
  try {
    report = await trainAndChoose(house, run, call, hooks);
  } catch (error) {
    throw ended(house, run.id, error);
  } finally {
    house.changes.tell('runs', 'models');
  }
  const ranks = { chosen: chosenModel(house, report).id };
  const following = { device: call.device, compare: call.compare, ...ranks };
  return { ...report, ...(await afterTraining(house, run.id, following, hooks)) };
}

async function trainAndChoose(house: WritingHouse, run: Run, call: Call, hooks: TrainingHooks): Promise<TrainReport> {
  const begun = performance.now();
  const seconds = 60 * (call.minutes ?? usualMinutes) * (1 - reserve);
  const left = (): number => seconds - (performance.now() - begun) / 1000;
  const trained: { method: BestMethod; run: number; model: Model; report: TrainReport }[] = [];
  const leftOut: { method: BestMethod; why: string }[] = [];
  for (const [at, method] of bestMethods.entries()) {
    const why = reasonAgainst(method, call, left());
    if (why) {
      leftOut.push({ method, why });
      continue;
    }
    beginPart(house, run.id, at, hooks);
    const named = partHooks(hooks, at);
    const part = { method, best: run.id, seconds: secondsFor(method, left()) };
    const made = await trainPart(house, call, part, named).catch((error: unknown) => {
      // Without a quick model there is nothing to rank with; without the others there is still that.
      if (method === 'quick' || hooks.signal?.aborted || !(error instanceof TiebreakError)) throw error;
      leftOut.push({ method, why: error.message });
      return null;
    });
    if (!made) continue;
    trained.push({ method, run: made.run, model: findKeptModel(house.store, made.model), report: made });
    if (method !== 'quick') continue;
    // Now there is something to rank with: the pages show it while the rest goes on.
    house.changes.tell('models', 'rewards');
    const groups = await groupsToBlend(house, [trained[0]!.model], call.device, named);
    const judged = groups.flat().filter(({ target }) => target !== 0.5).length;
    if (judged >= enough) {
      await rankMeanwhile(house, trained[0]!.model, call.device, shareOfRanking * seconds, named);
      continue;
    }
    const few = `The validation split has ${judged} pairs with a better side: ${enough} are needed to tell which model is better.`;
    leftOut.push(...waysBehind(at).map((one) => ({ method: one, why: few })));
    break;
  }
  beginPart(house, run.id, bestMethods.length, hooks);
  const models = trained.map(({ model }) => model);
  const quick = trained[0]!;
  const finished = (best: BestReport, model: string, more: Partial<TrainReport> = {}): TrainReport => ({
    ...quick.report,
    ...more,
    seconds: (performance.now() - begun) / 1000,
    steps: trained.length,
    bestStep: trained.length,
    run: run.id,
    model,
    best,
  });
  if (trained.length === 1) {
    const parts = [{ method: quick.method, run: quick.run, model: quick.model.name, share: 1 }];
    const report = finished({ parts, leftOut, blend: null, chosen: 'quick' }, quick.model.name);
    keepRun(house, run.id, report, quick.model.id);
    return report;
  }
  const groups = await groupsToBlend(house, models, call.device, partHooks(hooks, bestMethods.length));
  const weights = blendWeights(groups);
  const figures = judgeBlend(groups, seed);
  const shares = blendShares(groups, weights);
  const parts = trained.map(
    ({ method, run: part, model }, k): BestPart => ({
      method,
      run: part,
      model: model.name,
      share: shares[k]!,
    }),
  );
  const best: BestReport = {
    parts,
    leftOut,
    blend: {
      pairs: groups.flat().length,
      accuracy: figures.accuracy,
      accuracyOfQuick: figures.accuracyOfFirst,
      loss: figures.loss,
      lossOfQuick: figures.lossOfFirst,
      surenessByLoss: figures.surenessByLoss,
      surenessByAccuracy: figures.surenessByAccuracy,
    },
    chosen: isBetter(figures) ? 'blend' : 'quick',
  };
  const name = freeName(house);
  const report = finished(best, name, {
    validation: { loss: figures.loss, accuracy: figures.accuracy },
    parameters: trained.reduce((sum, part) => sum + part.report.parameters, 0),
  });
  await mkdir(join(house.home, 'models'), { recursive: true });
  await writeBlendFolder(
    join(house.home, 'models', name),
    trained.map(({ method, model }, k) => ({
      folder: modelFolder(house, model),
      method: method === 'alone' ? 'together' : method,
      weight: weights[k]!,
    })),
    {
      kind: 'reward',
      createdAt: new Date().toISOString(),
      trainingConfig: { seed, parts: models.map((model) => model.name) },
      result: { ...report, best: undefined },
      maxTokens: 128,
    },
  );
  const { context, trainedOn, encoder } = findKeptModel(house.store, quick.model.id);
  inTransaction(house.store, () => {
    const model = addModel(house.store, {
      name,
      kind: 'reward',
      folder: `models/${name}`,
      base: null,
      runId: run.id,
      metrics: { ...report.validation, bestStep: report.bestStep, trainingLoss: report.loss },
      method: 'best',
      ...{ context, trainedOn, encoder },
    });
    keepRun(house, run.id, report, model.id);
  });
  return report;
}

/** Gives comments the rewards of the quick model, as far as the time allows: the others get theirs when they are looked at. */
async function rankMeanwhile(
  house: WritingHouse,
  quick: Model,
  device: Call['device'],
  seconds: number,
  hooks: CallHooks,
): Promise<void> {
  const over = AbortSignal.timeout(Math.ceil(1000 * seconds));
  const signal = hooks.signal ? AbortSignal.any([hooks.signal, over]) : over;
  try {
    await scoreMissing(house, quick, {}, device, { ...hooks, signal });
  } catch (error) {
    if (hooks.signal?.aborted || !over.aborted) throw error;
  }
}

/** Notes that a part is at hand. What the one before it told last must not stand for it. */
function beginPart(house: WritingHouse, run: number, at: number, hooks: CallHooks): void {
  setRunStep(house.store, run, at, bestMethods.length + 1);
  house.changes.tell('runs');
  hooks.onProgress?.({ phase: 'compile', name: partName(at), done: 0, total: null, speed: null, secondsLeft: null });
}

type Part = {
  readonly method: BestMethod;
  /** The run of the whole. */
  readonly best: number;
  readonly seconds: number;
};

/** Trains one way, or goes on with its run where that was broken off, or takes what it came to before. */
async function trainPart(
  house: WritingHouse,
  call: Call,
  { method, best, seconds }: Part,
  hooks: TrainingHooks,
): Promise<TrainReport> {
  const known = runsOfBest(house.store, best).find((run) => isWay(method, run));
  if (known?.report && known.modelId !== null) return known.report;
  if (known && known.status !== 'running' && hasData(house, known.id)) {
    return continueRun(house, { run: known.id, device: call.device }, hooks);
  }
  const { encoder: _, minutes: __, ...rest } = call;
  const minutes = method === 'quick' ? {} : { minutes: seconds / 60 };
  const own = { ...wayOf(house, method, call), ...minutes, best };
  return trainModel(house, { ...rest, ...own, kind: 'reward' }, hooks);
}

function keepRun(house: WritingHouse, id: number, report: TrainReport, modelId: number): void {
  setRunStep(house.store, id, bestMethods.length + 1, bestMethods.length + 1);
  setReport(house.store, id, report);
  endRun(house.store, id, { status: 'done', modelId });
}

function chosenModel(house: WritingHouse, { best, model }: TrainReport): Model {
  const quick = best!.parts.find(({ method }) => method === 'quick')!.model;
  return findKeptModel(house.store, best!.chosen === 'blend' ? model : quick);
}

/** Notes how a run ended that came to no model, and gives the error that says so. */
function ended(house: WritingHouse, id: number, error: unknown): unknown {
  const cancelled = error instanceof TiebreakError && error.code === 'cancelled';
  const reason = error instanceof Error ? error.message : String(error);
  if (!cancelled) {
    endRun(house.store, id, { status: 'failed', error: reason });
    return error;
  }
  const paused = isPausing(house.store, id);
  const kept = `The training for the best ${paused ? 'is paused' : 'was cancelled'}. The models that were done are kept`;
  const end = paused
    ? ({ status: 'interrupted', error: 'Paused.' } as const)
    : // Of the part that was cut off, its own run tells.
      ({ status: 'cancelled', error: `${kept}.` } as const);
  endRun(house.store, id, end);
  const message = `${kept}, and run ${id} can be resumed.`;
  return new TiebreakError('cancelled', message, { cause: error });
}

/** The run as a whole is what is followed; the progress says which part is at hand. */
function partHooks(hooks: TrainingHooks, at: number): CallHooks & TrainingHooks {
  const name = partName(at);
  const { setRun: _, ...rest } = hooks;
  return {
    ...rest,
    onProgress: ({ point: _, samples: __, ...progress }) => hooks.onProgress?.({ ...progress, name }),
  };
}

/** A name that neither the store nor the folder knows. */
function freeName({ store, home }: WritingHouse): string {
  let name = nextModelName(store, 'best');
  for (let number = Number(name.split('-')[1]); existsSync(join(home, 'models', name)); ) name = `best-${++number}`;
  return name;
}
