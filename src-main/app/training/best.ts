/**
 * A training for the best: a quick model at once, which ranks while the rest goes on; then encoders that learn, each in another way
 * (best-ways.ts), as far as the time allows; then a blend of them, with weights learned on the validation split, which ranks only
 * where it is better there by more than chance.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { writeBlendFolder } from '../../checkpoint/blend-folder.ts';
import { append } from '../../common/lists.ts';
import { type BestMethod, type BestPart, type BestReport, bestMethods, usualMinutes } from '../../contract/best.ts';
import { type trainCall, trainingInput } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Model, Run } from '../../contract/records.ts';
import type { TrainOutcome, TrainReport } from '../../contract/reports.ts';
import { blendShares, blendWeights, isBetter, judgeBlend } from '../../evaluation/blend.ts';
import { settingsOfData } from '../../recipe/method.ts';
import { settled } from '../../recipe/recipe.ts';
import { addModel, findKeptModel } from '../../store/models.ts';
import { inTransaction } from '../../store/open.ts';
import { addRun, endRun, isPausing, resumeRun, runById, setReport, setRunStep } from '../../store/runs.ts';
import { modelFolder, type WritingHouse } from '../kernel/house.ts';
import { afterTraining } from './after-training.ts';
import { beginPart, partHooks, quickCall, rankMeanwhile, trainPart, whatToJudgeBy } from './best-parts.ts';
import { reasonAgainst, secondsFor } from './best-ways.ts';
import { groupsToBlend, type JudgedOn } from './blend-data.ts';
import { lookAhead } from './look-ahead.ts';
import type { TrainingHooks } from './perform-run.ts';
import { freeModelName } from './planned-model.ts';
import { type Rewarder, withQuickWithout } from './quick-without.ts';

type Call = z.output<typeof trainCall>;

/** Of the time, what the last steps take: validation, and choosing. */
const reserve = 0.12;
/** Of the time, what is spent at most on rewards of the quick model for all comments, so that there is a ranking meanwhile. */
const shareOfRanking = 0.15;
const seed = 42;

/** Trains the models, blends them, chooses, and does what follows every training. Throws TiebreakError bad-input where what was asked does not go together. */
export async function trainBest(house: WritingHouse, call: Call, hooks: TrainingHooks): Promise<TrainOutcome> {
  const { pairs = 'both', context, device, margin, votes, time, minutes = usualMinutes, encoder } = call;
  const asked = settled({ ...call, method: 'best' });
  // Its encoders choose the others by themselves.
  const config = settingsOf(asked.config, call.config);
  const run = addRun(house.store, {
    kind: 'reward',
    base: null,
    config: {
      method: 'best',
      ...{ pairs, context, device, margin, votes, time, minutes },
      ...(encoder ? { encoder } : {}),
      ...config,
      model: freeModelName(house, 'best'),
    },
  });
  return perform(house, run, { ...call, config }, hooks);
}

/** Those of its settings that were asked for. */
function settingsOf(
  config: Readonly<Record<string, unknown>>,
  asked: Readonly<Record<string, unknown>>,
): Record<string, number> {
  const wanted = Object.keys({ ...settingsOfData(asked), ...(asked.seed === undefined ? {} : { seed: 0 }) });
  return Object.fromEntries(wanted.map((key) => [key, Number(config[key])]));
}

/** Goes on with one that was cut off: what is trained stays, a training that was broken off goes on. */
export async function continueBest(
  house: WritingHouse,
  id: number,
  following: Pick<Call, 'device' | 'compare'>,
  hooks: TrainingHooks,
): Promise<TrainOutcome> {
  const { config } = runById(house.store, id);
  const call = { ...trainingInput.parse({ ...config, config: settingsOf(config, config) }), ...following };
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
  let on: JudgedOn = { without: 0 };
  for (const [at, method] of bestMethods.entries()) {
    const why = reasonAgainst(method, call, left());
    if (why) {
      leftOut.push({ method, why });
      continue;
    }
    beginPart(house, run.id, at, hooks);
    const named = partHooks(hooks, at);
    const part = { method, best: run.id, seconds: secondsFor(method, left()), ...(method === 'quick' ? {} : on) };
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
    const more = await lookAhead(house, made.run, named);
    if (more) trained[0]!.report = { ...made, more };
    const judged = await whatToJudgeBy(house, run.id, named);
    if ('without' in judged) {
      on = judged;
      await rankMeanwhile(house, trained[0]!.model, call.device, shareOfRanking * seconds, named);
      continue;
    }
    append(
      leftOut,
      bestMethods.slice(at + 1).map((one) => ({ method: one, why: judged.why })),
    );
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
  const last = partHooks(hooks, bestMethods.length);
  const judge = (first?: Rewarder) => groupsToBlend(house, models, call.device, on, last, first);
  const groups =
    on.without > 0 ? await withQuickWithout(house, { ...quickCall(house, call), ...on }, last, judge) : await judge();
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
      heldOut: on.without > 0,
      accuracy: figures.accuracy,
      accuracyOfQuick: figures.accuracyOfFirst,
      loss: figures.loss,
      lossOfQuick: figures.lossOfFirst,
      surenessByLoss: figures.surenessByLoss,
      surenessByAccuracy: figures.surenessByAccuracy,
    },
    chosen: isBetter(figures) ? 'blend' : 'quick',
  };
  const name = freeModelName(house, 'best');
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
