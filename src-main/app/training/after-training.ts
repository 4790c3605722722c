import { methodOfRun } from '../../common/training-words.ts';
import type { CallHooks } from '../../contract/calls.ts';
import type { Device } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { EvaluationReport, MoreAnswers } from '../../contract/evaluation.ts';
import type { Model, Split } from '../../contract/records.ts';
import type { AfterTraining, Candidates, ModelInUse } from '../../contract/reports.ts';
import { votesOfConfig } from '../../recipe/votes.ts';
import { evaluationOf } from '../../store/evaluations.ts';
import { findKeptModel } from '../../store/models.ts';
import { countRewards } from '../../store/rewards.ts';
import { reportOfRun, runById, runsOfBest, setReport } from '../../store/runs.ts';
import { type House, modelInUseAndWhy, type WritingHouse } from '../kernel/house.ts';
import { temperatureOf } from '../ranking/calibrating.ts';
import { weighPosts } from '../ranking/gains.ts';
import { scoreMissing } from '../ranking/scoring.ts';
import { candidatesOf } from './candidates.ts';
import { evaluateHeldOut } from './evaluating.ts';
import { lookAhead } from './look-ahead.ts';
import { measureVotes } from './votes-effect.ts';

export type Following = {
  readonly device: Device;
  /** Where it is false, nothing follows: the newest model ranks, unless another was chosen. */
  readonly compare: boolean;
  /** The split the model was evaluated on by its training already. */
  readonly evaluatedOn?: Split;
  /** The model that ranks from now on, where its training chose one; else the one that is most often right. */
  readonly chosen?: number;
};

/**
 * What follows the training of a reward model: what there is to rank with and which of it is best, which ranks from then on; the
 * evaluation of the model on the test split; the rewards of all comments; and what more answers would bring. The model is there by then, so a cancellation ends
 * what follows and is no error: what was asked for exists, and the rest is made up for whenever it is needed.
 * @param run the run of the training, which is done
 */
export async function afterTraining(
  house: WritingHouse,
  run: number,
  { device, compare, evaluatedOn, chosen }: Following,
  hooks: CallHooks,
): Promise<AfterTraining> {
  const { kind, modelId } = runById(house.store, run);
  let candidates: Candidates | null = null;
  // Of a training for the best, its quick model tells what votes did.
  const quick = runsOfBest(house.store, run).find((part) => methodOfRun(part) === 'quick');
  const learned = quick ?? runById(house.store, run);
  let votes = votesOfConfig(learned.config);
  let evaluation: EvaluationReport | null = null;
  let more: MoreAnswers | null = null;
  let cutShort = false;
  if (compare && kind === 'reward' && modelId !== null) {
    const model = findKeptModel(house.store, modelId);
    const ranking = chosen === undefined ? model : findKeptModel(house.store, chosen);
    try {
      candidates = await candidatesOf(house, device, named(hooks, 'the validation split'), chosen);
      await temperatureOf(house, ranking, device, named(hooks, 'the validation split'));
      const trained = reportOfRun(house.store, run);
      if (candidates && trained) setReport(house.store, run, { ...trained, candidates });
      if (votes) {
        const measured = await measureVotes(house, learned, device, named(hooks, 'votes as they are'));
        votes = { ...votes, measured };
        const kept = reportOfRun(house.store, run);
        if (kept) setReport(house.store, run, { ...kept, votes });
      }
      house.changes.tell('runs', 'models', 'rewards');
      evaluation = evaluatedOn
        ? evaluationOf(house.store, modelId, evaluatedOn)
        : await evaluateHeldOut(house, model, device, hooks);
      house.changes.tell('runs', 'models');
      await scoreMissing(house, ranking, {}, device, named(hooks, 'all comments'));
      await weighPosts(house, ranking, hooks);
      more = await lookAhead(house, run, hooks);
    } catch (error) {
      if (!hooks.signal?.aborted) throw notMeasured(model, error);
      cutShort = true;
    } finally {
      house.changes.tell('rewards', 'models', 'runs');
    }
  }
  const scored = modelId === null ? 0 : countRewards(house.store, chosen ?? modelId);
  return {
    candidates,
    evaluation,
    ...(votes ? { votes } : {}),
    ...(more ? { more } : {}),
    scored,
    modelInUse: inUse(house),
    cutShort,
  };
}

function inUse(house: House): ModelInUse | null {
  const found = modelInUseAndWhy(house);
  return found && { name: found.model.name, why: found.why };
}

function named(hooks: CallHooks, name: string): CallHooks {
  return { ...hooks, onProgress: (progress) => hooks.onProgress?.({ ...progress, name }) };
}

function notMeasured(model: Model, error: unknown): unknown {
  if (!(error instanceof TiebreakError)) return error;
  const message = `${model.name} is trained and kept, but it could not be evaluated on everything: ${error.message}`;
  return new TiebreakError(error.code, message, { cause: error });
}
