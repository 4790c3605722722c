/** How fast a training runs here, measured on a few of its batches, and how long the whole of it will take then. */

import type { TrainingConfig } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { TimeForecast } from '../../contract/forecast.ts';
import type { Batch } from '../batch/batches.ts';
import type { RequestContext } from '../runtime/request-context.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { lossPrograms } from '../train/loss-graph.ts';
import { stepsPerLook } from '../train/schedule.ts';
import type { TrainingTask } from '../train/task.ts';
import { createTrainer } from '../train/trainer.ts';
import type { Priced } from './memory.ts';
import { sumOver } from './sample.ts';

/** How fast a training runs here. */
export type Speed = {
  /** Seconds for an operation of a step, of the batches that were tried: the least, the middle one and the most. */
  readonly learning: readonly [low: number, middle: number, high: number];
  /** Seconds for an operation of a look at the validation split. */
  readonly looking: number;
  /** Seconds of the optimiser for a trained byte. */
  readonly updating: number;
};

/** A guess for a usual processor, in operations a second: whether a training is worth being measured. */
const usualSpeed = 5e10;

/** Bytes a second that are written to the disk and flushed, on a slow one. */
const diskSpeed = 2e8;

/** Seconds after which no further batch is tried. */
const patience = 20;

/**
 * Runs a few batches of a training, large ones and usual ones, and takes the time. What is learned is thrown away. Give batches
 * that run in a moment.
 */
export async function measureSpeed(
  runtime: Runtime,
  task: TrainingTask,
  config: TrainingConfig,
  { plan, batches: sample, learning, looking, memory }: Priced,
  { signal, onProgress }: RequestContext,
): Promise<Speed> {
  const runs = 8;
  let done = 0;
  const programs = lossPrograms(task.loss, config, plan.trained);
  const trainer = await createTrainer(runtime, config, programs, plan.trained, task.weights);
  const seconds = async (work: () => Promise<unknown>): Promise<number> => {
    if (signal.aborted) throw new TiebreakError('cancelled', 'The forecast was cancelled. Nothing was changed.');
    onProgress({ phase: 'forecast', done: done++, total: runs, speed: null, secondsLeft: null });
    const begun = performance.now();
    await work();
    return (performance.now() - begun) / 1000;
  };
  try {
    let step = 0;
    const run = (batches: readonly Batch[]) => seconds(() => trainer.step(batches, ++step, 0));
    const costs = sample.sizes.map(learning);
    const sorted = [...costs.keys()].sort((a, b) => costs[b]! - costs[a]!);
    const batchAt = (i: number): Batch => plan.steps.epoch(0).at(sample.places[i]!)!;
    // The first run of each program warms up and says little.
    const picked = [0, 0.5, 0.25].map((share) => sorted[Math.floor(share * (sorted.length - 1))]!);
    let spent = await run([batchAt(sorted[0]!)]);
    const updating = Math.min(await run([]), await run([]));
    const rates: number[] = [];
    for (const i of picked) {
      if (rates.length > 0 && spent > patience) break;
      const taken = await run([batchAt(i)]);
      spent += taken;
      rates.push(Math.max(taken - updating, 1e-4) / costs[i]!);
    }
    rates.sort((a, b) => a - b);
    const middle = rates[Math.floor(rates.length / 2)]!;
    const { batches } = plan.validation;
    const look = batches.at(Math.floor(batches.length / 2));
    const evaluate = () => seconds(() => trainer.evaluate(look!.feeds(1)));
    if (look) await evaluate();
    return {
      learning: [rates[0]!, middle, rates.at(-1)!],
      looking: look ? (await evaluate()) / looking(look.size()) : 0,
      updating: updating / memory.moments,
    };
  } finally {
    await trainer.dispose();
  }
}

/** Seconds of a whole training at some speed, with its looks at the validation split and what it writes. */
export function timeOf(
  config: TrainingConfig,
  { plan, batches, looks: ofLook, learning, looking, memory }: Priced,
  startCounts: boolean,
  speed: Speed,
): TimeForecast {
  const steps = plan.steps.count * config.epochs;
  const work = config.epochs * sumOver(batches, learning);
  const looks = ofLook.count === 0 ? 0 : Math.ceil(steps / stepsPerLook(steps, config)) + Number(startCounts);
  const look = sumOver(ofLook, looking) * speed.looking;
  const saves = config.checkpointEvery > 0 ? Math.floor((steps - 1) / config.checkpointEvery) : 0;
  const written = looks * memory.weights + saves * (memory.weights + memory.moments) + memory.weights;
  const fixed = steps * speed.updating * memory.moments + looks * look;
  const [low, middle, high] = speed.learning.map((rate) => work * rate + fixed) as [number, number, number];
  const disk = written / diskSpeed;
  // Other work on the machine comes and goes.
  return { seconds: middle + disk, low: 0.9 * low, high: 1.25 * high + 2 * disk };
}

/** Seconds that a training takes on a usual machine, without having been tried. */
export function roughSeconds({ epochs }: TrainingConfig, { batches, learning }: Priced): number {
  return (epochs * sumOver(batches, learning)) / usualSpeed;
}
