import type { Forecast, Proposal, TimeForecast } from '../contract/forecast.ts';

/** What a person can do about a training that ran out of memory. */
export const lessMemory =
  'a training takes less with fewer tokens at once (tokensPerBatch; more accumulation keeps its steps as large), with recompute at 1, with shorter texts (maxTokens) or with frozenLayers';

/** How programs say that they found no memory. */
export const outOfMemory =
  /heap out of memory|bad_alloc|out of memory|failed to allocate|buffer allocation failed|invalid typed array length/i;

/** From here on a training is long: it is said beforehand how long, and what would be shorter. */
export const longSeconds = 3600;

/** `3.1 GB`, `740 MB`. */
export function sizeInWords(bytes: number): string {
  return bytes < 1e9 ? `${Math.max(1, Math.round(bytes / 1e6))} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** `5 s`, `3 min`, `2.5 h`: as exact as a forecast is. */
function timeInWords(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  const hours = seconds / 3600;
  return `${hours < 10 ? hours.toFixed(1).replace(/\.0$/, '') : Math.round(hours)} h`;
}

/** `about 12 min (10 min to 15 min)`. */
export function rangeInWords({ seconds, low, high }: TimeForecast): string {
  return `about ${timeInWords(seconds)} (${timeInWords(low)} to ${timeInWords(high)})`;
}

/** How much memory and time a training takes, in a sentence or two. */
export function forecastInWords({ memory, available, fits, time, device, steps }: Forecast): string {
  const needs = memory === null ? null : `needs about ${sizeInWords(memory.bytes)} of memory`;
  const spare = available === null ? null : `this machine has ${sizeInWords(available)} to spare`;
  const where =
    needs === null
      ? 'It fits on any machine.'
      : spare === null
        ? `It ${needs}, most of it on the device ${device}, whose memory can't be asked for: whether it fits shows when it begins.`
        : fits
          ? `It ${needs}; ${spare}.`
          : `It ${needs}, but ${spare}: it does not fit.`;
  const count = steps > 0 ? ` for ${steps.toLocaleString('en-US')} steps` : '';
  return time === null ? where : `It takes ${rangeInWords(time)}${count}. ${where}`;
}

/** A proposal with what it comes to: `Read 128 tokens of a text at most: 2.9 GB, about 12 min (10 min to 15 min).` */
export function proposalInWords({ says, bytes, time }: Proposal): string {
  return `${says.replace(/\.$/, '')}: ${sizeInWords(bytes)}${time ? `, ${rangeInWords(time)}` : ''}.`;
}
