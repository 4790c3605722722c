/** The figures of the growth bench as tables and plots in docs/. */

import { readFileSync, writeFileSync } from 'node:fs';
import { scaleLog } from 'd3-scale';
import { areaOf, axes, heights, logTicksOf } from '../../../src-main/common/plots/axes.ts';
import { circle, type Layout, label, line, looks, path, seriesDash } from '../../../src-main/common/plots/marks.ts';
import { hues, seriesColour } from '../../../src-main/common/plots/palette.ts';
import { svgOf } from '../../../src-main/common/plots/svg.ts';
import { html } from '../../../src-main/report/html/page.ts';
import { drawnTree } from '../../../src-main/report/html/tree.ts';
import { type Against, exponentOf, type Measured, readFigures } from './figures.ts';

type Cost = (figure: Measured) => number | undefined;

const processor: Cost = ({ processorSeconds }) => processorSeconds;
const memory: Cost = ({ mainMB, engineMB }) => (mainMB === undefined ? undefined : Math.max(mainMB, engineMB ?? 0));

/** What stands in a table for an operation. */
const titles: Readonly<Record<string, string>> = {
  import: 'import of all',
  pair: 'answer and next pair, one',
  search: 'search of posts, one',
  training: 'training, up to its first step',
  quick: 'quick training on 100 answers',
  scoring: 'scoring of 500 that lack a reward',
  ranking: 'ranking: all posts weighed',
  evaluation: 'evaluation on the test split',
  'export-csv': 'export of the ranking, CSV',
  'export-pairs': 'export of all pairs',
  statistics: 'statistics without the map',
  backup: 'backup',
  step: 'a training step',
};

const docs = new URL('../../../docs/', import.meta.url);

/** Writes the tables into benchmarks.md, and the plots beside it. */
export function drawGrowth(): void {
  const figures = readFigures();
  writeFileSync(new URL('growth.svg', docs), drawn(figures));
  const page = new URL('benchmarks.md', docs);
  const text = readFileSync(page, 'utf8');
  const [begin, end] = ['<!-- growth: begin -->', '<!-- growth: end -->'];
  if (!text.includes(begin) || !text.includes(end)) throw new Error('docs/benchmarks.md has no place for the growth.');
  const against: readonly Against[] = ['comments', 'answers', 'tokens', 'parameters'];
  const tables = against.map((what) => table(figures, what)).filter((one) => one !== '');
  const all = [
    tables[0],
    '![Seconds of the processor, and memory, against the comments of a store](growth.svg)',
    ...tables.slice(1),
  ];
  writeFileSync(
    page,
    `${text.slice(0, text.indexOf(begin) + begin.length)}\n${all.join('\n\n')}\n${text.slice(text.indexOf(end))}`,
  );
}

function table(figures: readonly Measured[], against: Against): string {
  const own = figures.filter((figure) => figure.against === against);
  const sizes = sizesOf(own);
  if (sizes.length === 0) return '';
  const rows = Object.entries(titles).flatMap(([operation, title]) => {
    const found = own.filter((figure) => figure.operation === operation);
    if (found.length === 0) return [];
    const cells = sizes.map((size) => {
      const figure = found.find((one) => one.size === size);
      return figure ? `${seconds(processor(figure)!)}, ${Math.round(memory(figure)!)} MB` : '';
    });
    const power = exponentOf(pointsOf(found, processor));
    return [`| ${title} | ${[...cells, power === null ? '' : power.toFixed(2)].join(' | ')} |`];
  });
  const store = own.filter(({ storeMB }) => storeMB !== undefined);
  const disk = sizes.map((size) => {
    const found = store.find((figure) => figure.size === size)?.storeMB;
    return found === undefined ? '' : `${found.toLocaleString('en')} MB`;
  });
  return [
    `| by ${against} | ${sizes.map((size) => size.toLocaleString('en')).join(' | ')} | exponent |`,
    `| --- |${' --- |'.repeat(sizes.length + 1)}`,
    ...rows,
    ...(store.length > 0 ? [`| the store on the disk | ${disk.join(' | ')} | |`] : []),
  ].join('\n');
}

function seconds(value: number): string {
  return value < 0.1 ? `${(1000 * value).toPrecision(2)} ms` : `${Number(value.toPrecision(2))} s`;
}

const sizesOf = (figures: readonly Measured[]): number[] =>
  [...new Set(figures.map(({ size }) => size))].sort((a, b) => a - b);

