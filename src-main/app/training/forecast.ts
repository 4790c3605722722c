import { rm } from 'node:fs/promises';
import type { z } from 'zod';
import { forecastInWords, longSeconds, proposalInWords } from '../../common/forecast-words.ts';
import { usualMinutes } from '../../contract/best.ts';
import type { CallHooks, trainingInput } from '../../contract/calls.ts';
import type { ForecastRequest } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Forecast } from '../../contract/forecast.ts';
import { type Settled, settled } from '../../recipe/recipe.ts';
import { encoderFor, encoderNamed } from '../kernel/encoders.ts';
import { baseModel, type House, modelFolder } from '../kernel/house.ts';
import { learned } from './past-forecasts.ts';
import { quickForecast } from './quick-forecast.ts';
import { mayBeLarge } from './rough.ts';
import { writeTrainingData } from './training-data.ts';

type Call = z.output<typeof trainingInput>;

/** Of the time that a training may take, a forecast is right to about this share. */
export const caution = 0.85;

/** Seconds from which on a training that is about to begin is tried beforehand. */
const worthTrying = 60;

/**
 * What a training would take: whether it fits this machine, how long it lasts, and settings that help where it doesn't or lasts
 * long. A few of its steps are tried for that, on its own data. Nothing is kept.
 * @param measureFrom seconds: what is roughly reckoned to be shorter is not tried, and has no time
 * @throws TiebreakError as the training itself
 */
export async function forecast(house: House, call: Call, hooks: CallHooks, measureFrom = 0): Promise<Forecast> {
  const wanted = settled(call);
  if (wanted.method === 'quick') return quickForecast(house, wanted, hooks);
  if (wanted.method === 'best') return bestForecast(house, wanted, hooks);
  const { folder } = await writeTrainingData(house, { ...wanted, titleAlone: false }, hooks);
  try {
    const found = await ask(house, { ...wanted, folder, measureFrom }, hooks);
    return withMinutes(learned(house, wanted.method, found), wanted);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A quick model ranks first; the rest takes as long as it may at most, or less where there is little to learn from. */
async function bestForecast(house: House, call: Settled, hooks: CallHooks): Promise<Forecast> {
  const { encoder: _, ...rest } = call;
  const found = await quickForecast(house, { ...rest, method: 'quick' }, hooks);
  const ranking = found.time!;
  const most = Math.max(60 * (call.minutes ?? usualMinutes), ranking.seconds);
  return { ...found, ranking, time: { seconds: most, low: ranking.low, high: Math.max(most, ranking.high) } };
}

/** What would take longer than it may goes fewer times through the data, or through less of it. */
function withMinutes(found: Forecast, { minutes, method }: Settled): Forecast {
  const { time, steps } = found;
  if (minutes === undefined || time === null || (method !== 'deep' && method !== 'together')) return found;
  const ratio = Math.min(1, (caution * 60 * minutes) / time.seconds);
  return {
    ...found,
    steps: Math.ceil(ratio * steps),
    time: { seconds: ratio * time.seconds, low: ratio * time.low, high: ratio * time.high },
  };
}

/**
 * Looks whether a training that is about to begin fits this machine, where that is in question. A long one is tried for that,
 * and how long it will take is written to the log.
 * @param folder where its data are
 * @returns what was reckoned of its time, without what earlier trainings taught; null where it was not tried
 * @throws TiebreakError too-large where it doesn't fit, with what would
 */
export async function refuseTooLarge(
  house: House,
  call: Settled & { readonly folder: string },
  hooks: CallHooks,
): Promise<Forecast | null> {
  if (!(await mayBeLarge(call, baseOf(house, call), call.folder))) return null;
  const found = await ask(house, { ...call, measureFrom: worthTrying }, hooks);
  if (found.fits === false) throw new TiebreakError('too-large', refusal(found));
  if (found.time === null) return null;
  const likely = learned(house, call.method, found);
  const shorter = likely.time!.seconds > longSeconds ? likely.proposals.map(proposalInWords) : [];
  hooks.onLog?.([forecastInWords(likely), ...(shorter.length > 0 ? ['Shorter:', ...shorter] : [])].join(' '));
  return found;
}

function refusal(found: Forecast): string {
  const proposals = found.proposals.map(proposalInWords);
  const what =
    proposals.length > 0
      ? `What fits: ${proposals.join(' Or: ')}`
      : 'No settings were found that fit: take a smaller model, or close other programs.';
  return `${forecastInWords(found)} Nothing was begun. ${what} It can also be trained all the same, at the risk that the system ends it.`;
}

/** The folder of the model that a training starts from. */
function baseOf(house: House, { base, method }: Settled): string | null {
  return base === undefined || method !== 'gpt' ? null : modelFolder(house, baseModel(house, base));
}

async function ask(
  house: House,
  call: Settled & { readonly folder: string; readonly measureFrom: number },
  { onProgress, onLog, signal }: CallHooks,
): Promise<Forecast> {
  const { kind, method, config, folder, measureFrom, device } = call;
  const encoder = encoderFor(call, method);
  const request: ForecastRequest = {
    type: 'forecast',
    kind,
    method,
    config,
    device,
    base: baseOf(house, call),
    ...(encoder === null ? {} : { encoder: encoderNamed(house, encoder) }),
    runFolder: folder,
    measureFrom,
  };
  let tried = false;
  try {
    return await house.engine.request(request, {
      onLog,
      signal,
      onProgress: (progress) => {
        tried ||= progress.phase === 'forecast';
        onProgress?.(progress);
      },
    });
  } finally {
    // What was tried left its memory in pieces: the training begins in a fresh process.
    if (tried || measureFrom === 0) await house.engine.close();
  }
}
