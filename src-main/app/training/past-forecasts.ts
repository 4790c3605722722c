import type { TrainingMethod } from '../../contract/engine.ts';
import type { Forecast, TimeForecast } from '../../contract/forecast.ts';
import { forecastsKept } from '../../store/runs.ts';
import type { House } from '../kernel/house.ts';

/** Of so many trainings of a way and a device, the last ones, is learned how wrong forecasts are. */
const most = 5;
/** A forecast is never corrected by more than this, whatever one odd run says. */
const furthest = 8;

/** A forecast that has learned from what earlier trainings of this way took on this device. */
export function learned({ store }: House, method: TrainingMethod, found: Forecast): Forecast {
  if (found.time === null) return found;
  return correctedBy(ratiosOf(forecastsKept(store, method, found.device, most)), found);
}

/** What trainings took over what was forecast of them, step for step: one that ended early was not forecast too long. */
export const ratiosOf = (
  kept: readonly Record<'forecast' | 'forecastSteps' | 'seconds' | 'steps', number>[],
): readonly number[] =>
  kept
    .filter(({ forecast, forecastSteps, seconds, steps }) => Math.min(forecast, forecastSteps, seconds, steps) > 0)
    .map(({ forecast, forecastSteps, seconds, steps }) => (seconds / steps) * (forecastSteps / forecast))
    .map((ratio) => Math.min(furthest, Math.max(1 / furthest, ratio)));

/** A forecast times the median of these ratios; it may be as far off as they are. */
export function correctedBy(ratios: readonly number[], found: Forecast): Forecast {
  if (ratios.length === 0) return found;
  const sorted = ratios.toSorted((a, b) => a - b);
  const middle = (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!) / 2;
  const corrected = ({ seconds, low, high }: TimeForecast): TimeForecast => ({
    seconds: middle * seconds,
    low: Math.min(middle * low, sorted[0]! * seconds),
    high: Math.max(middle * high, sorted.at(-1)! * seconds),
  });
  return {
    ...found,
    time: found.time && corrected(found.time),
    proposals: found.proposals.map((one) => ({ ...one, time: one.time && corrected(one.time) })),
    learnedFrom: ratios.length,
  };
}