function pointsOf(figures: readonly Measured[], cost: Cost) {
  return figures
    .flatMap((figure) => {
      const y = cost(figure);
      return y === undefined || y <= 0 ? [] : [{ x: figure.size, y }];
    })
    .sort((a, b) => a.x - b.x);
}

const [width, height, rowHeight] = [460, 340, 20];

/** Both costs side by side against the comments of a store, and below what each line is. */
function drawn(figures: readonly Measured[]): string {
  const own = figures.filter(({ against }) => against === 'comments');
  const names = Object.keys(titles).filter((name) => own.some(({ operation }) => operation === name));
  const panel = (yLabel: string, cost: Cost) => panelOf(own, names, yLabel, cost);
  const panels = [panel('Seconds of the processor', processor), panel('Megabytes at most', memory)];
  const says = 'Cost of each operation against the comments of the store, both by their logarithms';
  const keys = names.flatMap((name, i) => {
    const [x, y] = [20 + (i % 3) * 300, height + 14 + Math.floor(i / 3) * rowHeight];
    const look = { stroke: seriesColour(i), 'stroke-width': 2, 'stroke-dasharray': seriesDash(i) };
    return [line(x, y - 4, x + 26, y - 4, look), label(titles[name]!, x + 34, y, 'start')];
  });
  const legend = svgOf(layout(keys, 2 * width, height + rowHeight * Math.ceil(names.length / 3) + 20), says);
  const places = panels.map(
    (marks, i) =>
      html`<g transform="translate(${i * width} 0)">${svgOf(layout(marks, width, height), '').children.map(drawnTree)}</g>`,
  );
  const { width: w, height: h } = legend.properties;
  const { markup } =
    html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Number(w)} ${Number(h)}" role="img"><title>${says}</title><style>${style}</style>${places}${legend.children.map(drawnTree)}</svg>
`;
  return markup;
}

const layout = (marks: Layout['marks'], width: number, height: number): Layout => ({
  ...{ width, height, marks, legend: [], note: null, reading: null },
});

function panelOf(figures: readonly Measured[], names: readonly string[], yLabel: string, cost: Cost): Layout['marks'] {
  const all = pointsOf(figures, cost);
  const ys = all.map(({ y }) => y);
  const y = scaleLog([Math.min(...ys), Math.max(...ys)], heights(height)).nice();
  const yTicks = logTicksOf(y);
  const area = areaOf(width, height, yTicks, 30);
  const xs = sizesOf(figures);
  const x = scaleLog([xs[0]!, xs.at(-1)!], [area.left, area.left + area.width]);
  const xTicks = xs.map((value) => ({ at: x(value), label: value.toLocaleString('en') }));
  const lines = names.flatMap((name, i) => {
    const points = pointsOf(
      figures.filter(({ operation }) => operation === name),
      cost,
    );
    const look = { fill: 'none', stroke: seriesColour(i), 'stroke-width': 2, 'stroke-dasharray': seriesDash(i) };
    const d = points
      .map((point, at) => `${at === 0 ? 'M' : 'L'}${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`)
      .join('');
    return [path(d, look), ...points.map((point) => circle(x(point.x), y(point.y), 2.5, { fill: seriesColour(i) }))];
  });
  return [
    ...axes(area, { x: xTicks, y: yTicks }, { x: 'Comments', y: yLabel }),
    ...lines,
    line(area.left, area.top, area.left, area.top + area.height, looks.base),
  ];
}

const grounds = {
  page: { light: '#fbfaf8', dark: '#16171a' },
  line: { light: '#dedad3', dark: '#34373d' },
  'line-strong': { light: '#8d8880', dark: '#767b85' },
  text: { light: '#1d1c1a', dark: '#ecebe8' },
  'text-quiet': { light: '#5f5b55', dark: '#a9abb1' },
};
const named = Object.entries(hues).map(([name, colours]) => [`plot-${name}`, colours] as const);
const valuesIn = (theme: 'light' | 'dark'): string =>
  [...Object.entries(grounds), ...named].map(([name, colours]) => `--${name}: ${colours[theme]}`).join('; ');
/** The colours of the app, which a picture by itself does not have. */
const style = `svg { ${valuesIn('light')}; font-family: system-ui, sans-serif } @media (prefers-color-scheme: dark) { svg { ${valuesIn('dark')} } }`;
