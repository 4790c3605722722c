import { rm } from 'node:fs/promises';
import type { z } from 'zod';
import { forecastInWords, longSeconds, proposalInWords } from '../../common/forecast-words.ts';
import type { CallHooks, trainingInput } from '../../contract/calls.ts';
import type { ForecastRequest } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Forecast } from '../../contract/forecast.ts';
import { type Settled, settled } from '../../recipe/recipe.ts';
import { encoderFor, encoderNamed } from '../kernel/encoders.ts';
import { baseModel, type House, modelFolder } from '../kernel/house.ts';
import { quickForecast } from './quick-forecast.ts';
import { mayBeLarge } from './rough.ts';
import { writeTrainingData } from './training-data.ts';

type Call = z.output<typeof trainingInput>;

/**
 * What a training would take: whether it fits this machine, how long it lasts, and settings that help where it doesn't or lasts
 * long. A few of its steps are tried for that, on its own data. Nothing is kept.
 * @throws TiebreakError as the training itself
 */
export async function forecast(house: House, call: Call, hooks: CallHooks): Promise<Forecast> {
  const wanted = settled(call);
  if (wanted.method === 'quick') return quickForecast(house, wanted, hooks);
  const { folder } = await writeTrainingData(house, { ...wanted, titleAlone: false }, hooks);
  try {
    return await ask(house, { ...wanted, folder, measure: 'yes' }, hooks);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Looks whether a training that is about to begin fits this machine, where that is in question. A long one is tried for that,
 * and how long it will take is written to the log.
 * @param folder where its data are
 * @throws TiebreakError too-large where it doesn't fit, with what would
 */
export async function refuseTooLarge(
  house: House,
  call: Settled & { readonly folder: string },
  hooks: CallHooks,
): Promise<void> {
  if (!(await mayBeLarge(call, baseOf(house, call), call.folder))) return;
  const found = await ask(house, { ...call, measure: 'if-long' }, hooks);
  if (found.fits === false) throw new TiebreakError('too-large', refusal(found));
  if (found.time === null) return;
  const shorter = found.time.seconds > longSeconds ? found.proposals.map(proposalInWords) : [];
  hooks.onLog?.([forecastInWords(found), ...(shorter.length > 0 ? ['Shorter:', ...shorter] : [])].join(' '));
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
  call: Settled & { readonly folder: string; readonly measure: ForecastRequest['measure'] },
  { onProgress, onLog, signal }: CallHooks,
): Promise<Forecast> {
  const { kind, method, config, folder, measure, device } = call;
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
    measure,
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
    if (tried || measure === 'yes') await house.engine.close();
  }
}
