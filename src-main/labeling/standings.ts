import { normalBelow } from '../common/normal.ts';
import { createNormal } from '../common/random.ts';
import type { Habits } from '../contract/scale.ts';
import { chancesOf } from './davidson.ts';
import { differenceOf, drawn, type Posterior } from './post-posterior.ts';

/** Where a comment stands among those of its post. */
export type Standing = {
  /** Its place in the list of the post's comments. */
  readonly comment: number;
  /** Its worth, with the interval that holds it in 90 of 100 cases. */
  readonly mean: number;
  readonly interval: readonly [low: number, high: number];
  /** Places from best to worst, 0 is first: in 90 of 100 cases it is between these, both with them. null where none were drawn. */
  readonly places: readonly [best: number, worst: number] | null;
  /** The chance that it is better than the next one; null for the last. */
  readonly beatsNext: number | null;
};

const draws = 1000;
/** Of a normal distribution 90% lie within so many deviations. */
const ninety = 1.6448536269514722;

/**
 * The comments of a post in the order of their worth, the best first, each with how sure its place is.
 * @param random gives numbers from 0 up to 1; null where places need not be drawn, which takes most of the time
 */
export function standingsOf(posterior: Posterior, random: (() => number) | null): readonly Standing[] {
  const { mean } = posterior;
  const order = Array.from(mean, (_, comment) => comment).sort((a, b) => mean[b]! - mean[a]! || a - b);
  const counts = random && countPlaces(posterior, random);
  return order.map((comment, place) => {
    const spread = ninety * deviationOf(posterior, comment);
    const next = order[place + 1];
    return {
      comment,
      mean: mean[comment]!,
      interval: [mean[comment]! - spread, mean[comment]! + spread],
      places: counts && middle(counts[comment]!),
      beatsNext: next === undefined ? null : chanceAbove(posterior, comment, next),
    };
  });
}

/** Of each comment, how often it was drawn at each place. */
function countPlaces(posterior: Posterior, random: () => number): readonly Uint32Array[] {
  const { mean } = posterior;
  const counts = Array.from(mean, () => new Uint32Array(mean.length));
  const draw = drawn(posterior, createNormal(random));
  for (let i = 0; i < draws; i++) {
    const worth = draw();
    const places = Array.from(mean, (_, comment) => comment).sort((a, b) => worth[b]! - worth[a]!);
    for (const [place, comment] of places.entries()) counts[comment]![place]! += 1;
  }
  return counts;
}

/** The chance that one comment is worth more than another. */
export function chanceAbove(posterior: Posterior, one: number, other: number): number {
  const { mean, deviation } = differenceOf(posterior, one, other);
  if (deviation === 0) return mean === 0 ? 0.5 : Number(mean > 0);
  return normalBelow(mean / deviation);
}

/** The share of all pairs that the order by worth is expected to put right; 1 where there are fewer than two comments. */
export function expectedRight(posterior: Posterior): number {
  const n = posterior.mean.length;
  if (n < 2) return 1;
  let sum = 0;
  for (let one = 0; one < n; one++) {
    for (let other = one + 1; other < n; other++) {
      const chance = chanceAbove(posterior, one, other);
      sum += Math.max(chance, 1 - chance);
    }
  }
  return sum / ((n * (n - 1)) / 2);
}

/** Nodes and weights of Gauss and Hermite for a standard normal, 9 of them. */
const nodes = [0, 1.0232556637891326, 2.0768479786778302, 3.20542900285647, 4.512745863399783] as const;
const weights = [
  0.4063492063492063, 0.2440975028949394, 0.04991640676521788, 0.0027891413212317692, 0.00002234584400774663,
] as const;
const signedNodes = nodes.flatMap((node, i): (readonly [weight: number, node: number])[] =>
  node === 0 ? [[weights[i]!, 0]] : [node, -node].map((signed) => [weights[i]!, signed]),
);

/**
 * What an answer on two comments would tell of which is better, in bits: the mutual information of the answer and the difference of
 * their worths (Lindley, 1956; BALD, Houlsby et al., 2011).
 */
export function information(posterior: Posterior, one: number, other: number, habits: Habits): number {
  const { mean, deviation } = differenceOf(posterior, one, other);
  // Which of the two stands left is a coin's matter.
  const answers = { ...habits, side: 0 };
  let [left, right, tie, known] = [0, 0, 0, 0];
  for (const [weight, difference] of normalPoints(mean, deviation)) {
    const chances = chancesOf(difference, answers);
    left += weight * chances.left;
    right += weight * chances.right;
    tie += weight * chances.tie;
    known += weight * entropy(chances.left, chances.right, chances.tie);
  }
  return Math.max(0, entropy(left, right, tie) - known);
}

/** Points of a normal number with their weights, whose weighted mean of something is about its mean over all numbers. */
function normalPoints(mean: number, deviation: number): readonly (readonly [weight: number, value: number])[] {
  return signedNodes.map(([weight, node]) => [weight, mean + node * deviation]);
}

/** The mean of something over a normal number. */
export function overNormal(mean: number, deviation: number, of: (value: number) => number): number {
  return normalPoints(mean, deviation).reduce((sum, [weight, value]) => sum + weight * of(value), 0);
}

/** Comments this far apart in the order are not compared where there are many: that tells little. */
const farthest = 5;
const many = 40;

/**
 * The two comments on which one more answer would tell most; null where none is left.
 * @param closed whether two comments may not be asked
 */
export function bestQuestion(
  posterior: Posterior,
  habits: Habits,
  closed: (one: number, other: number) => boolean,
): { readonly one: number; readonly other: number; readonly bits: number } | null {
  const { mean } = posterior;
  const order = Array.from(mean, (_, comment) => comment).sort((a, b) => mean[b]! - mean[a]! || a - b);
  const reach = order.length > many ? farthest : order.length;
  let best: { one: number; other: number; bits: number } | null = null;
  for (const [place, one] of order.entries()) {
    for (const other of order.slice(place + 1, place + 1 + reach)) {
      if (closed(one, other)) continue;
      const bits = information(posterior, one, other, habits);
      if (!best || bits > best.bits) best = { one, other, bits };
    }
  }
  return best;
}

function deviationOf({ covariance, linked, width }: Posterior, comment: number): number {
  const at = linked.indexOf(comment);
  return at < 0 ? width : Math.sqrt(covariance[at * linked.length + at]!);
}

/** The shortest run of places that holds 90%, from counts by place. */
function middle(counts: Uint32Array): readonly [number, number] {
  let best: readonly [number, number] = [0, counts.length - 1];
  for (let from = 0; from < counts.length; from++) {
    let sum = 0;
    for (let to = from; to < counts.length; to++) {
      sum += counts[to]!;
      if (sum < 0.9 * draws) continue;
      if (to - from < best[1] - best[0]) best = [from, to];
      break;
    }
  }
  return best;
}

const entropy = (left: number, right: number, tie: number): number => bits(left) + bits(right) + bits(tie);
const bits = (chance: number): number => (chance > 0 ? -chance * Math.log2(chance) : 0);
