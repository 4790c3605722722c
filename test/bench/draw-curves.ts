import { scaleLinear, scaleLog } from 'd3-scale';
import { area, line } from 'd3-shape';

/** Accuracy after so many answers: mean over draws, and their standard deviation where there was more than one. */
export type Point = { readonly answers: number; readonly mean: number; readonly deviation: number | null };
type Curve = { readonly name: string; readonly longer: number; readonly points: readonly Point[] };

const panel = { width: 300, height: 220, left: 44, top: 30, right: 12, bottom: 36 };
const ticks = [0, 1, 10, 100, 1000, 10_000];
const style = `text { font: 12px system-ui, sans-serif; fill: #333 } .name { font-weight: 600 } .grid { stroke: #ddd }
  .mean { stroke: #2563eb; stroke-width: 2; fill: none } .band { fill: #2563eb; opacity: .18 } .dot { fill: #2563eb }
  .longer { stroke: #b45309; stroke-dasharray: 5 4 } .longer-word { fill: #b45309 } .chance { stroke: #999 }
  @media (prefers-color-scheme: dark) { text { fill: #ddd } .grid { stroke: #444 } .mean { stroke: #7aa7ff } .band, .dot { fill: #7aa7ff }
  .longer { stroke: #f0b35c } .longer-word { fill: #f0b35c } }`;

/** One panel for each curve, as an SVG: the mean with a band of one deviation, beside chance and the longer comment. */
export function drawCurves(curves: readonly Curve[]): string {
  const panels = curves.map((curve, i) => `<g transform="translate(${i * panel.width} 0)">${drawPanel(curve)}</g>`);
  const [width, height] = [panel.width * curves.length, panel.height];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img"><title>Accuracy on the test split against the number of answers</title><style>${style}</style>${panels.join('')}</svg>\n`;
}

function drawPanel({ name, longer, points }: Curve): string {
  const { width, height, left, top, right, bottom } = panel;
  const most = points.at(-1)!.answers;
  // One more than the answers, so that there is a place for none.
  const along = scaleLog([1, most + 1], [left, width - right]);
  const x = ({ answers }: { answers: number }): number => along(answers + 1);
  const y = scaleLinear([0.45, 0.85], [height - bottom, top]);
  const spread = points.filter(({ deviation }) => deviation !== null);
  const band = area<Point>(
    x,
    (point) => y(point.mean - point.deviation!),
    (point) => y(point.mean + point.deviation!),
  );
  const mean = line<Point>(x, (point) => y(point.mean));
  const level = (share: number, kind: string): string =>
    `<line class="${kind}" x1="${left}" x2="${width - right}" y1="${round(y(share))}" y2="${round(y(share))}"/>`;
  return [
    `<text class="name" x="${left}" y="18">${name}</text>`,
    ...[0.5, 0.6, 0.7, 0.8].map(
      (share) =>
        `${level(share, 'grid')}<text x="${left - 6}" y="${round(y(share) + 4)}" text-anchor="end">${share}</text>`,
    ),
    ...ticks
      .filter((answers) => answers <= most)
      .map(
        (answers) =>
          `<text x="${round(x({ answers }))}" y="${height - bottom + 16}" text-anchor="middle">${answers.toLocaleString('en')}</text>`,
      ),
    `<text x="${(left + width - right) / 2}" y="${height - 4}" text-anchor="middle">answers</text>`,
    level(0.5, 'chance'),
    level(longer, 'longer'),
    `<text class="longer-word" x="${left + 4}" y="${round(y(longer) - 5)}">longer wins</text>`,
    `<path class="band" d="${band(spread)}"/>`,
    `<path class="mean" d="${mean(points)}"/>`,
    ...points.map((point) => `<circle class="dot" cx="${round(x(point))}" cy="${round(y(point.mean))}" r="3"/>`),
  ].join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
