/** The parts of a training for the best: what each is trained on and judged by, and what ranks meanwhile. */

import type { z } from 'zod';
import { partName } from '../../common/best-words.ts';
import { modelMethodOfRun } from '../../common/training-words.ts';
import { type BestMethod, bestMethods } from '../../contract/best.ts';
import type { CallHooks, trainCall } from '../../contract/calls.ts';
import type { Model } from '../../contract/records.ts';
import type { TrainReport } from '../../contract/reports.ts';
import { settled } from '../../recipe/recipe.ts';
import { removeRun, runsOfBest, setRunStep } from '../../store/runs.ts';
import type { House, WritingHouse } from '../kernel/house.ts';
import { scoreMissing } from '../ranking/scoring.ts';
import { wayOf } from './best-ways.ts';
import { countJudged, type JudgedOn } from './blend-data.ts';
import type { TrainingHooks } from './perform-run.ts';
import { continueRun, hasData, trainModel } from './training.ts';

type Call = z.output<typeof trainCall>;

/** Pairs with a better side below which nothing can be chosen by them. */
const enough = 60;
/** Share of the training posts that are held out where the validation split has fewer. */
const shareHeldOut = 0.2;

/**
 * What models are judged by: the validation split, or, where it has too few pairs, a share of the training posts as well, which the
 * encoders then don't learn from; or why there is nothing to judge by. What was decided before a stop holds after it.
 */
export async function whatToJudgeBy(
  house: WritingHouse,
  best: number,
  hooks: CallHooks,
): Promise<JudgedOn | { readonly why: string }> {
  const earlier = runsOfBest(house.store, best).find(({ config }) => config.method !== 'quick');
  if (earlier) return { without: Number(earlier.config.without ?? 0) };
  const none = { without: 0 };
  const split = await countJudged(house, none, hooks);
  if (split >= enough) return none;
  const held = { without: shareHeldOut };
  const all = await countJudged(house, held, hooks);
  if (all >= enough) return held;
  const why = `To tell which model is better, ${enough} pairs with a better side are needed that no model learned from: the validation split has ${split}, and the fifth of the training posts that would be held out ${all - split}.`;
  return { why };
}

/** Gives comments the rewards of the quick model, as far as the time allows: the others get theirs when they are looked at. */
export async function rankMeanwhile(
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

type Part = {
  readonly method: BestMethod;
  /** The run of the whole. */
  readonly best: number;
  readonly seconds: number;
  readonly without?: number;
};

/** Trains one way, or goes on with its run where that was broken off, or takes what it came to before. */
export async function trainPart(
  house: WritingHouse,
  call: Call,
  { method, best, seconds, without }: Part,
  hooks: TrainingHooks,
): Promise<TrainReport> {
  const known = runsOfBest(house.store, best).find((run) => modelMethodOfRun(run) === method);
  if (known?.report && known.modelId !== null) return known.report;
  if (known && known.status !== 'running' && hasData(house, known.id)) {
    return continueRun(house, { run: known.id, device: call.device }, hooks);
  }
  // One that was broken off before its data stood in their place tells nothing, and is begun anew.
  if (known?.status === 'interrupted' && known.step === 0) removeRun(house.store, known.id);
  const minutes = method === 'quick' ? {} : { minutes: seconds / 60 };
  return trainModel(
    house,
    { ...callOf(house, method, call), ...minutes, best, ...(without ? { without } : {}) },
    hooks,
  );
}

/** The call that trains one way, by the call that trains for the best. */
function callOf(house: House, method: BestMethod, call: Call) {
  const { encoder: _, minutes: __, ...rest } = call;
  return { ...rest, ...wayOf(house, method, call), kind: 'reward' as const };
}

/** The call that trains the quick model. */
export function quickCall(house: House, call: Call) {
  return { ...settled(callOf(house, 'quick', call)), method: 'quick' as const };
}

/** Notes that a part is at hand. What the one before it told last must not stand for it. */
export function beginPart(house: WritingHouse, run: number, at: number, hooks: CallHooks): void {
  setRunStep(house.store, run, at, bestMethods.length + 1);
  house.changes.tell('runs');
  hooks.onProgress?.({ phase: 'compile', name: partName(at), done: 0, total: null, speed: null, secondsLeft: null });
}

/** The run as a whole is what is followed; the progress says which part is at hand. */
export function partHooks(hooks: TrainingHooks, at: number): CallHooks & TrainingHooks {
  const name = partName(at);
  const { setRun: _, ...rest } = hooks;
  return {
    ...rest,
    onProgress: ({ point: _, samples: __, ...progress }) => hooks.onProgress?.({ ...progress, name }),
  };
}
