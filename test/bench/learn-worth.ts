import { createRandom, shuffled } from '../../src-main/common/random.ts';
import { vectorWidth } from '../../src-main/contract/engine.ts';
import type { HeadData } from '../../src-main/engine/head/data.ts';
import { blocksOf, plainNames, scaleRows, scalingOf, shares } from '../../src-main/engine/head/features.ts';
import { lbfgs } from '../../src-main/engine/head/lbfgs.ts';
import { care, ofLength, type Start, startFrom } from '../../src-main/engine/head/start.ts';

const blocks = blocksOf(vectorWidth);
const width = blocks.words;

/** A data set as differences of scaled features, the better comment's less the other's. */
export type Comparisons = { readonly values: Float32Array; readonly count: number };

/** Pairs of a data set that are looked at, and as how many they count at the most: the largest must not outweigh the others. */
const most = { looked: 10_000, counted: 1500 } as const;
/** How strongly what the data sets share, and what each has beside it, are held at 0: for features of the deviation 1. */
const held = { shared: 100, own: 30 } as const;

/** Scales the rows where they are. */
export function comparisonsOf({ rows, post, pairs }: HeadData): Comparisons {
  scaleRows(rows, scalingOf(rows, post));
  const drawn = shuffled(pairs, createRandom(1)).slice(0, most.looked);
  const values = new Float32Array(drawn.length * width);
  for (const [at, { first, second, target }] of drawn.entries()) {
    const [better, worse] = target > 0.5 ? [first, second] : [second, first];
    for (let i = 0; i < width; i++) {
      values[at * width + i] = rows.values[better * width + i]! - rows.values[worse * width + i]!;
    }
  }
  return { values, count: drawn.length };
}

/**
 * What features are worth in several data sets alike: weights of a logistic regression on differences, with a part that all share, one
 * that each has for itself, and a slope of its own for the length (a mixed model; Gelman and Hill, Data Analysis Using Regression
 * and Multilevel/Hierarchical Models, 2007, chapter 13, by its mode).
 * @param at the columns that count
 * @returns `centre`, what is shared, and `apart`, what each has beside it, both as weights of all columns
 */
export function learnWorth(
  sets: readonly Comparisons[],
  at: readonly number[],
): { readonly centre: Float64Array; readonly apart: readonly Float64Array[] } {
  const size = at.length + 1;
  const parameters = new Float64Array(at.length + sets.length * size);
  const scales = at.map((column) => (column < blocks.plain ? 1 : shares.plain ** 2));
  const steps = lbfgs((x, gradient) => {
    let loss = 0;
    for (let i = 0; i < x.length; i++) {
      const own = i - at.length;
      const scale = scales[own < 0 ? i : own % size];
      // The slope of the length, which has no scale, is free.
      const strength = scale === undefined ? 0 : scale * (own < 0 ? held.shared : held.own);
      loss += 0.5 * strength * x[i]! ** 2;
      gradient[i] = strength * x[i]!;
    }
    for (const [s, { values, count }] of sets.entries()) {
      const from = at.length + s * size;
      const weight = Math.min(1, most.counted / count);
      for (let pair = 0; pair < count; pair++) {
        const row = pair * width;
        const length = values[row + blocks.plain]!;
        let difference = length * x[from + at.length]!;
        for (const [i, column] of at.entries()) difference += values[row + column]! * (x[i]! + x[from + i]!);
        loss += weight * (Math.max(-difference, 0) + Math.log1p(Math.exp(-Math.abs(difference))));
        const slope = -weight / (1 + Math.exp(difference));
        gradient[from + at.length]! += slope * length;
        for (const [i, column] of at.entries()) {
          gradient[i]! += slope * values[row + column]!;
          gradient[from + i]! += slope * values[row + column]!;
        }
      }
    }
    return loss;
  }, parameters);
  let { done, value } = steps.next();
  while (!done) ({ done, value } = steps.next());
  const found = value.x;
  const spread = (from: number): Float64Array => {
    const weights = new Float64Array(blocks.end);
    for (const [i, column] of at.entries()) weights[column] = found[from + i]!;
    return weights;
  };
  return { centre: spread(0), apart: sets.map((_, s) => spread(at.length + s * size)) };
}

/** How much of what is learned on some kinds of text is believed of another. */
const believed = 0.75;

/** The columns of plain features. */
export function columnsOf(names: readonly string[]): number[] {
  return names.map((name) => blocks.plain + (plainNames as readonly string[]).indexOf(name));
}

/** The start of the product as it is where it is learned on these data sets alone. */
export function startFromSets(sets: readonly Comparisons[]): Start {
  return learnedStart(sets, columnsOf(Object.keys(care)));
}

/** A start that is learned in some columns, beside the length. */
export function learnedStart(
  sets: readonly Comparisons[],
  at: readonly number[],
  { share = believed, length = ofLength }: { share?: number; length?: Parameters<typeof startFrom>[1] } = {},
): Start {
  const { centre, freedom } = startFrom({}, length);
  const worth = learnWorth(sets, at).centre;
  return { centre: centre.map((value, i) => value + share * worth[i]!), freedom };
}
