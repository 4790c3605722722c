import type { CallHooks } from '../../contract/calls.ts';
import type { Settled } from '../../recipe/recipe.ts';
import type { House } from '../kernel/house.ts';
import { caution, forecast } from './forecast.ts';

/** What a training may do in the time it has. */
export type Budgeted = {
  readonly config: Settled['config'];
  /** Share of the posts of the training split that it learns from. */
  readonly share: number;
};

/** Fewer posts than this share of them teach too little of the rest. */
const leastShare = 0.02;

/** What is reckoned, roughly, to take less than this share of its seconds is not tried before: a trial takes as long as a short training. */
const surelyFits = 1 / 3;

/**
 * Fits a training into so many seconds: fewer times through the data, or else once through some of it.
 * @throws TiebreakError as the forecast
 */
export async function withinBudget(house: House, call: Settled, seconds: number, hooks: CallHooks): Promise<Budgeted> {
  const { config, minutes: _, ...rest } = call;
  const { time } = await forecast(house, { ...rest, config: { ...config } }, hooks, surelyFits * seconds);
  const ratio = time === null ? 1 : (caution * seconds) / time.seconds;
  if (ratio >= 1) return { config, share: 1 };
  const epochs = Math.max(1, Math.floor(ratio * config.epochs));
  const share = Math.max(leastShare, Math.min(1, (ratio * config.epochs) / epochs));
  return { config: { ...config, epochs }, share: epochs > 1 ? 1 : share };
}
