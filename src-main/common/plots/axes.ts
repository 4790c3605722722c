import { type ScaleContinuousNumeric, type ScaleLogarithmic, scaleLinear, scaleLog, scaleSymlog } from 'd3-scale';
import type { Axis } from '../../contract/figures.ts';
import { maximum } from '../lists.ts';
import { plainNumber } from '../words.ts';
import { type Box, label, line, looks, type Mark } from './marks.ts';
import { textWidth } from './text-width.ts';

export type Scale = ScaleContinuousNumeric<number, number>;
/** A place on an axis, in pixels. */
export type Tick = { readonly at: number; readonly label: string };
export type TickOfValue = Tick & { readonly value: number };

/** Pixels above and below the values: room for the names of the axes and, below, for the labels of x. */
const plotMargin = { top: 30, bottom: 48 } as const;

/** Pixels at the right of the values. */
const rightMargin = 14;

/** Where the values stand in a plot of this size, so that the widest label of y has room. */
export function areaOf(width: number, height: number, yTicks: readonly Tick[], right = rightMargin): Box {
  const left =
    maximum(
      yTicks.map((tick) => textWidth(tick.label)),
      24,
    ) + 10;
  return {
    left,
    top: plotMargin.top,
    width: Math.max(1, width - right - left),
    height: height - plotMargin.top - plotMargin.bottom,
  };
}

/** From the bottom to the top of the values. */
export const heights = (height: number): [number, number] => [height - plotMargin.bottom, plotMargin.top];

/** Lines and labels around the values. */
export function axes(
  { left, top, width, height }: Box,
  ticks: { readonly x: readonly Tick[]; readonly y: readonly Tick[] },
  names: { readonly x: string; readonly y: string },
): readonly Mark[] {
  const [right, bottom] = [left + width, top + height];
  return [
    ...ticks.y.flatMap((tick) => [
      line(left, tick.at, right, tick.at, looks.grid),
      label(tick.label, left - 8, tick.at + 4, 'end'),
    ]),
    line(left, bottom, right, bottom, looks.base),
    // Under its value, as far as the plot has room for all of it.
    ...ticks.x.map((tick) => {
      const furthest = right + rightMargin - textWidth(tick.label) / 2;
      return label(tick.label, Math.min(tick.at, furthest), bottom + 18, 'middle');
    }),
    label(names.y, 0, top - 12, 'start'),
    label(names.x, right, bottom + 36, 'end'),
  ];
}

/** The scale of an axis over some values. A logarithmic one begins at 1 at the lowest. */
export function scaleOf({ scale }: Axis, [low, high]: readonly [number, number], range: [number, number]): Scale {
  if (scale === 'log') return scaleLog([Math.max(1, low), Math.max(2, high)], range).clamp(true);
  if (scale === 'symlog') return scaleSymlog([low, high === low ? low + 1 : high], range);
  return scaleLinear([low, high === low ? low + 1 : high], range).nice(5);
}

/** Some values of an axis that people know, with their labels: powers of ten, and around 0, where it is logarithmic. */
export function ticksOfAxis(scale: Scale, { scale: kind }: Axis): readonly Tick[] {
  const values =
    kind === 'linear' ? scale.ticks(5) : powersWithin(scale.domain() as [number, number], kind === 'symlog');
  return values.map((value) => ({ at: scale(value), label: plainNumber(value) }));
}

function powersWithin([low, high]: readonly [number, number], around: boolean): readonly number[] {
  const powers = Array.from({ length: 13 }, (_, power) => 10 ** power);
  const all = around ? [...powers.map((power) => -power).reverse(), 0, ...powers] : powers;
  return all.filter((value) => value >= low && value <= high);
}

/** Ticks of a scale with their labels, all with as many decimals as their distance needs. */
export function ticksOf(
  scale: Scale,
  count: number,
  format: (value: number) => string = scale.tickFormat(count),
): readonly TickOfValue[] {
  const values = scale.ticks(count);
  const labels = shortened(values.map(format));
  return values.map((value, index) => ({ value, at: scale(value), label: labels[index] ?? '' }));
}

/** Ticks of a logarithmic scale: powers of ten where there are some, else as many between them as tell values apart. */
export function logTicksOf(
  scale: ScaleLogarithmic<number, number>,
  format: (value: number) => string = plainNumber,
): readonly TickOfValue[] {
  const all = scale.ticks();
  const leading = (value: number): number => Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));
  const among = (...digits: readonly number[]) => all.filter((value) => digits.includes(leading(value)));
  const values = [among(1), among(1, 3), among(1, 2, 5)].find(({ length }) => length >= 3) ?? all;
  return values.map((value) => ({ value, at: scale(value), label: format(value) }));
}

/** Labels without the decimals that are 0 in all of them: '50%' and '60%' for '50.0%' and '60.0%'. */
export function shortened(labels: readonly string[]): readonly string[] {
  const zero = /\.(\d*)0(\D*)$/;
  if (labels.length === 0 || !labels.every((one) => zero.test(one))) return labels;
  return shortened(labels.map((one) => one.replace(zero, (_, before, after) => (before ? `.${before}` : '') + after)));
}

/** Every so many of `count` labels of this width (pixels) that they do not touch within `room` pixels. */
export function labelStep(count: number, widest: number, room: number): number {
  return count === 0 || room <= 0 ? 1 : Math.max(1, Math.ceil((count * (widest + 8)) / room));
}
