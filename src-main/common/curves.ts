/** What the curve of a run holds, and how it is made ready to be drawn: the same in a page, in a report's file and in the terminal. Pure. */
import type { CurvePoint } from '../contract/engine.ts';

/** What can be drawn of a curve. */
export type CurveMetric = {
  /** As it is exported: 'validationLoss', 'grouped/sk_ndcg/k=5'. */
  readonly key: string;
  /** For people. */
  readonly label: string;
  /** Metrics are shown in groups: by what stands before the first slash of their name. */
  readonly group: string;
  /** A share between 0 and 1, which is shown as a percentage. */
  readonly share: boolean;
  /** Positive by nature, and of several orders of magnitude: a logarithmic scale may make sense. */
  readonly log: boolean;
  /** Measured anew, and not set: smoothing shows what is behind the noise. */
  readonly noisy: boolean;
  /** Which values are good; null where none are. */
  readonly better: 'higher' | 'lower' | null;
};

/** A value of a metric at a step. */
export type CurveValue = { readonly x: number; readonly y: number };

const training = { group: 'Training', share: false, log: true, noisy: true } as const;
const validation = { group: 'Validation', share: false, log: false, noisy: true } as const;
/** What every curve may hold, in the order in which it is shown. */
const fields: readonly CurveMetric[] = [
  { ...training, key: 'loss', label: 'Error on what it learns from', better: 'lower' },
  { ...training, key: 'learningRate', label: 'Learning rate', noisy: false, better: null },
  { ...training, key: 'gradientNorm', label: 'Gradient norm', better: null },
  { ...validation, key: 'validationLoss', label: 'Error on what is held back', log: true, better: 'lower' },
  { ...validation, key: 'validationAccuracy', label: 'Validation accuracy', share: true, better: 'higher' },
];

/**
 * All that was measured in any of some curves: first what every curve may hold, then the further metrics in their order. A quick
 * training has no learning rate: its curve says 0 throughout.
 */
export function metricsOf(curves: readonly (readonly CurvePoint[])[]): readonly CurveMetric[] {
  const found = new Set<string>();
  const further = new Set<string>();
  for (const point of curves.flat()) {
    for (const { key } of fields) {
      const value = point[key as keyof CurvePoint];
      if (isNumber(value) && !(key === 'learningRate' && value === 0)) found.add(key);
    }
    for (const name of Object.keys(point.metrics ?? {})) if (!isField(name)) further.add(name);
  }
  return [...fields.filter(({ key }) => found.has(key)), ...[...further].map(furtherMetric)];
}

/** A metric of an evaluation, known by its name alone. */
function furtherMetric(name: string): CurveMetric {
  const slash = name.indexOf('/');
  const group = slash > 0 ? name.slice(0, slash) : validation.group;
  const share = name === 'acc' || /accuracy/i.test(name);
  const lower = /loss|error/i.test(name);
  const better = lower ? 'lower' : share || /ndcg/i.test(name) ? 'higher' : null;
  return { ...validation, key: name, label: name, group, share, log: lower, better };
}

/** Metrics by their group, in order. */
export function groupsOf(
  metrics: readonly CurveMetric[],
): readonly { readonly name: string; readonly metrics: readonly CurveMetric[] }[] {
  const names = [...new Set(metrics.map(({ group }) => group))];
  return names.map((name) => ({ name, metrics: metrics.filter(({ group }) => group === name) }));
}

/** The metrics whose name or label holds every one of some words. */
export function metricsNamed(metrics: readonly CurveMetric[], words: string): readonly CurveMetric[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const text = ({ key, label }: CurveMetric): string => `${key} ${label}`.toLowerCase();
  return metrics.filter((metric) => wanted.every((word) => text(metric).includes(word)));
}

/** The points at which a metric was measured. */
export function pointsOf(curve: readonly CurvePoint[], key: string): readonly CurveValue[] {
  const field = isField(key);
  return curve.flatMap((point) => {
    const y = field ? point[key as keyof CurvePoint] : point.metrics?.[key];
    return isNumber(y) ? [{ x: point.step, y }] : [];
  });
}

/** All values of one moment, by the names of their metrics. */
export const valuesOf = (point: CurvePoint): readonly (readonly [name: string, value: number])[] =>
  [
    ...fields.map(({ key }) => [key, point[key as keyof CurvePoint]] as const),
    ...Object.entries(point.metrics ?? {}).filter(([name]) => !isField(name)),
  ].flatMap(([name, value]) => (isNumber(value) ? [[name, value] as const] : []));

/** A curve with fewer points is not noisy: it is drawn as it is. */
export const fewPoints = 50;
/** How strongly curves of many points are smoothed unless somebody chooses otherwise. */
export const usualSmoothing = 0.9;
/** What the weights of the average are measured in: thousandths of the curve's width. */
const thousandths = 1000;

/**
 * Each point as an average of itself and those before it, whose weight falls with their distance along the axis: what the
 * trackers of runs call a time-weighted exponential moving average, without its bias towards 0 at the beginning. A curve of few
 * points is left as it is.
 * @param smoothing 0 (not at all) to 1
 */
export function smoothed(points: readonly CurveValue[], smoothing: number): readonly CurveValue[] {
  const width = (points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0);
  if (smoothing <= 0 || points.length < fewPoints || width <= 0) return points;
  const weight = Math.min(Math.sqrt(smoothing), 0.999);
  let [sum, weights, before] = [0, 0, points[0]?.x ?? 0];
  return points.map(({ x, y }) => {
    const fall = weight ** ((thousandths * (x - before)) / width);
    sum = sum * fall + y;
    weights = weights * fall + 1;
    before = x;
    return { x, y: sum / weights };
  });
}

/**
 * At most `most` points that show what all of them show: of as many neighbours as it takes the lowest and the highest, in
 * their order, so that no peak is lost; the first and the last point are among them.
 */
export function thinned(points: readonly CurveValue[], most: number): readonly CurveValue[] {
  const [first, last] = [points[0], points.at(-1)];
  if (points.length <= most || !first || !last) return points;
  if (most < 4) return [first, last];
  const inner = points.length - 2;
  const parts = Math.max(1, Math.floor((most - 2) / 2));
  const kept: CurveValue[] = [first];
  for (let part = 0; part < parts; part++) {
    const start = 1 + Math.floor((part * inner) / parts);
    const end = 1 + Math.floor(((part + 1) * inner) / parts);
    let [low, high] = [start, start];
    for (let index = start + 1; index < end; index++) {
      if (points[index]!.y < points[low]!.y) low = index;
      if (points[index]!.y > points[high]!.y) high = index;
    }
    kept.push(points[Math.min(low, high)]!);
    if (low !== high) kept.push(points[Math.max(low, high)]!);
  }
  kept.push(last);
  return kept;
}

const isField = (name: string): boolean => fields.some(({ key }) => key === name);

/** A figure that is missing arrives as undefined, one that is no number as null. */
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
