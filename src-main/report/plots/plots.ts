import { extent, max } from 'd3-array';
import { scaleBand, scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { plainNumber } from '../../common/words.ts';
import type { Plot, Point } from '../../contract/figures.ts';
import { type Html, html } from '../html/page.ts';
import { axes, frame, picture, round, scaleOf, textWidth, ticksOf } from './frame.ts';
import { mapPicture } from './map.ts';

type PlotOf<K extends Plot['kind']> = Extract<Plot, { kind: K }>;

/** A plot as a picture that needs no script. @param says what it shows, for those who do not see it */
export function drawn(plot: Plot, says: string): Html {
  if (plot.kind === 'bars') return bars(plot, says);
  if (plot.kind === 'points') return points(plot, says);
  if (plot.kind === 'intervals') return intervals(plot, says);
  return mapPicture(plot, says);
}

const colour = (index: number): string => `series-${(index % 5) + 1}`;

function bars({ bars: all, xLabel, yLabel }: PlotOf<'bars'>, says: string): Html {
  const names = [...new Set(all.flatMap(({ parts }) => parts?.map(({ name }) => name) ?? []))];
  const y = scaleLinear([0, max(all, ({ value }) => value) || 1], [frame.bottom, frame.top]).nice(4);
  const x = scaleBand<number>(
    all.map((_, index) => index),
    [frame.left, frame.right],
  )
    .paddingInner(0.2)
    .paddingOuter(0.1);
  const middle = (index: number): number => x(index)! + x.bandwidth() / 2;
  const widest = max(all, ({ label }) => textWidth(label) + 8) ?? 1;
  const step = Math.max(1, Math.ceil((all.length * widest) / (frame.right - frame.left)));
  const xTicks = all.map(({ label }, index) => ({ at: middle(index), label })).filter((_, index) => index % step === 0);
  const whole = all.every(({ value }) => Number.isInteger(value));
  const yTicks = y.ticks(4).filter((value) => !whole || Number.isInteger(value));
  const boxes = all.flatMap(({ label, value, parts }, index) => {
    let below = 0;
    return (names.length === 0 ? [{ name: '', value }] : (parts ?? [])).map((part) => {
      const from = below;
      below += part.value;
      const series = colour(Math.max(0, names.indexOf(part.name)));
      const told = `${label}: ${part.name} ${plainNumber(part.value)}`.replace(/ {2}/, ' ');
      return html`<rect class="${series}" x="${round(x(index)!)}" width="${round(x.bandwidth())}" y="${round(y(below))}" height="${round(y(from) - y(below))}"><title>${told}</title></rect>`;
    });
  });
  const ticks = yTicks.map((value) => ({ at: y(value), label: plainNumber(value) }));
  return html`${names.length > 1 ? legend(names) : null}${picture(says, [...axes(xTicks, ticks, xLabel, yLabel), ...boxes])}`;
}

const legend = (names: readonly string[]): Html =>
  html`<ul class="legend">${names.map((name, index) => html`<li><svg viewBox="0 0 12 12" aria-hidden="true"><rect class="${colour(index)}" width="12" height="12" rx="2"/></svg> <bdi>${name}</bdi></li>`)}</ul>`;

const reach = (values: readonly number[]): readonly [number, number] => {
  const [low, high] = extent(values);
  return [low ?? 0, high ?? 1];
};

function points({ x: xAxis, y: yAxis, points: all, trend }: PlotOf<'points'>, says: string): Html {
  const ys = [...all.map((point) => point.y), ...trend.flatMap(({ low, high }) => [low, high])];
  const x = scaleOf(xAxis, reach([...all, ...trend].map((point) => point.x)), [frame.left, frame.right]);
  const y = scaleOf(yAxis, reach(ys), [frame.bottom, frame.top]);
  const dots = all.map(
    (point) => html`<circle class="dot" cx="${round(x(point.x))}" cy="${round(y(point.y))}" r="2"/>`,
  );
  const path = line<Point>(
    (point) => round(x(point.x)),
    (point) => round(y(point.y)),
  );
  const spread = trend.map(
    ({ x: at, low, high }) =>
      html`<line class="whisker" x1="${round(x(at))}" x2="${round(x(at))}" y1="${round(y(low))}" y2="${round(y(high))}"/>`,
  );
  return picture(says, [
    ...axes(ticksOf(x, xAxis), ticksOf(y, yAxis), xAxis.label, yAxis.label),
    ...dots,
    ...spread,
    html`<path class="line series-2" d="${path(trend) ?? ''}"/>`,
  ]);
}

const rowHeight = 24;
const nameWidth = 220;

function intervals({ xLabel, rows, reference }: PlotOf<'intervals'>, says: string): Html {
  const ends = rows.flatMap(({ value, interval }) => [value ?? Number.NaN, ...(interval ?? [])]);
  const [low, high] = reach([...ends, reference?.value ?? Number.NaN].filter(Number.isFinite));
  const room = (high - low || 1) * 0.06;
  const x = scaleLinear([low - room, high + room], [nameWidth, frame.right]);
  const bottom = 24 + rows.length * rowHeight;
  const ticks = x.ticks(6).map((value) => ({ at: round(x(value)), label: plainNumber(value) }));
  const rest = reference
    ? [
        html`<line class="reference" x1="${round(x(reference.value))}" x2="${round(x(reference.value))}" y1="18" y2="${bottom}"/>`,
        html`<text x="${round(x(reference.value))}" y="12" text-anchor="middle">${reference.label}</text>`,
      ]
    : [];
  const marks = rows.map(({ name, value, interval, emphasis }, index) => {
    const at = 24 + (index + 0.5) * rowHeight;
    const kind = emphasis ? 'strong' : 'plain';
    const whisker = interval?.every(Number.isFinite)
      ? html`<line class="whisker" x1="${round(x(interval[0]))}" x2="${round(x(interval[1]))}" y1="${at}" y2="${at}"/>`
      : null;
    const dot =
      value !== null && Number.isFinite(value) ? html`<circle cx="${round(x(value))}" cy="${at}" r="4"/>` : null;
    return html`<g class="${kind}"><text x="${nameWidth - 12}" y="${at}" dy="4" text-anchor="end">${name}</text>${whisker}${dot}</g>`;
  });
  return picture(
    says,
    [
      ...ticks.map(
        ({ at, label }) =>
          html`<line class="grid" x1="${at}" x2="${at}" y1="20" y2="${bottom}"/><text x="${at}" y="${bottom + 18}" text-anchor="middle">${label}</text>`,
      ),
      ...rest,
      ...marks,
      html`<text x="${frame.right}" y="${bottom + 38}" text-anchor="end">${xLabel}</text>`,
    ],
    bottom + 44,
  );
}
