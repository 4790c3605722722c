/** What the plots share: colours, numbers in words, and how long series are made short. Pure. */
import { bisectRight, extent } from 'd3-array';
import type { ScaleContinuousNumeric, ScaleLogarithmic } from 'd3-scale';
import { plainNumber } from '../../../src-main/common/words.ts';
import type { Point } from '../../../src-main/contract/figures.ts';

export type { Bar, IntervalRow, Point } from '../../../src-main/contract/figures.ts';
export { plainNumber };

export type Series = {
  readonly name: string;
  readonly points: readonly Point[];
  readonly dashed?: boolean;
  /** Drawn thin and pale, without a legend: the raw values behind a smoothed line. Takes the colour of the next series. */
  readonly faint?: boolean;
};

/** A mark on an axis, in pixels. */
export type Tick = { readonly at: number; readonly label: string };

/** Pixels above and below the values: room for the names of the axes and, below, for the labels of x. */
export const plotMargin = { top: 30, bottom: 48 } as const;

/** Pixels from the left edge to where the values begin, so that the widest label of y has room. */
export const leftOf = (yTicks: readonly Tick[]): number =>
  Math.max(24, ...yTicks.map(({ label }) => textWidth(label))) + 10;

/** Colours of the tokens, in order. */
export const seriesColour = (index: number): string => `var(--series-${(index % 5) + 1})`;

const dashes = ['none', '7 4', '2 4', '9 4 2 4', '1 3'] as const;
/** The dashes that tell series apart without colour; where the colours begin again, they go on with other dashes. */
export const seriesDash = (index: number): string =>
  dashes[(index + Math.floor(index / dashes.length)) % dashes.length] ?? 'none';

/** Ticks of a scale with their labels, all with as many decimals as their distance needs. */
export function ticksOf(
  scale: ScaleContinuousNumeric<number, number>,
  count: number,
  format?: (value: number) => string,
): readonly (Tick & { readonly value: number })[] {
  const values = scale.ticks(count);
  const labels = shortened(values.map(format ?? scale.tickFormat(count)));
  return values.map((value, index) => ({ value, at: scale(value), label: labels[index] ?? '' }));
}

/** Ticks of a logarithmic scale: powers of ten where there are some, else as many between them as tell values apart. */
export function logTicksOf(
  scale: ScaleLogarithmic<number, number>,
  format: (value: number) => string = plainNumber,
): readonly (Tick & { readonly value: number })[] {
  const all = scale.ticks();
  const leading = (value: number): number => Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));
  const among = (...digits: readonly number[]) => all.filter((value) => digits.includes(leading(value)));
  const values = [among(1), among(1, 3), among(1, 2, 5)].find(({ length }) => length >= 3) ?? all;
  return values.map((value) => ({ value, at: scale(value), label: format(value) }));
}

/** Labels without the decimals that are 0 in all of them: '50%' and '60%' for '50.0%' and '60.0%'. */
export function shortened(labels: readonly string[]): readonly string[] {
  const zero = /\.(\d*)0(\D*)$/;
  if (labels.length === 0 || !labels.every((label) => zero.test(label))) return labels;
  return shortened(
    labels.map((label) => label.replace(zero, (_, before, after) => (before ? `.${before}` : '') + after)),
  );
}

/** The x of all series, each once, in order. */
export function positions(series: readonly Series[]): readonly number[] {
  return [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
}

/** The point of a series at x, or the last one before it; null where there is none. */
export function pointAt(points: readonly Point[], x: number): Point | null {
  const after = bisectRight(
    points.map((point) => point.x),
    x,
  );
  return points[after - 1] ?? null;
}

/**
 * Lowest and highest y that is a number; widened where all are the same; [0, 1] where there is none. Faint series do not
 * count, but get some room around the others.
 */
export function yExtent(series: readonly Series[]): [number, number] {
  const counting = series.filter(({ faint }) => !faint);
  const [low, high] = extent(counting.flatMap(({ points }) => points.map(({ y }) => y).filter(Number.isFinite)));
  if (low === undefined || high === undefined) return [0, 1];
  if (low === high) return low === 0 ? [0, 1] : [Math.min(low * 0.9, low * 1.1), Math.max(low * 0.9, low * 1.1)];
  const room = counting.length < series.length ? (high - low) * 0.4 : 0;
  // What is never below 0 is not drawn as if it could be.
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

/** Every so many of `count` labels of this width (pixels) that they do not touch within `room` pixels. */
export function labelStep(count: number, widest: number, room: number): number {
  return count === 0 || room <= 0 ? 1 : Math.max(1, Math.ceil((count * (widest + 8)) / room));
}

/** About how wide a text is in the small size of the typeface, in pixels. */
export const textWidth = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (letter === '%' ? 14 : /[.,:]/.test(letter) ? 5 : 8.5), 0);

/** Evenly spread members of a list, the first and the last with them; all where there are no more than `most`. */
export function sampled<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, index) => items[Math.round((index * (items.length - 1)) / (most - 1))] as T);
}

/**
 * The table behind some lines: about `most` places in order, with the value of every series there. Every value of a series
 * with few of them is in it; one with many is read at the last point it has up to there.
 */
export function tableOf(
  series: readonly Series[],
  most: number,
): readonly { readonly x: number; readonly values: readonly (number | null)[] }[] {
  const few = ({ points }: Series): boolean => points.length <= most / 2;
  const places = new Set([
    ...positions(series.filter(few)),
    ...sampled(positions(series.filter((one) => !few(one))), Math.ceil(most / 2)),
  ]);
  return [...places]
    .sort((a, b) => a - b)
    .map((x) => ({
      x,
      values: series.map((one) => {
        const found = pointAt(one.points, x);
        const beyond = x > (one.points.at(-1)?.x ?? x);
        return found && (found.x === x || (!few(one) && !beyond)) ? found.y : null;
      }),
    }));
}
