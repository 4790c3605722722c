import { extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import type { IntervalRow, Plot } from '../../contract/figures.ts';
import { append, maximum } from '../lists.ts';
import { plainNumber } from '../words.ts';
import { ticksOf } from './axes.ts';
import { circle, type Layout, label, letterSize, line, looks, type Mark } from './marks.ts';
import { colourOf } from './palette.ts';
import { textWidth, wrapped } from './text-width.ts';

/** Pixels: with less room the names stand above their rows. */
const wide = 560;
const lineHeight = Math.round(1.3 * letterSize);
const gap = 16;

type Intervals = Omit<Extract<Plot, { kind: 'intervals' }>, 'kind'>;
type Format = (value: number) => string;

/**
 * Figures with their intervals under each other: a dot for the value, a line from the lowest to the highest that is likely, and an
 * upright stroke where the value should be.
 * @param available pixels; more than people can follow from a name to its value is left free
 */
export function layoutOfIntervals(
  { xLabel, rows, reference }: Intervals,
  available: number,
  format: Format = plainNumber,
): Layout {
  const width = Math.min(available, 896);
  const beside = width >= wide;
  const told = rows.map((row) => rowInWords(row, format));
  const nameRoom = beside ? Math.min(224, 0.35 * width) : width;
  const valueRoom = beside ? maximum(told.map(textWidth), 0) : 0;
  const names = rows.map(({ name }) => wrapped(name, beside ? nameRoom : width - textWidth(told[0] ?? '') - gap, 3));
  const nameWidth = beside ? maximum(names.flat().map(textWidth), 0) + gap : 0;
  const [left, right] = [nameWidth, Math.max(nameWidth + 24, width - (beside ? valueRoom + gap : 0))];
  const ends = rows.flatMap(({ value, interval, expected }) => [
    value ?? Number.NaN,
    expected ?? Number.NaN,
    ...(interval ?? []),
  ]);
  const [low = 0, high = 1] = extent([...ends, reference?.value ?? Number.NaN].filter(Number.isFinite));
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  const x = scaleLinear([low - room, high + room], [left + 10, right - 10]);
  const ticks = ticksOf(x, Math.max(2, Math.min(6, Math.floor((right - left) / 70))), format);

  let bottom = reference ? 22 : 2;
  const top = bottom;
  const body = rows.flatMap((row, index): Mark[] => {
    const lines = names[index]!;
    const rowHeight = beside ? Math.max(32, lines.length * lineHeight + 10) : lines.length * lineHeight + 30;
    const middle = beside ? bottom + rowHeight / 2 : bottom + rowHeight - 14;
    const first = beside ? middle - ((lines.length - 1) * lineHeight) / 2 + 4 : bottom + lineHeight;
    const look = row.emphasis ? looks.strong : looks.name;
    bottom += rowHeight;
    return [
      ...lines.map((text, place) => label(text, 0, first + place * lineHeight, 'start', look)),
      label(told[index]!, beside ? right + gap : width, first, beside ? 'start' : 'end', look),
      ...rowMarks(row, x, middle),
    ];
  });
  const grid = ticks.map(({ at }) => line(at, top, at, bottom, looks.grid));
  const across = reference
    ? [
        line(x(reference.value), top, x(reference.value), bottom, looks.reference),
        label(reference.label, x(reference.value), 14, 'middle'),
      ]
    : [];
  return {
    width,
    height: bottom + 42,
    marks: [
      ...grid,
      ...across,
      ...body,
      line(left, bottom, right, bottom, looks.base),
      ...ticks.map((tick) => label(tick.label, tick.at, bottom + 18, 'middle')),
      label(xLabel, right, bottom + 36, 'end'),
    ],
    legend: [],
    note: null,
    reading: null,
  };
}

function rowMarks(
  { value, interval, emphasis, expected, of }: IntervalRow,
  x: (value: number) => number,
  y: number,
): Mark[] {
  const colour = of ? colourOf(of) : emphasis ? 'var(--text)' : 'var(--text-quiet)';
  const whisker = { stroke: colour, 'stroke-width': 2 };
  const marks: Mark[] = [];
  if (expected !== undefined) marks.push(line(x(expected), y - 11, x(expected), y + 11, looks.expected));
  // One that is narrower than its dot can't be seen beside it.
  if (interval?.every(Number.isFinite) && x(interval[1]) - x(interval[0]) > 14) {
    marks.push(line(x(interval[0]), y, x(interval[1]), y, whisker));
    append(
      marks,
      interval.map((end) => line(x(end), y - 5, x(end), y + 5, whisker)),
    );
  }
  if (value !== null && Number.isFinite(value)) marks.push(circle(x(value), y, emphasis ? 6 : 5, { fill: colour }));
  return marks;
}

function rowInWords({ value, interval }: IntervalRow, format: Format): string {
  if (value === null || !Number.isFinite(value)) return '–';
  return interval?.every((end) => Number.isFinite(end) && end !== value)
    ? `${format(value)} (${format(interval[0])} to ${format(interval[1])})`
    : format(value);
}
