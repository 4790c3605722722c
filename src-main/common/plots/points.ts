import { extent } from 'd3-array';
import { line as lineOf } from 'd3-shape';
import type { Plot, Point, TrendPoint } from '../../contract/figures.ts';
import { plainNumber } from '../words.ts';
import { areaOf, axes, heights, scaleOf, ticksOfAxis } from './axes.ts';
import { circle, dots, type Layout, label, line, looks, type Mark, path, round } from './marks.ts';
import { colourOf } from './palette.ts';
import { textWidth } from './text-width.ts';

const height = 300;
/** Stands out from the points of any colour. */
const colour = 'var(--text)';
const trendName = 'the middle';

const reach = (values: readonly number[]): readonly [number, number] => {
  const [low = 0, high = 1] = extent(values);
  return [low, high];
};

/** Many points, and the middle of their y along x with the range of the middle half. @param width pixels */
export function layoutOfPoints(
  { x: xAxis, y: yAxis, of, points, trend }: Extract<Plot, { kind: 'points' }>,
  width: number,
): Layout {
  const ys = [...points.map((point) => point.y), ...trend.flatMap(({ low, high }) => [low, high])];
  const y = scaleOf(yAxis, reach(ys), heights(height));
  const yTicks = ticksOfAxis(y, yAxis);
  const last = trend.at(-1);
  const area = areaOf(width, height, yTicks);
  const xs = [...points, ...trend].map((point) => point.x);
  const x = scaleOf(xAxis, reach(xs), [area.left, area.left + area.width]);
  const along = lineOf<Point>(
    (point) => round(x(point.x)),
    (point) => round(y(point.y)),
  );
  const whisker = (index: number, thick: number) => {
    const point = trend[index]!;
    return line(x(point.x), y(point.low), x(point.x), y(point.high), { stroke: colour, 'stroke-width': thick });
  };
  /** Beside its last point, or above that where the plot ends. */
  const nameOfTrend = (at: TrendPoint): Mark =>
    x(at.x) + 8 + 1.1 * textWidth(trendName) <= width
      ? label(trendName, x(at.x) + 8, y(at.y) + 4, 'start', looks.haloed)
      : label(trendName, width, y(at.high) - 6, 'end', looks.haloed);
  return {
    width,
    height,
    marks: [
      ...axes(area, { x: ticksOfAxis(x, xAxis), y: yTicks }, { x: xAxis.label, y: yAxis.label }),
      dots(
        points.map((point) => ({ x: x(point.x), y: y(point.y) })),
        3.5,
        { stroke: colourOf(of), opacity: 0.45 },
      ),
      ...trend.flatMap((point, index) => [whisker(index, 1.5), circle(x(point.x), y(point.y), 3.5, { fill: colour })]),
      path(along([...trend]) ?? '', { fill: 'none', stroke: colour, 'stroke-width': 2, 'stroke-linejoin': 'round' }),
      ...(last ? [nameOfTrend(last)] : []),
    ],
    legend: [],
    note: trend.length === 0 ? null : 'The line is the middle: half lie below it. Its strokes hold the middle half.',
    reading: {
      area,
      places: trend.map((point) => x(point.x)),
      words: (place) => {
        const at = trend[place ?? trend.length - 1];
        return at
          ? `${xAxis.label} about ${plainNumber(at.x)}: the middle of ${yAxis.label.toLowerCase()} is ${plainNumber(at.y)}, half are between ${plainNumber(at.low)} and ${plainNumber(at.high)}`
          : 'No values yet';
      },
      where: () => '',
      values: () => [],
      marks: (place) => (trend[place] ? [whisker(place, 4)] : []),
      dimsOthers: false,
    },
  };
}
