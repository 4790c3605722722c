import type { z } from 'zod';
import { kindWords } from '../../common/training-words.ts';
import type { trainingInput } from '../../contract/calls.ts';
import { devices, type TrainingMethod } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { trainingKinds } from '../../contract/tasks.ts';
import { methodOfClick } from '../../recipe/method.ts';
import { configWith } from '../../recipe/settings.ts';
import { runLine, setPaused } from '../../store/runs.ts';
import { baseModel, type House } from '../kernel/house.ts';
import { withLockNow } from '../kernel/lock.ts';
import { forecast } from './forecast.ts';
import { resume, train } from './train.ts';
import { resumableRun } from './training.ts';

/** Starts a training with all that follows it, and gives the number of its task. What can't be done is refused at once. */
export function startTraining(house: House, call: z.output<typeof trainingInput>): number {
  refuseSecond(house);
  const method = checkedMethod(call);
  if (call.base !== undefined && method === 'gpt') baseModel(house, call.base);
  const title = method === 'best' ? 'Training for the best' : `Training a ${kindWords[call.kind]}`;
  return house.tasks.start('train', title, (hooks) => train(house, { ...call, method, compare: true }, hooks));
}

/** Starts to look at what a training would take, and gives the number of that task. */
export function startForecast(house: House, call: z.output<typeof trainingInput>): number {
  refuseSecond(house);
  const method = checkedMethod(call);
  return house.tasks.start('forecast', 'Looking ahead', (hooks) => forecast(house, { ...call, method }, hooks));
}

/** How a click trains; throws TiebreakError bad-input where what it asks for does not go together, or a setting is none. */
function checkedMethod(call: z.output<typeof trainingInput>): TrainingMethod {
  const method = methodOfClick(call);
  configWith(call.kind, call.config, { ...call, method });
  return method;
}

/** Goes on with a run on the device it was started on, and gives the number of the task. */
export function resumeTraining(house: House, run: number): number {
  refuseSecond(house);
  const { name, config } = resumableRun(house, run).run;
  const device = devices.find((known) => known === config.device) ?? 'auto';
  return house.tasks.start('train', `Going on with ${name}`, (hooks) =>
    resume(house, { run, device, compare: true }, hooks),
  );
}

/** Ends the task of a run after the step at hand, so that it can go on from there. */
export function pauseTraining(house: House, run: number): void {
  const { name, status, config } = runLine(house.store, run);
  const task = house.tasks.list().find((found) => found.run === run && found.state === 'running');
  if (status !== 'running' || !task) {
    throw new TiebreakError('nothing-to-do', `${name} is not being trained here now, so there is nothing to pause.`);
  }
  if (config.checkpointEvery === 0) {
    const message = `${name} was started without checkpoints (checkpointEvery is 0), so it can't be paused: it goes on. Cancelling it loses its steps.`;
    throw new TiebreakError('bad-input', message);
  }
  withLockNow(house, 'pausing a training', ({ store }) => setPaused(store, run));
  house.tasks.cancel(task.id);
}

/** Throws busy where a training is going on. */
export function refuseSecond({ tasks }: House): void {
  if (tasks.list().some(({ kind, state }) => kind === 'forecast' && state === 'running')) {
    const message =
      'Tiebreak is looking ahead at a training just now. Nothing was changed: wait until that is done, or cancel it.';
    throw new TiebreakError('busy', message);
  }
  if (tasks.list().some(({ kind, state }) => trainingKinds.includes(kind) && state === 'running')) {
    const message =
      'A training is going on already. Nothing was changed: wait until it is done, or pause or cancel it.';
    throw new TiebreakError('busy', message);
  }
}
