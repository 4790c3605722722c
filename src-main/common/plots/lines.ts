import { bisectRight, extent } from 'd3-array';
import { scaleLinear, scaleLog } from 'd3-scale';
import { line as lineOf } from 'd3-shape';
import type { Meaning, Point } from '../../contract/figures.ts';
import { plainNumber } from '../words.ts';
import { areaOf, axes, heights, logTicksOf, ticksOf } from './axes.ts';
import { apart, namesAtEnd, roomForNames } from './direct-labels.ts';
import { circle, type Layout, label, letterSize, line, looks, path, round, seriesDash, within } from './marks.ts';
import { colourOf, seriesColour } from './palette.ts';

export type Series = {
  readonly name: string;
  readonly points: readonly Point[];
  readonly dashed?: boolean;
  /** What it is, where that has a colour of its own. */
  readonly of?: Meaning;
  /** Its place among what is compared, where not all of that has a line here: it looks the same in the plots beside. */
  readonly place?: number;
  /** Drawn thin and pale, without a legend: the raw values behind a smoothed line. Takes the colour of the next series. */
  readonly faint?: boolean;
};

export type LinePlot = {
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  readonly format?: (value: number) => string;
  /** Draws y by its logarithm, where all values have one. */
  readonly log?: boolean;
};

const height = 260;
/** Lines of no more points show each of them. */
const mostDots = 15;

/** Values along a line of numbers, such as the loss by step. @param width pixels */
export function layoutOfLines(
  { xLabel, yLabel, series, format = plainNumber, log = false }: LinePlot,
  width: number,
): Layout {
  const ys = series.flatMap(({ points }) => points.map((point) => point.y)).filter(Number.isFinite);
  const [lowest = 0] = extent(ys);
  const [y, yTicks] = log && lowest > 0 ? logarithmic(extent(ys) as [number, number]) : linear();
  function logarithmic(reach: [number, number]) {
    const scale = scaleLog(reach, heights(height)).nice();
    return [scale, logTicksOf(scale, format)] as const;
  }
  function linear() {
    const scale = scaleLinear(yExtent(series), heights(height)).nice(5);
    return [scale, ticksOf(scale, 5, format === plainNumber ? undefined : format)] as const;
  }
  const drawn = lookedAt(series);
  const named = drawn.filter(({ faint }) => !faint);
  const room = roomForNames(
    named.map(({ name }) => name),
    width,
  );
  const area = areaOf(width, height, yTicks, room ?? undefined);
  const xs = positions(series);
  const [first, last] = [xs[0] ?? 0, xs.at(-1) ?? 1];
  const x = scaleLinear([first, first === last ? first + 1 : last], [area.left, area.left + area.width]);
  const most = Math.max(2, Math.min(8, Math.floor(area.width / 90)));
  const xTicks = ticksOf(x, most, plainNumber).filter(({ value }) => Number.isInteger(value));
  const along = lineOf<Point>(
    (point) => round(x(point.x)),
    (point) => round(y(point.y)),
  ).defined((point) => Number.isFinite(point.y));
  const lines = drawn.flatMap(({ points, faint, colour, dash }) => {
    const look = {
      fill: 'none',
      stroke: colour,
      'stroke-width': faint ? 1 : 2,
      'stroke-linejoin': 'round',
      'stroke-dasharray': dash,
      ...(faint ? { opacity: 0.35 } : {}),
    };
    const mark = path(along([...points]) ?? '', look);
    // Faint ones may reach beyond the plot.
    if (faint) return [within(area, [mark])];
    const some = points.length > mostDots ? [] : points.filter((point) => Number.isFinite(point.y));
    return [mark, ...some.map((point) => circle(x(point.x), y(point.y), 3, { fill: colour }))];
  });
  const direct = room === null ? [] : namesAtEnd(area, endings(), room);
  function endings() {
    return named.map(({ name, colour, dash, points }) => {
      const end = points.findLast((point) => Number.isFinite(point.y));
      return { name, colour, dash, y: end ? y(end.y) : area.top };
    });
  }
  const atX = (place: number | null): number | null => xs[place ?? xs.length - 1] ?? null;
  const valuesAt = (place: number | null, none: string): readonly string[] => {
    const at = atX(place);
    return named.map(({ points }) => {
      const point = at === null ? null : pointAt(points, at);
      return point ? format(point.y) : none;
    });
  };
  /** Values on that side of where they are read on which there is more room. */
  function valuesBeside(at: number, read: readonly { readonly y: number; readonly words: string }[]) {
    const toLeft = at > area.left + area.width / 2;
    const ys = apart(
      read.map((one) => one.y),
      letterSize + 3,
      [area.top, area.top + area.height],
    );
    return read.map(({ words }, index) =>
      label(words, at + (toLeft ? -9 : 9), ys[index]! + 4, toLeft ? 'end' : 'start', looks.haloed),
    );
  }
  const whereAt = (place: number | null): string => {
    const at = atX(place);
    return at === null ? '' : `${xLabel} ${plainNumber(at)}`;
  };
  return {
    width,
    height,
    marks: [...axes(area, { x: xTicks, y: yTicks }, { x: xLabel, y: yLabel }), ...lines, ...direct],
    legend: room === null ? named.map(({ name, colour, dash }) => ({ name, colour, dash })) : [],
    note: null,
    reading: {
      area,
      places: xs.map((value) => x(value)),
      words: (place) => {
        const values = valuesAt(place, 'not measured');
        const all = named.map(({ name }, index) => `${name} ${values[index]}`).join(', ');
        return atX(place) === null ? 'No values yet' : `${whereAt(place)}: ${all}`;
      },
      where: whereAt,
      values: (place) => valuesAt(place, '–'),
      marks: (place) => {
        const at = atX(place) ?? first;
        const read = named.flatMap(({ points, colour }) => {
          const point = pointAt(points, at);
          return point && Number.isFinite(point.y)
            ? [{ x: x(point.x), y: y(point.y), colour, words: format(point.y) }]
            : [];
        });
        return [
          line(x(at), area.top, x(at), area.top + area.height, looks.base),
          ...read.map((one) =>
            circle(one.x, one.y, 4.5, { fill: one.colour, stroke: 'var(--page)', 'stroke-width': 2 }),
          ),
          // A legend has the values beside the names.
          ...(room === null
            ? []
            : [...valuesBeside(x(at), read), label(whereAt(place), x(at), 18, 'middle', looks.haloed)]),
        ];
      },
      dimsOthers: false,
    },
  };
}

/** Series with their colours and dashes; a faint one has the colour of the series it stands behind. */
function lookedAt(series: readonly Series[]) {
  let index = -1;
  return series.map((one, place) => {
    if (place === 0 || !series[place - 1]?.faint) index += 1;
    const at = one.place ?? index;
    const dash = one.dashed === undefined ? seriesDash(at) : one.dashed ? '5 4' : 'none';
    return { ...one, colour: one.of ? colourOf(one.of) : seriesColour(at), dash: one.faint ? 'none' : dash };
  });
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
