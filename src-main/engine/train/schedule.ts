/** What depends on the number of the step: the learning rate, and when the validation split is looked at. */

import type { TrainingConfig } from '../../contract/engine.ts';
import { layerOf } from '../model/parameters.ts';

type Schedule = { readonly learningRate: number; readonly warmupSteps: number; readonly fixedWarmup: number };

/** Linear warm-up to the highest learning rate, then linear decay to 0. `step` counts from 1 to `steps`. */
export function learningRateAt(
  step: number,
  steps: number,
  { learningRate, warmupSteps, fixedWarmup }: Schedule,
): number {
  if (fixedWarmup !== 0) return learningRate * trainerShare(step - 1, steps, warmupSteps);
  // A short run doesn't spend itself on the warm-up.
  const warmup = Math.min(warmupSteps, Math.floor(steps / 5));
  if (step <= warmup) return (learningRate * step) / warmup;
  return (learningRate * (steps - step + 1)) / (steps - warmup + 1);
}

/** The share of the highest rate in transformers' get_linear_schedule_with_warmup: its first step changes nothing. */
function trainerShare(done: number, steps: number, warmup: number): number {
  return done < warmup ? done / warmup : Math.max(0, (steps - done) / Math.max(1, steps - warmup));
}

/** A tensor's factor on the learning rate: lower layers learn more slowly (Howard and Ruder, 2018), the head as is said. */
export function layerRate(
  name: string,
  layers: number,
  { layerDecay, headRate }: Pick<TrainingConfig, 'layerDecay' | 'headRate'>,
): number {
  const above = layers + 1 - layerOf(name, layers);
  return above === 0 ? headRate : layerDecay ** above;
}

/** Steps between two looks at the validation split: about ten looks where nothing else is said. */
export function stepsPerLook(steps: number, { evaluateEvery }: Pick<TrainingConfig, 'evaluateEvery'>): number {
  return evaluateEvery > 0 ? evaluateEvery : Math.max(1, Math.ceil(steps / 10));
}
