import type { z } from 'zod';
import { methodOfRun } from '../../common/training-words.ts';
import type { resumeCall, trainCall } from '../../contract/calls.ts';
import type { TrainOutcome, TrainReport } from '../../contract/reports.ts';
import { runById } from '../../store/runs.ts';
import type { House, WritingHouse } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { afterTraining, type Following } from './after-training.ts';
import { continueBest, trainBest } from './best.ts';
import type { TrainingHooks } from './perform-run.ts';
import { continueRun, resumableRun, trainModel } from './training.ts';

/**
 * Trains a model on the data in the store, and does all that follows from there being a new one: the same for every door. A run
 * that fails or is cancelled leaves no model, and earlier ones untouched; once the model is there, a cancellation ends what follows.
 */
export function train(house: House, call: z.output<typeof trainCall>, hooks: TrainingHooks): Promise<TrainOutcome> {
  if (call.method === 'best') return withLock(house, 'training', (writing) => trainBest(writing, call, hooks));
  return withAllThatFollows(house, call, hooks, (writing) => trainModel(writing, call, hooks));
}

/** Goes on with a run that was paused, interrupted, failed or was cancelled, to the same end. */
export function resume(house: House, call: z.output<typeof resumeCall>, hooks: TrainingHooks): Promise<TrainOutcome> {
  if (methodOfRun(runById(house.store, call.run)) === 'best') {
    const { run } = resumableRun(house, call.run);
    return withLock(house, 'training', (writing) => continueBest(writing, run.id, call, hooks));
  }
  return withAllThatFollows(house, call, hooks, (writing) => continueRun(writing, call, hooks));
}

function withAllThatFollows(
  house: House,
  following: Following,
  hooks: TrainingHooks,
  training: (writing: WritingHouse) => Promise<TrainReport>,
): Promise<TrainOutcome> {
  return withLock(house, 'training', async (writing) => {
    const report = await training(writing);
    return { ...report, ...(await afterTraining(writing, report.run, following, hooks)) };
  });
}
