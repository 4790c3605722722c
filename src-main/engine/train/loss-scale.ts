/**
 * Dynamic loss scaling (Micikevicius et al., Mixed precision training, 2018). Float16 knows nothing below 6e-8, where many gradients
 * are, and nothing above 65504: the loss is multiplied before it is differentiated, and the gradients are divided afterwards, in
 * float32. A factor that was too large shows in gradients that are no numbers.
 */

import type { StoredTensor } from '../../checkpoint/safetensors.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { HostTensors } from '../runtime/runtime.ts';

export type LossScale = {
  /** What the loss program is fed. */
  feeds(): HostTensors;
  /** How many steps were left out so far: for the optimiser they never were. */
  readonly skipped: number;
  /**
   * Ends a step: whether its gradients are numbers and may be used. The factor is halved where they are not, and doubled after many
   * steps where they were.
   * @throws TiebreakError engine-failed where no factor is left
   */
  fits(gradientNorm: number): boolean;
  /** All that a run needs to go on. */
  everything(): ReadonlyMap<string, StoredTensor & { read(): Promise<Float32Array> }>;
};

/** The feed, and what a checkpoint calls it. */
export const lossScaleName = 'lossScale';

/** As PyTorch begins. */
const first = 2 ** 16;
/** Of float32 and float16 alike so much is left of the loss that it can't overflow by itself. */
const most = 2 ** 24;
/** Steps in a row that fit, after which a larger factor is tried. Trainings here are shorter than those for which PyTorch has 2000. */
const growsAfter = 500;

/** @param kept the factor, the steps in a row that it fitted, and the steps left out, where a run goes on */
export function createLossScale(kept?: Pick<StoredTensor, 'data'>): LossScale {
  let [scale, fitted, skipped] = kept ? [...kept.data] : [first, 0, 0];
  return {
    feeds: () => ({ [lossScaleName]: { data: Float32Array.of(scale!), shape: [] } }),
    get skipped() {
      return skipped!;
    },
    fits(gradientNorm) {
      if (Number.isFinite(gradientNorm)) {
        fitted!++;
        if (fitted! >= growsAfter) [scale, fitted] = [Math.min(most, 2 * scale!), 0];
        return true;
      }
      [scale, fitted] = [scale! / 2, 0];
      skipped!++;
      if (scale >= 1) return false;
      const message =
        'The gradients are no numbers, however little the loss is scaled. Earlier models are as they were; train with mixedPrecision 0, or with a lower learningRate.';
      throw new TiebreakError('engine-failed', message);
    },
    everything() {
      const data = Float32Array.of(scale!, fitted!, skipped!);
      return new Map([[lossScaleName, { shape: [3], data, read: async () => data }]]);
    },
  };
}
