import type { Calibration } from '../contract/evaluation.ts';
import type { JudgedPair } from './accuracy.ts';
import { type Steps, toEnd } from './steps.ts';

const bins = 10;
const sharpest = Math.log(0.01);
const flattest = Math.log(100);

export const calibrate = (pairs: readonly JudgedPair[]): Calibration => toEnd(calibrationSteps(pairs));

/** The same in steps. */
export function* calibrationSteps(pairs: readonly JudgedPair[]): Steps<Calibration> {
  return { error: expectedCalibrationError(pairs), temperature: yield* bestTemperature(pairs) };
}

function expectedCalibrationError(pairs: readonly JudgedPair[]): number {
  const gaps = new Float64Array(bins);
  for (const { difference, target } of pairs) {
    const confidence = 1 / (1 + Math.exp(-Math.abs(difference)));
    const right = difference === 0 ? 0.5 : difference > 0 ? target : 1 - target;
    const bin = Math.min(bins - 1, Math.floor((confidence - 0.5) * 2 * bins));
    gaps[bin]! += confidence - right;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / pairs.length;
}

/** The loss is convex in 1 / temperature, so halving the interval by the sign of its slope finds the minimum. */
function* bestTemperature(pairs: readonly JudgedPair[]): Steps<number> {
  if (pairs.every(({ difference }) => difference === 0)) return 1;
  let low = sharpest;
  let high = flattest;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    const scale = Math.exp(-middle);
    let slope = 0;
    for (const { difference, target } of pairs) {
      slope += difference * (1 / (1 + Math.exp(-difference * scale)) - target);
    }
    if (slope > 0) low = middle;
    else high = middle;
    yield;
  }
  return Math.exp((low + high) / 2);
}
