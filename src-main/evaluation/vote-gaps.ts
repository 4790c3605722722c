import type { GapFigure } from '../contract/evaluation.ts';
import { countRight } from './accuracy.ts';
import { bootstrapSteps } from './bootstrap.ts';
import { type EvaluationGroup, judgedPairs } from './figures.ts';
import type { Steps } from './steps.ts';

const most = 6;
/** Pairs that a class must have for a share of them to say something. */
const fewest = 50;

/**
 * How often a model is right by how far the votes of the two comments are apart, in up to six classes of about as many pairs; none
 * where too few pairs have votes. Pairs that are no more than a vote apart may well be chance.
 */
export function* voteGapSteps(groups: readonly EvaluationGroup[], seed: number): Steps<readonly GapFigure[]> {
  const gapsOf = groups.map(({ votes, pairs }) =>
    pairs.map(({ first, second, target }) => {
      const [one, other] = [votes?.[first], votes?.[second]];
      return typeof one === 'number' && typeof other === 'number' && target !== 0.5 ? Math.abs(one - other) : null;
    }),
  );
  const sorted = gapsOf
    .flat()
    .filter((gap) => gap !== null)
    .sort((a, b) => a - b);
  const classes = Math.min(most, Math.floor(sorted.length / fewest));
  if (classes < 2) return [];
  // Equal gaps are of one class, so there may be fewer.
  const starts = [
    ...new Set(Array.from({ length: classes }, (_, i) => sorted[Math.floor((i * sorted.length) / classes)]!)),
  ];
  const found: GapFigure[] = [];
  for (const [i, low] of starts.entries()) {
    const next = starts[i + 1] ?? Number.POSITIVE_INFINITY;
    let high = low;
    const shares = groups.map((group, g) => {
      const judged = judgedPairs(group, group.rewards).filter((_, p) => {
        const gap = gapsOf[g]![p];
        if (gap === null || gap === undefined || gap < low || gap >= next) return false;
        high = Math.max(high, gap);
        return true;
      });
      const { right, of } = countRight(judged);
      return { sum: right, count: of };
    });
    const pairs = shares.reduce((sum, { count }) => sum + count, 0);
    const right = shares.reduce((total, { sum }) => total + sum, 0);
    found.push({ low, high, pairs, accuracy: right / pairs, interval: yield* bootstrapSteps(shares, seed) });
  }
  return found;
}
