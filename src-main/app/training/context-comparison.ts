import type { z } from 'zod';
import { contextVerdict, contextWords } from '../../common/context-words.ts';
import { modelMethodOf } from '../../common/training-words.ts';
import { type compareContextCall, contextInput, type resumeContextCall } from '../../contract/calls.ts';
import {
  type ContextComparison,
  type ContextOutcome,
  type ContextReport,
  type ContextVariant,
  contextVariants,
} from '../../contract/context-comparison.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { methodOfClick } from '../../recipe/method.ts';
import { configWith } from '../../recipe/settings.ts';
import {
  addComparison,
  findComparison,
  forgetEmptyComparison,
  type KeptComparison,
  listComparisons,
  setComparedRun,
  setContextReport,
} from '../../store/context-comparisons.ts';
import { findKeptModel } from '../../store/models.ts';
import { changeRun, runById } from '../../store/runs.ts';
import type { House, WritingHouse } from '../kernel/house.ts';
import { withLock, withLockNow } from '../kernel/lock.ts';
import { afterTraining } from './after-training.ts';
import { type ComparedModel, measureVariants, modes, refuseSameInputs } from './context-measuring.ts';
import type { TrainingHooks } from './perform-run.ts';
import { continueRun, hasData, trainModel } from './training.ts';

type ContextCall = z.output<typeof contextInput>;

/** All comparisons with and without the post, the newest first. */
export const comparisonsOf = ({ store }: House): readonly ContextComparison[] => listComparisons(store);

export const comparisonOf = ({ store }: House, id: number): ContextComparison => findComparison(store, id);

/** Checks what a comparison asks for before anything is done, and gives how its models are trained. */
export function checkContextCall(
  call: ContextCall,
): ContextCall & { readonly method: NonNullable<ContextCall['method']> } {
  const method = methodOfClick({ ...call, kind: 'reward' }, 'quick');
  if (method === 'best') {
    const message =
      'A training for the best makes several models and a blend of them, so that two of them differ in more than the post: compare quick, deep, together or GPT with and without it. Nothing was changed.';
    throw new TiebreakError('bad-input', message);
  }
  const config = configWith('reward', call.config, { ...call, method });
  if (modelMethodOf(method, config) === 'alone') {
    const message =
      'With readsPost 0 a model reads the comment alone, so that both models would be the same: leave it at 1, or train deep or quick. Nothing was changed.';
    throw new TiebreakError('bad-input', message);
  }
  return { ...call, method };
}

/**
 * Trains a reward model that sees of a post its title alone, and one that sees all of it, alike in everything else, and holds
 * them against each other on the test split (on validation where that has no pairs). What was trained when it is cancelled
 * stays, and `resumeContext` goes on from there. Then follows what follows any training, for the model that sees the post.
 */
export async function compareContext(
  house: House,
  { compare, ...call }: z.output<typeof compareContextCall>,
  hooks: TrainingHooks,
): Promise<ContextOutcome> {
  const checked = checkContextCall(call);
  await refuseSameInputs(house, hooks.signal);
  const id = withLockNow(house, 'training', ({ store }) => addComparison(store, checked));
  try {
    return await perform(house, id, compare, hooks);
  } catch (error) {
    withLockNow(house, 'training', ({ store }) => forgetEmptyComparison(store, id));
    throw error;
  } finally {
    house.changes.tell('runs');
  }
}

/** Goes on with a comparison that was broken off: trains what is not trained yet, and measures. */
export async function resumeContext(
  house: House,
  { comparison, compare }: z.output<typeof resumeContextCall>,
  hooks: TrainingHooks,
): Promise<ContextOutcome> {
  return perform(house, unfinishedComparison(house, comparison).id, compare, hooks);
}

/** The comparison with this number; throws TiebreakError nothing-to-do where it is done. */
export function unfinishedComparison(house: House, id: number): KeptComparison {
  const found = findComparison(house.store, id);
  if (!found.report) return found;
  throw new TiebreakError('nothing-to-do', `Comparison ${id} is done: there is nothing to go on with.`);
}

