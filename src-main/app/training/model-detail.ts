/** How good a model is, for its page and that of its run. */

import { TiebreakError } from '../../contract/errors.ts';
import type { ModelDetail, ModelMeasured, ModelResult } from '../../contract/views.ts';
import { evaluationOf } from '../../store/evaluations.ts';
import { findKeptModel, type KeptModel, listKeptModels, modelBefore } from '../../store/models.ts';
import { findRunLine, lastMoreAnswers, reportOfRun } from '../../store/runs.ts';
import { type House, modelInUse, rewardModel } from '../kernel/house.ts';
import { mistakesOn } from '../models/mistakes.ts';
import { accuracyOf, modelLine } from '../models/registry.ts';
import { calibrate } from '../ranking/calibrating.ts';
import { weighAnew } from '../ranking/gains.ts';
import { settingsOf } from '../settings/settings.ts';
import { evaluateHeldOut } from './evaluating.ts';

export async function modelDetail(house: House, id: number, signal?: AbortSignal): Promise<ModelDetail> {
  const kept = findKeptModel(house.store, id);
  return { model: await modelLine(house, kept), ...(await measuredOf(house, id, signal)) };
}

/** What was measured of a model, beside the reward model before it. Computes no rewards. */
export async function measuredOf(house: House, id: number | null, signal?: AbortSignal): Promise<ModelMeasured> {
  const { store } = house;
  const nothing = { evaluation: null, previous: null, unmeasured: null, mistakes: [] };
  if (id === null) return { result: null, ...nothing };
  const model = findKeptModel(store, id);
  const result = model.kind === 'reward' ? resultOf(house, model) : null;
  const splits = (['test', 'validation'] as const).filter((name) => evaluationOf(store, id, name));
  // That of its one figure, where it has one.
  const split = splits.find((name) => name === result?.accuracy?.split) ?? splits[0];
  if (split === undefined) return { result, ...nothing };
  const evaluation = evaluationOf(store, model.id, split);
  const previous = evaluation?.before ?? null;
  return {
    result,
    evaluation,
    previous: previous && { ...previous, model: keptName(house, previous.id) ?? previous.model },
    unmeasured: previous ? null : (modelBefore(store, model.id)?.name ?? null),
    mistakes: await mistakesOn(house, split, model, signal),
  };
}

/** What is said first of a reward model. */
function resultOf(house: House, kept: KeptModel): ModelResult {
  const { store } = house;
  const { name, deletedAt, trainedOn, runId } = kept;
  const own = runId === null ? null : (reportOfRun(store, runId)?.more ?? null);
  const last = own ? null : lastMoreAnswers(store);
  return {
    ...{ name, deletedAt, trainedOn },
    inUse: kept.id === modelInUse(house)?.id,
    accuracy: accuracyOf(house, kept),
    more: own ?? last?.more ?? null,
    moreBy: last ? (findRunLine(store, last.run)?.name ?? null) : null,
  };
}

/** What a model is called by now; undefined where it is gone for good. */
const keptName = ({ store }: House, id: number): string | undefined =>
  listKeptModels(store).find((one) => one.id === id)?.name;

/**
 * Starts to learn anew how sure a reward model may be, on the validation split, and to measure it on the test split; gives the number
 * of the task. @throws TiebreakError not-found, bad-input for a model that gives no rewards
 */
export function startMeasuring(house: House, id: number): number {
  const model = rewardModel(house, findKeptModel(house.store, id).name);
  const { device } = settingsOf(house);
  return house.tasks.start('measure', `Measuring ${model.name}`, async (hooks) => {
    await calibrate(house, model, device, hooks);
    await weighAnew(house, model, hooks);
    const report = await evaluateHeldOut(house, model, device, hooks);
    house.changes.tell('models', 'runs');
    if (report) return report;
    const message =
      'There are no pairs to measure on: import data into the test or the validation split, or compare some of its comments.';
    throw new TiebreakError('nothing-to-do', message);
  });
}
