import { longSeconds } from '../../common/forecast-words.ts';
import type { ForecastRequest, TrainingConfig } from '../../contract/engine.ts';
import type { Forecast, Proposal, TimeForecast } from '../../contract/forecast.ts';
import { blocks, plainNames } from '../head/features.ts';
import type { Head } from '../head/head-folder.ts';
import type { TrainingContext } from '../runtime/request-context.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { memoryFor } from './available.ts';
import { type Candidate, candidates } from './candidates.ts';
import { prepareDeep } from './deep.ts';
import { measureSpeed, roughSeconds, timeOf } from './measure.ts';
import { type Priced, price } from './memory.ts';
import { prepareReward } from './reward.ts';
import type { TrainJob } from './run-folder.ts';
import type { Prepared } from './run-prepared.ts';
import { prepareSft } from './sft.ts';

/** Seconds from which on a training is tried beforehand, where it shall be only if it is long. */
const worthTrying = 60;
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
  job: TrainJob,
  context: TrainingContext,
): Promise<Forecast> {
  const { config } = job;
  const prepared = await prepare(job, context);
  const { rss } = process.memoryUsage();
  const available = memoryOf(runtime.device, request, rss);
  const fits = ({ memory }: Priced): boolean => available === null || memory.bytes <= available;
  const own = price(prepared, config, rss);
  const pretrained = job.base !== null || job.method === 'deep';
  const others = candidates(config, { layers: prepared.layers, maxTokens: prepared.maxTokens, pretrained });
  const fitting = fits(own) ? [] : firstOfKind(others, (one) => fits(price(prepared, one.config, rss)));

  // A run that doesn't fit can't be tried either: one that does tells how fast this machine is.
  const trial = fits(own) ? config : fitting[0]?.config;
  const wanted = request.measure === 'if-long' ? roughSeconds(config, own) > worthTrying : request.measure === 'yes';
  const speed =
    wanted && trial
      ? await measureSpeed(runtime, prepared, small(trial), price(prepared, small(trial), rss), context)
      : null;
  const time = (changed: TrainingConfig, of: Priced): TimeForecast | null =>
    speed && timeOf(changed, of, prepared.startCounts, speed);

  const ownTime = time(config, own);
  const long = ownTime !== null && ownTime.seconds > longSeconds;
  const shorter = (one: Candidate): boolean => {
    const of = price(prepared, one.config, rss);
    return fits(of) && time(one.config, of)!.seconds < 0.8 * ownTime!.seconds;
  };
  const helpful = fits(own) && long ? firstOfKind(others, shorter) : fitting;
  return {
    device: runtime.device,
    steps: own.plan.steps.length * config.epochs,
    memory: own.memory,
    available,
    fits: available === null ? null : fits(own),
    time: ownTime,
    proposals: helpful.map(({ changes, says, config: changed }): Proposal => {
      const of = price(prepared, changed, rss);
      return { changes, says, bytes: of.memory.bytes, time: time(changed, of) };
    }),
  };
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
function firstOfKind(all: readonly Candidate[], helps: (one: Candidate) => boolean): Candidate[] {
  const found: Candidate[] = [];
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

function prepare(job: TrainJob, context: TrainingContext): Promise<Prepared> {
  if (job.kind === 'sft') return prepareSft(job, context);
  if (job.method === 'deep') return prepareDeep(job, context, async () => blankHead());
  return prepareReward(job, context);
}

/** A head that has learned nothing: what it gives doesn't matter. */
function blankHead(): Head {
  return {
    weights: new Float32Array(blocks.end),
    mean: new Float32Array(plainNames.length),
    deviation: new Float32Array(plainNames.length).fill(1),
  };
}