async function perform(house: House, id: number, compare: boolean, hooks: TrainingHooks): Promise<ContextOutcome> {
  try {
    return await withLock(house, 'training', async (writing) => {
      const report = await trainAndMeasure(writing, id, hooks);
      const { device } = callOf(house, id);
      const following = { device, compare, evaluatedOn: report.split };
      return { ...report, ...(await afterTraining(writing, report.with.run, following, hooks)) };
    });
  } catch (error) {
    if (!(error instanceof TiebreakError) || error.code !== 'cancelled') throw error;
    const { with: seeing, without } = findComparison(house.store, id);
    if (!seeing && !without) throw error;
    throw new TiebreakError('cancelled', `${error.message} Comparison ${id} can go on from there.`, { cause: error });
  }
}

async function trainAndMeasure(house: WritingHouse, id: number, hooks: TrainingHooks): Promise<ContextReport> {
  const begun = performance.now();
  const call = callOf(house, id);
  for (const [at, variant] of contextVariants.entries()) {
    await trainVariant(house, id, call, variant, variantHooks(hooks, variant, at));
  }
  const models = { without: modelOf(house, id, 'without'), with: modelOf(house, id, 'with') };
  for (const split of ['test', 'validation'] as const) {
    const measured = await measureVariants(house, models, split, call.device, hooks);
    if (!measured) continue;
    const found = {
      comparison: id,
      method: call.method,
      split,
      ...measured,
      verdict: contextVerdict(measured.difference.accuracy),
      says: contextWords(measured),
      seconds: (performance.now() - begun) / 1000,
    };
    setContextReport(house.store, id, found);
    house.changes.tell('runs', 'models', 'rewards');
    return found;
  }
  const message = `Both models are trained, but neither the test nor the validation split has pairs to measure them on: import data into one, and go on with comparison ${id}.`;
  throw new TiebreakError('nothing-to-do', message);
}

async function trainVariant(
  house: WritingHouse,
  id: number,
  call: ReturnType<typeof checkContextCall>,
  variant: ContextVariant,
  hooks: TrainingHooks,
): Promise<void> {
  const known = findComparison(house.store, id)[variant];
  if (known?.done) return;
  const setRun = (run: number): void => {
    setComparedRun(house.store, id, variant, run);
    hooks.setRun?.(run);
  };
  const { device } = call;
  const { run, model } =
    // A run whose data are gone, as after a backup was restored, is begun anew.
    known && hasData(house, known.run)
      ? await continueRun(house, { run: known.run, device }, { ...hooks, setRun })
      : await trainModel(
          house,
          { ...call, kind: 'reward', context: modes[variant], comparison: id },
          { ...hooks, setRun },
        );
  changeRun(house.store, run, { name: `${model} ${variant} the post` });
}

function modelOf(house: House, id: number, variant: ContextVariant): ComparedModel {
  const { run, name } = findComparison(house.store, id)[variant]!;
  const { modelId } = runById(house.store, run);
  if (modelId !== null) return { ...findKeptModel(house.store, modelId), runId: run };
  const message = `The model of ${name} is gone for good, so comparison ${id} can't be measured any more: start a new one.`;
  throw new TiebreakError('not-found', message);
}

/** Both trainings as one progress: they are alike, so the second takes about as long as the first. */
function variantHooks(hooks: TrainingHooks, variant: ContextVariant, at: number): TrainingHooks {
  const begun = performance.now();
  const name = `${variant} the post (${at + 1} of ${contextVariants.length})`;
  return {
    ...hooks,
    onProgress: (progress) => {
      const { phase, done, total, secondsLeft } = progress;
      if (phase !== 'train' || total === null) return hooks.onProgress?.({ ...progress, name });
      const after = contextVariants.length - 1 - at;
      const passed = (performance.now() - begun) / 1000;
      hooks.onProgress?.({
        ...progress,
        name,
        done: at * total + done,
        total: contextVariants.length * total,
        secondsLeft: secondsLeft === null ? null : secondsLeft + after * (passed + secondsLeft),
      });
    },
  };
}

/** What a comparison was asked to do, checked again: it stands in the database. */
function callOf(house: House, id: number): ReturnType<typeof checkContextCall> {
  return checkContextCall(contextInput.parse(findComparison(house.store, id).call));
}
