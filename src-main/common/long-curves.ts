/**
 * Long curves, made short for keeping: what was measured of late stays step by step, what is older stands for more and more of
 * its neighbours. What comes of it depends on the curve alone, and not on how often it was thinned on the way. Pure.
 */

import type { CurvePoint } from '../contract/engine.ts';
import { maximum } from './lists.ts';
import { counted, wholeNumber } from './words.ts';

/** Points of either kind (steps without a look at validation, and looks) that are kept one by one at a curve's end. */
const recent = 400;
/** Older points of either kind that are kept at the most. */
const older = 600;
/** A curve of no more points is never thinned, and of one that is at most twice as many are left. */
export const mostKept = recent + older;

/** Joins two neighbours; their weights are how many points they stand for. */
type Join = (one: CurvePoint, other: CurvePoint, weights: readonly [number, number]) => CurvePoint;

/**
 * A curve of at most about 2,000 points. Of older steps neighbours become their mean, at the step of the later one; of older
 * looks at validation the one with the lowest loss stays as it was measured, so that the best is never lost. Gives the same
 * curve back where it is short enough.
 */
export function thinnedCurve(curve: readonly CurvePoint[]): readonly CurvePoint[] {
  const looks = curve.filter(isLook);
  const steps = curve.filter((point) => !isLook(point));
  const [fewLooks, fewSteps] = [halved(looks, better), halved(steps, mean)];
  if (fewLooks === looks && fewSteps === steps) return curve;
  return [...fewLooks, ...fewSteps].sort((a, b) => a.step - b.step);
}

/** Whether a point holds figures of validation. */
const isLook = ({ validationLoss, metrics }: CurvePoint): boolean =>
  validationLoss !== undefined || metrics !== undefined;

const weightOf = ({ standsFor = 1 }: CurvePoint): number => standsFor;

/**
 * The older ones by twos, fours and so on, until they are few. They are joined in windows that are aligned to how many points
 * came before, level by level, so that a curve that was thinned before comes to the same as one that was not.
 */
function halved(points: readonly CurvePoint[], join: Join): readonly CurvePoint[] {
  const all = points.reduce((sum, point) => sum + weightOf(point), 0);
  const old = all - recent;
  if (old <= older) return points;
  let kept = points;
  for (let window = 2; window < 2 * (old / older); window *= 2) kept = joined(kept, window, old, join);
  return kept;
}

/** Points that lie in one window of so many become one; a window that reaches beyond `old` stays open. */
function joined(points: readonly CurvePoint[], window: number, old: number, join: Join): readonly CurvePoint[] {
  const kept: CurvePoint[] = [];
  let [before, lastWindow] = [0, -1];
  for (const point of points) {
    const weight = weightOf(point);
    const index = Math.floor(before / window);
    const last = kept.at(-1);
    const whole = (index + 1) * window <= old && weight < window;
    if (last && index === lastWindow && whole) {
      const weights = [weightOf(last), weight] as const;
      kept[kept.length - 1] = { ...join(last, point, weights), standsFor: weights[0] + weights[1] };
    } else kept.push(point);
    before += weight;
    lastWindow = index;
  }
  return kept;
}

/** The mean by how many points each stands for, to seven digits: more would only look exact. */
const mean: Join = (one, other, [weight, otherWeight]) => {
  const of = (a: number, b: number): number => {
    // A value that was no number has become null on the disk.
    if (!Number.isFinite(a) || !Number.isFinite(b)) return Number.isFinite(a) ? a : b;
    return Number(((a * weight + b * otherWeight) / (weight + otherWeight)).toPrecision(7));
  };
  return {
    step: other.step,
    loss: of(one.loss, other.loss),
    learningRate: of(one.learningRate, other.learningRate),
    gradientNorm: of(one.gradientNorm, other.gradientNorm),
  };
};

/** The look with the lower loss. A look without one says less. */
const better: Join = (one, other) =>
  (one.validationLoss ?? Number.POSITIVE_INFINITY) <= (other.validationLoss ?? Number.POSITIVE_INFINITY) ? one : other;

/** What is no longer there step by step, in a sentence; null where all of a curve is. */
export function thinnedWords(curve: readonly CurvePoint[]): string | null {
  const part = (name: string, told: (most: string) => string, points: readonly CurvePoint[]): string[] => {
    const last = points.findLast((point) => weightOf(point) > 1);
    const most = maximum(points.map(weightOf), 0);
    return last ? [`${name} up to step ${wholeNumber(last.step)}, ${told(counted(most, 'neighbour'))}`] : [];
  };
  const parts = [
    ...part(
      'of the steps',
      (most) => `means of up to ${most}`,
      curve.filter((point) => !isLook(point)),
    ),
    ...part('of the looks at validation', (most) => `the best of up to ${most}`, curve.filter(isLook)),
  ];
  return parts.length === 0
    ? null
    : `This run is long, so its curves are kept shorter than they were: ${parts.join('; ')}.`;
}
