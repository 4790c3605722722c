/** What a run tells whoever asked for it: each step with its figures, the speed of late, and the time left by it. */

import type { CurvePoint, Progress, StepTold } from '../../contract/engine.ts';
import type { Position, SampleRewards } from '../run/run-folder.ts';
import type { Steps } from './steps.ts';
import type { SampleTexts } from './task.ts';

type Rewards = readonly SampleRewards[] | undefined;

/** The steps so far, as they are told. */
export function stepsTold(samples: readonly SampleTexts[], { curve, samples: seen }: Position): readonly StepTold[] {
  return curve.map((point) => {
    const rewards = seen?.findLast(({ step }) => step === point.step)?.rewards;
    return { point, ...rewarded(samples, rewards) };
  });
}

const rewarded = (samples: readonly SampleTexts[], rewards: Rewards): Pick<StepTold, 'samples'> =>
  rewards ? { samples: samples.map((texts, i) => ({ ...texts, ...rewards[i]! })) } : {};

/** Gives what reports a step that was done. The steps before are reported anew at once. */
export function reporter(
  steps: Steps,
  samples: readonly SampleTexts[],
  from: Position,
  onProgress: (progress: Progress) => void,
): (point: CurvePoint, rewards: Rewards) => void {
  const total = steps.count;
  // Whoever asked may have died before it heard of the last steps.
  for (const told of stepsTold(samples, from)) {
    onProgress({ phase: 'train', done: told.point.step, total, speed: null, secondsLeft: null, ...told });
  }

  let last = performance.now();
  let secondsPerSequence: number | null = null;
  let sequencesLeft = 0;
  for (let step = from.step + 1; step <= total; step++) sequencesLeft += steps.sequencesOf(step);
  return (point, rewards) => {
    const now = performance.now();
    const sequences = steps.sequencesOf(point.step);
    const measured = (now - last) / 1000 / sequences;
    sequencesLeft -= sequences;
    last = now;
    // The first step of a process warms up and says little.
    if (point.step > from.step + 1) {
      secondsPerSequence = secondsPerSequence === null ? measured : 0.9 * secondsPerSequence + 0.1 * measured;
    }
    onProgress({
      phase: 'train',
      done: point.step,
      total,
      speed: secondsPerSequence === null ? null : 1 / secondsPerSequence,
      secondsLeft: secondsPerSequence === null ? null : secondsPerSequence * sequencesLeft,
      point,
      ...rewarded(samples, rewards),
    });
  };
}
