import type { Forecast, Proposal, TimeForecast } from '../contract/forecast.ts';
import { deviceNamed } from './device-words.ts';
import { counted, duration, size } from './words.ts';

/** What a person can do about a training that ran out of memory. */
export const lessMemory =
  'a training takes less with fewer tokens at once (tokensPerBatch; more accumulation keeps its steps as large), with recompute at 1, with shorter texts (maxTokens) or with frozenLayers';

/** How programs say that they found no memory. */
export const outOfMemory =
  /heap out of memory|bad_alloc|out of memory|failed to allocate|buffer allocation failed|invalid typed array length/i;

/** From here on a training is long: it is said beforehand how long, and what would be shorter. */
export const longSeconds = 3600;

/** `5 s`, `3 min`, `2 h 30 min`: as exact as a forecast is. */
function timeInWords(seconds: number): string {
  const step = seconds < 60 ? 1 : seconds < 3600 ? 60 : seconds < 36_000 ? 360 : 3600;
  return duration(Math.max(step, step * Math.round(seconds / step)));
}

/** `about 12 min (10 min to 15 min)`. */
export function rangeInWords({ seconds, low, high }: TimeForecast): string {
  return `about ${timeInWords(seconds)} (${timeInWords(low)} to ${timeInWords(high)})`;
}

/** From which share of difference on a forecast is said to have been wrong. */
const wrongBy = 0.25;

/** That a forecast was wrong, and what a training takes by what is left of it; null where it comes about true. */
export function correctionInWords(forecast: number, inAll: number): string | null {
  if (!(forecast > 0) || Math.abs(inAll / forecast - 1) <= wrongBy) return null;
  return `It was forecast to take ${timeInWords(forecast)}; at the speed so far it takes about ${timeInWords(inAll)} in all. The next forecast learns from it.`;
}

/** When a training for the best has something to rank with. */
const rankingInWords = (ranking: TimeForecast): string => `A quick model ranks after ${rangeInWords(ranking)}.`;

export const restLimits =
  'Where there is little to learn from, less. What does not fit into the memory of this machine, or into the time, is left out.';

/** How long a training for the best goes on after that. */
const restInWords = ({ seconds }: TimeForecast): string =>
  `The others and their blend take ${timeInWords(seconds)} in all at most. ${restLimits}`;

/** How much memory and time a training takes, in a sentence or two. */
export function forecastInWords({
  memory,
  available,
  fits,
  time,
  device,
  deviceName,
  steps,
  ranking,
  learnedFrom = 0,
}: Forecast): string {
  if (ranking && time) return `${rankingInWords(ranking)} ${restInWords(time)}`;
  const needs = memory === null ? null : `needs about ${size(memory.bytes)} of memory`;
  const spare = available === null ? null : `this machine has ${size(available)} to spare`;
  const where =
    needs === null
      ? 'It fits on any machine.'
      : spare === null
        ? `It ${needs}, most of it on the device ${device}, whose memory can't be asked for: whether it fits shows when it begins.`
        : fits
          ? `It ${needs}; ${spare}.`
          : `It ${needs}, but ${spare}: it does not fit.`;
  const place = deviceName ? ` on ${deviceNamed(device, deviceName)}` : '';
  const count = steps > 0 ? ` for ${counted(steps, 'step')}${place}` : '';
  return time === null
    ? where
    : `It takes ${rangeInWords(time)}${count}${learnedFrom > 0 ? `, going by ${counted(learnedFrom, 'earlier training')} here` : ''}. ${where}`;
}

/** A proposal with what it comes to: `Read 128 tokens of a text at most: 2.9 GB, about 12 min (10 min to 15 min).` */
export function proposalInWords({ says, bytes, time }: Proposal): string {
  return `${says.replace(/\.$/, '')}: ${size(bytes)}${time ? `, ${rangeInWords(time)}` : ''}.`;
}
