import { extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { wholeNumber } from '../../common/words.ts';
import { type Html, html } from './page.ts';

type Point = { readonly x: number; readonly y: number };
type Line = { readonly name: string; readonly points: readonly Point[] };

export type LinePlot = {
  readonly title: string;
  readonly says: string;
  /** With few points: what has more is drawn slowly, and its table is long. */
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
};

const [width, height] = [760, 260];
const margin = { top: 12, right: 12, bottom: 36, left: 64 };
const colours = 5;
const dashes = ['none', '7 4', '2 4', '9 4 2 4', '1 3'] as const;
/** Rows of the table behind a plot. */
const mostRows = 40;

/** Values by step as a picture, with a legend and the numbers behind it. Nothing in it needs a script. */
export function linePlot({ title, says, lines, format }: LinePlot): Html {
  const points = lines.flatMap((one) => one.points);
  const [low = 0, high = 1] = extent(points, ({ y }) => y);
  const [first = 0, last = 1] = extent(points, ({ x }) => x);
  const room = low === high ? Math.abs(low) * 0.1 || 1 : 0;
  const y = scaleLinear([low - room, high + room], [height - margin.bottom, margin.top]).nice(5);
  const x = scaleLinear([first, last === first ? first + 1 : last], [margin.left, width - margin.right]);
  const path = line<Point>(
    (point) => Math.round(10 * x(point.x)) / 10,
    (point) => Math.round(10 * y(point.y)) / 10,
  );
  const yAxis = y.ticks(5).map((value) => {
    const at = y(value);
    return html`<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${at}" y2="${at}"/><text x="${margin.left - 8}" y="${at + 4}" text-anchor="end">${format(value)}</text>`;
  });
  const xAxis = x
    .ticks(8)
    .filter(Number.isInteger)
    .map(
      (value) =>
        html`<text x="${x(value)}" y="${height - margin.bottom + 18}" text-anchor="middle">${wholeNumber(value)}</text>`,
    );
  const drawn = lines.map((one, index) => {
    const look = lookOf(index);
    const dots =
      one.points.length > 15
        ? []
        : one.points.map((point) => html`<circle cx="${x(point.x)}" cy="${y(point.y)}" r="3" fill="${look.colour}"/>`);
    return html`<path d="${path(one.points)}" fill="none" stroke="${look.colour}" stroke-width="2" stroke-linejoin="round" stroke-dasharray="${look.dash}"/>${dots}`;
  });
  return html`<figure>
<figcaption><h4>${title}</h4><p class="quiet">${says}</p></figcaption>
<p class="legend">${lines.map(legend)}</p>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${`${title}. ${says}`}">${yAxis}${xAxis}<text x="${width - margin.right}" y="${height - 4}" text-anchor="end">Step</text>${drawn}</svg>
<details><summary>Numbers</summary>${numbers(lines, format)}</details>
</figure>
`;
}

/** Colours and dashes that tell lines apart also where the colours begin again. */
function lookOf(index: number): { readonly colour: string; readonly dash: string } {
  const dash = dashes[(index + Math.floor(index / colours)) % dashes.length] ?? 'none';
  return { colour: `var(--series-${(index % colours) + 1})`, dash };
}

function legend({ name }: Line, index: number): Html {
  const { colour, dash } = lookOf(index);
  return html`<span><svg class="key" viewBox="0 0 24 10" aria-hidden="true"><line x1="1" x2="23" y1="5" y2="5" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dash}"/></svg> ${name}</span> `;
}

function numbers(lines: readonly Line[], format: (value: number) => string): Html {
  const steps = [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const every = Math.max(1, Math.ceil(steps.length / mostRows));
  const shown = steps.filter((_, index) => index % every === 0 || index === steps.length - 1);
  const values = lines.map(({ points }) => new Map(points.map(({ x, y }) => [x, y])));
  const rows = shown.map((step) => {
    const cells = values.map((known) => {
      const value = known.get(step);
      return html`<td class="number">${value === undefined ? '–' : format(value)}</td>`;
    });
    return html`<tr><th scope="row">${wholeNumber(step)}</th>${cells}</tr>`;
  });
  const heads = lines.map(({ name }) => html`<th scope="col" class="number">${name}</th>`);
  return html`<div class="table"><table><thead><tr><th scope="col">Step</th>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** What plots of lines need beside the style of all pages. */
export const linesStyle = `
h4 { margin: 0; font-size: 0.9375rem; }
.grid { stroke: var(--line); }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; margin: 0; max-width: none; font-size: 0.8125rem; }
.key { display: inline-block; width: 24px; height: 10px; }
`;
