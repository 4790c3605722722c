import { randomFrom } from '../common/random.ts';
import type { Calibration, Reliability, ReliabilityBin } from '../contract/evaluation.ts';
import type { JudgedPair } from './accuracy.ts';
import { bootstrapSteps, percentileInterval, type Share } from './bootstrap.ts';
import { type Steps, toEnd } from './steps.ts';

const bins = 10;
const sharpest = Math.log(0.01);
const flattest = Math.log(100);
const resamples = 1000;

export const calibrate = (pairs: readonly JudgedPair[]): Calibration => toEnd(calibrationSteps(pairs));

/** The same in steps. */
export function* calibrationSteps(pairs: readonly JudgedPair[]): Steps<Calibration> {
  return { error: errorOf(binSums([pairs], 1), Int32Array.of(0)), temperature: yield* lowestLoss(pairs, 0) };
}

/**
 * The temperature of a model: its rewards divided by it give chances, as sigmoid of their difference, that hold on these pairs
 * (Guo et al., 2017). It is held near 1 as by the pairs that would be needed to tell it from twice or half of that: few pairs say
 * little. 1 without pairs.
 */
export function* temperatureSteps(pairs: readonly JudgedPair[]): Steps<number> {
  return yield* lowestLoss(pairs, 1);
}

/**
 * The temperature with the lowest loss, of .01 to 100. The slope by log temperature changes its sign once: halving finds where.
 * @param held the precision of a normal prior around 0 of log temperature
 */
function* lowestLoss(pairs: readonly JudgedPair[], held: number): Steps<number> {
  if (pairs.every(({ difference }) => difference === 0)) return 1;
  let low = sharpest;
  let high = flattest;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    const scale = Math.exp(-middle);
    let slope = -held * middle;
    for (const { difference, target } of pairs) {
      slope += difference * scale * (1 / (1 + Math.exp(-difference * scale)) - target);
    }
    if (slope > 0) low = middle;
    else high = middle;
    yield;
  }
  return Math.exp((low + high) / 2);
}

/** Of some groups of pairs and each bin of confidence: how many pairs, the sum of the confidence, and of how far the choices were right. */
type BinSums = { readonly pairs: Float64Array; readonly confidence: Float64Array; readonly right: Float64Array };

function binSums(groups: readonly (readonly JudgedPair[])[], temperature: number): BinSums {
  const [pairs, confidences, right] = [0, 1, 2].map(() => new Float64Array(bins * groups.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (const [group, judged] of groups.entries()) {
    for (const { difference, target } of judged) {
      const confidence = 1 / (1 + Math.exp(-Math.abs(difference) / temperature));
      const bin = bins * group + Math.min(bins - 1, Math.floor((confidence - 0.5) * 2 * bins));
      pairs[bin]! += 1;
      confidences[bin]! += confidence;
      right[bin]! += difference === 0 ? 0.5 : difference > 0 ? target : 1 - target;
    }
  }
  return { pairs, confidence: confidences, right };
}

/** Expected calibration error over some of the groups, each of which may be there more than once; NaN where they have no pairs. */
function errorOf({ pairs, confidence, right }: BinSums, groups: Int32Array): number {
  let gaps = 0;
  let of = 0;
  for (let bin = 0; bin < bins; bin++) {
    let gap = 0;
    for (const group of groups) {
      const at = bins * group + bin;
      gap += confidence[at]! - right[at]!;
      of += pairs[at]!;
    }
    gaps += Math.abs(gap);
  }
  return gaps / of;
}

/**
 * How often choices were right, by how sure the model was of them, with 95% intervals by drawing whole groups with replacement.
 * @param groups the pairs of each post
 * @param temperature by which rewards are divided first
 */
export function* reliabilitySteps(
  groups: readonly (readonly JudgedPair[])[],
  temperature: number,
  seed: number,
): Steps<Reliability> {
  const sums = binSums(groups, temperature);
  const all = Int32Array.from(groups, (_, group) => group);
  const random = randomFrom(seed);
  const sample = new Int32Array(groups.length);
  const drawn: number[] = [];
  for (let i = 0; i < resamples; i++) {
    for (let at = 0; at < sample.length; at++) sample[at] = Math.floor(random() * groups.length);
    drawn.push(errorOf(sums, sample));
    yield;
  }
  const found: ReliabilityBin[] = [];
  for (let bin = 0; bin < bins; bin++) {
    const total = (of: keyof BinSums): number => all.reduce((sum, group) => sum + sums[of][bins * group + bin]!, 0);
    const pairs = total('pairs');
    if (pairs === 0) continue;
    const shares = groups.map((_, group): Share => {
      const at = bins * group + bin;
      return { sum: sums.right[at]!, count: sums.pairs[at]! };
    });
    found.push({
      low: 0.5 + bin / (2 * bins),
      high: 0.5 + (bin + 1) / (2 * bins),
      pairs,
      confidence: total('confidence') / pairs,
      right: total('right') / pairs,
      interval: yield* bootstrapSteps(shares, seed),
    });
  }
  return { temperature, error: errorOf(sums, all), interval: percentileInterval(drawn), bins: found };
}
