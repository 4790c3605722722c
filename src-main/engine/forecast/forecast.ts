/** A look ahead at a training: the memory and the time that it will take, and settings that take less. */

import { longSeconds } from '../../common/forecast-words.ts';
import type { ForecastRequest, TrainingConfig } from '../../contract/engine.ts';
import type { Forecast, Proposal, TimeForecast } from '../../contract/forecast.ts';
import { openSequences, type SequenceFolder } from '../batch/sequences.ts';
import { blocksOf, plainNames } from '../head/features.ts';
import type { Head } from '../head/head-folder.ts';
import { forecastJob } from '../run/job.ts';
import { nameOfDevice } from '../runtime/card-names.ts';
import type { RequestContext } from '../runtime/request-context.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { inPrecisionOf, openTask } from '../train/train.ts';
import { memoryFor } from './available-memory.ts';
import { type Lighter, lighterSettings } from './lighter-settings.ts';
import { type Priced, price } from './memory.ts';
import { measureSpeed, roughSeconds, timeOf } from './speed.ts';

const mostProposals = 3;
/** What is tried at once. */
const most = { tokens: 2048, pairs: 4, blocks: 2 } as const;

/**
 * Says what a training will take, before it begins. Memory is reckoned from the model's graph and the largest batch; time is
 * measured on a few batches of the real texts, and reckoned from their operations for the rest. Nothing is kept of it.
 * @throws TiebreakError as the training itself, where there is nothing to learn from or the base can't be read; cancelled
 */
export async function forecastTraining(
  runtime: Runtime,
  request: ForecastRequest,
  context: RequestContext,
): Promise<Forecast> {
  const sequences = openSequences(request.runFolder);
  try {
    return await forecastOn(sequences, runtime, request, context);
  } finally {
    sequences.close();
  }
}

async function forecastOn(
  sequences: SequenceFolder,
  runtime: Runtime,
  request: ForecastRequest,
  context: RequestContext,
): Promise<Forecast> {
  const config = await inPrecisionOf(runtime, request.config);
  const job = { ...(await forecastJob(request)), config };
  const task = await openTask(job, context, sequences, async ({ config }) => blankHead(config.width));
  const { rss } = process.memoryUsage();
  const available = memoryOf(runtime.device, request, rss);
  const fits = ({ memory }: Priced): boolean => available === null || memory.bytes <= available;
  const own = price(task, config, rss);
  const pretrained = request.base !== null || request.method === 'deep';
  const others = lighterSettings(config, { layers: task.layers, maxTokens: task.maxTokens, pretrained });
  const fitting = fits(own) ? [] : firstOfKind(others, (one) => fits(price(task, one.config, rss)));

  // A run that doesn't fit can't be tried either: one that does tells how fast this machine is.
  const trial = fits(own) ? config : fitting[0]?.config;
  const wanted = request.measureFrom !== null && roughSeconds(config, own) >= request.measureFrom;
  const speed =
    wanted && trial ? await measureSpeed(runtime, task, small(trial), price(task, small(trial), rss), context) : null;
  const time = (changed: TrainingConfig, of: Priced): TimeForecast | null =>
    speed && timeOf(changed, of, task.startCounts, speed);

  const ownTime = time(config, own);
  const long = ownTime !== null && ownTime.seconds > longSeconds;
  const shorter = (one: Lighter): boolean => {
    const of = price(task, one.config, rss);
    return fits(of) && time(one.config, of)!.seconds < 0.8 * ownTime!.seconds;
  };
  const helpful = fits(own) && long ? firstOfKind(others, shorter) : fitting;
  return {
    device: runtime.device,
    ...named(runtime.device),
    steps: own.plan.steps.count * config.epochs,
    memory: own.memory,
    available,
    fits: available === null ? null : fits(own),
    time: ownTime,
    proposals: helpful.map(({ changes, says, config: changed }): Proposal => {
      const of = price(task, changed, rss);
      return { changes, says, bytes: of.memory.bytes, time: time(changed, of) };
    }),
  };
}

function named(device: string): Pick<Forecast, 'deviceName'> {
  const name = nameOfDevice(device, device !== 'cpu' && device !== 'tensorflow');
  return name === null ? {} : { deviceName: name };
}

/** The same with batches that run in a moment: an operation takes as long in a large one. */
function small(config: TrainingConfig): TrainingConfig {
  const { tokensPerBatch, pairsPerBatch, blocksPerBatch } = config;
  return {
    ...config,
    tokensPerBatch: Math.min(tokensPerBatch, most.tokens),
    pairsPerBatch: Math.min(pairsPerBatch, most.pairs),
    blocksPerBatch: Math.min(blocksPerBatch, most.blocks),
  };
}

/** Of each kind the first that helps, and few in all. */
function firstOfKind(all: readonly Lighter[], helps: (one: Lighter) => boolean): Lighter[] {
  const found: Lighter[] = [];
  for (const one of all) {
    if (found.length === mostProposals) break;
    if (!found.some(({ kind }) => kind === one.kind) && helps(one)) found.push(one);
  }
  return found;
}

/** What the process may come to hold; null where the tensors are in a graphics card, of whose memory nothing is known. */
function memoryOf(device: string, { available }: ForecastRequest, held: number): number | null {
  if (device !== 'cpu' && device !== 'tensorflow') return null;
  return available ?? memoryFor(held);
}

/** A head that has learned nothing: what it gives doesn't matter. */
function blankHead(width: number): Head {
  return {
    weights: new Float32Array(blocksOf(width).end),
    mean: new Float32Array(plainNames.length),
    deviation: new Float32Array(plainNames.length).fill(1),
  };
}
