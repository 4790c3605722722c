import { max } from 'd3-array';
import { scaleBand, scaleLinear } from 'd3-scale';
import type { Bar, Plot } from '../../contract/figures.ts';
import { maximum } from '../lists.ts';
import { plainNumber } from '../words.ts';
import { areaOf, axes, heights, labelStep, ticksOf } from './axes.ts';
import { namesAtEnd, roomForNames } from './direct-labels.ts';
import { type Layout, label, looks, rect } from './marks.ts';
import { colourOf, seriesColour } from './palette.ts';
import { textWidth } from './text-width.ts';

const height = 240;

/** Amounts side by side, such as a histogram; stacked where the bars have parts. @param width pixels */
export function layoutOfBars({ xLabel, yLabel, bars, of }: Extract<Plot, { kind: 'bars' }>, width: number): Layout {
  // Names of parts in the order in which they first stand.
  const names = [...new Set(bars.flatMap(({ parts }) => parts?.map(({ name }) => name) ?? []))];
  const y = scaleLinear([0, max(bars, ({ value }) => value) || 1], heights(height)).nice(4);
  // Counts have no halves.
  const whole = bars.every(({ value }) => Number.isInteger(value));
  const yTicks = ticksOf(y, 4, plainNumber).filter(({ value }) => !whole || Number.isInteger(value));
  const several = names.length > 1;
  const colourAt = (index: number): string => (several ? seriesColour(index, of) : colourOf(of));
  const room = roomForNames(names, width);
  const area = areaOf(width, height, yTicks, room ?? 2);
  const x = scaleBand<number>([...bars.keys()], [area.left, area.left + area.width])
    .paddingInner(bars.length > 60 ? 0.05 : 0.2)
    .paddingOuter(0.1);
  const middle = (index: number): number => x(index)! + x.bandwidth() / 2;
  const step = labelStep(
    bars.length,
    maximum(
      bars.map((bar) => textWidth(bar.label)),
      0,
    ),
    area.width,
  );
  /** As near to the middle of its bar as it has room. */
  const labelAt = (index: number): number => {
    const half = textWidth(bars[index]!.label) / 2;
    return Math.max(half, Math.min(middle(index), width - half));
  };
  const xTicks = bars.map((bar, index) => ({ at: labelAt(index), label: bar.label })).filter((_, i) => i % step === 0);
  const boxes = bars.flatMap((bar, place) => {
    let below = 0;
    const parts = names.length === 0 ? [{ name: yLabel, value: bar.value }] : (bar.parts ?? []);
    return parts.map(({ name, value }) => {
      const from = below;
      below += value;
      const fill = colourAt(names.indexOf(name));
      const look = { fill, stroke: 'var(--page)', 'stroke-width': 0.5 };
      return { ...rect(x(place)!, y(below), x.bandwidth(), y(from) - y(below), look), place };
    });
  });
  const partOf = (bar: Bar, name: string): number => bar.parts?.find((part) => part.name === name)?.value ?? 0;
  const direct = room === null ? [] : namesAtEnd(area, endings(), room);
  /** Beside its part of the last bar, or where that would be. */
  function endings() {
    const last = bars.at(-1)!;
    let below = 0;
    return names.map((name, index) => {
      const value = partOf(last, name);
      below += value;
      return { name, colour: colourAt(index), dash: null, y: y(below - value / 2) };
    });
  }
  const words = (bar: Bar): string => {
    const parts = names.map((name) => `${name} ${plainNumber(partOf(bar, name))}`);
    return `${bar.label}: ${plainNumber(bar.value)}${several ? ` (${parts.join(', ')})` : ''}`;
  };
  const wordsAt = (place: number | null): string => {
    const bar = bars[place ?? bars.length - 1];
    return bar ? words(bar) : 'No values yet';
  };
  return {
    width,
    height,
    marks: [...axes(area, { x: xTicks, y: yTicks }, { x: xLabel, y: yLabel }), ...boxes, ...direct],
    legend: several && room === null ? names.map((name, index) => ({ name, colour: colourAt(index), dash: null })) : [],
    note: null,
    reading: {
      area,
      places: bars.map((_, index) => middle(index)),
      words: wordsAt,
      where: () => '',
      values: (place) => {
        const bar = place === null ? undefined : bars[place];
        return names.map((name) => (bar ? plainNumber(partOf(bar, name)) : ''));
      },
      marks: (place) => [label(wordsAt(place), area.left + area.width, 18, 'end', looks.strong)],
      dimsOthers: true,
    },
  };
}
