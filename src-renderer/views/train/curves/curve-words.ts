/** What the curves of one or more runs show, in words. Pure. */
import { type CurveMetric, pointsOf } from '../../../../src-main/common/curves.ts';
import { counted, percent, plainNumber, wholeNumber } from '../../../../src-main/common/words.ts';
import type { CurvePoint } from '../../../../src-main/contract/engine.ts';
import type { TrainingKind } from '../../../../src-main/contract/records.ts';

/** A run as its curves are drawn. */
export type DrawnRun = { readonly name: string; readonly kind: TrainingKind; readonly curve: readonly CurvePoint[] };

/** How values of a metric are written. */
export const formatOf = ({ share }: CurveMetric): ((value: number) => string) => (share ? percent : plainNumber);

/** What a metric did over the steps, in a sentence or two. */
export function metricWords(metric: CurveMetric, runs: readonly DrawnRun[], unfinished: boolean): string {
  const [only] = runs;
  if (only && runs.length === 1) return wordsOfOne(metric, only.curve, unfinished);
  const { label, better, key } = metric;
  if (better === null) return `${label} of each run by step.`;
  if (better === 'lower' && new Set(runs.map(({ kind }) => kind)).size > 1) {
    return 'The errors of a language model and of a reward model are not the same thing: they cannot be compared.';
  }
  const ends = runs.flatMap(({ name, curve }) => {
    const values = pointsOf(curve, key).map(({ y }) => y);
    return values.length === 0 ? [] : [{ name, best: bestOf(values, better) }];
  });
  if (ends.length === 0) return 'Nothing was measured.';
  const winner = ends.reduce((one, other) => (bestOf([one.best, other.best], better) === other.best ? other : one));
  // A training's single steps are noise: the lowest of them says nothing.
  if (key === 'loss')
    return 'What the training minimises, by step. Lower is better, on pairs it never learned from too.';
  return `${winner.name} reached the ${better === 'higher' ? 'highest' : 'lowest'} value, ${formatOf(metric)(winner.best)}.`;
}

function wordsOfOne(metric: CurveMetric, curve: readonly CurvePoint[], unfinished: boolean): string {
  if (metric.key === 'loss') return curveWords(curve, unfinished);
  const points = pointsOf(curve, metric.key);
  const [last, format] = [points.at(-1), formatOf(metric)];
  if (!last) return unfinished ? 'The first values come with the first evaluation.' : 'No values were kept.';
  if (metric.key === 'validationAccuracy') {
    return `At step ${wholeNumber(last.x)} it is right on ${format(last.y)} of the pairs held back for validation; 50% is chance.`;
  }
  const end = `${format(last.y)} at step ${wholeNumber(last.x)}`;
  if (metric.better === null || points.length < 2) return `It is ${end}.`;
  const best = bestOf(
    points.map(({ y }) => y),
    metric.better,
  );
  const where = points.find(({ y }) => y === best);
  const word = metric.better === 'higher' ? 'Highest' : 'Lowest';
  return best === last.y
    ? `${word} at the ${unfinished ? 'last look' : 'end'}: ${end}.`
    : `${word} at step ${wholeNumber(where?.x ?? 0)} with ${format(best)}; ${end}.`;
}

const bestOf = (values: readonly number[], better: 'higher' | 'lower'): number =>
  values.reduce((one, other) => (better === 'higher' ? Math.max(one, other) : Math.min(one, other)));

/** What the curves of a run show, in a sentence or two. */
function curveWords(curve: readonly CurvePoint[], unfinished: boolean): string {
  const validation = pointsOf(curve, 'validationLoss');
  const loss = pointsOf(curve, 'loss');
  const [first, last] = [loss[0], loss.at(-1)];
  if (!first || !last || loss.length < 2)
    return unfinished ? 'The first values come with the first steps.' : 'No values were kept.';
  if (validation.length < 2) {
    return `The error on what it learns from is at ${last.y.toFixed(3)} after ${counted(last.x, 'step')}; lower is better.`;
  }
  const best = validation.reduce((lowest, point) => (point.y < lowest.y ? point : lowest));
  const end = validation.at(-1)!;
  const where = `On what is held back for validation the error is lowest at step ${wholeNumber(best.x)} (${best.y.toFixed(3)})`;
  if (best.x === end.x)
    return `${where}: it was still improving at the ${unfinished ? 'last look' : 'end, so more epochs may help'}.`;
  return `${where} and ${end.y.toFixed(3)} at step ${wholeNumber(end.x)}${
    unfinished ? '.' : ': after that it got worse on them.'
  }`;
}
