import { flushPromises, mount } from '@vue/test-utils';
import { beforeAll, describe, expect, test } from 'vitest';
import { layoutOf } from '../../../src-main/common/plots/layout.ts';
import { layoutOfLines } from '../../../src-main/common/plots/lines.ts';
import { layoutOfMap } from '../../../src-main/common/plots/map.ts';
import type { Mark } from '../../../src-main/common/plots/marks.ts';
import type { Figure, Plot } from '../../../src-main/contract/figures.ts';
import { plotWidth } from '../../../src-main/report/html/figure.ts';
import { picture } from '../../../src-main/report/statistics-page.ts';
import { reportHtml } from '../../../src-main/tracking/report-html.ts';
import FigurePlot from '../../../src-renderer/components/plots/FigurePlot.vue';
import IntervalPlot from '../../../src-renderer/components/plots/IntervalPlot.vue';
import LinePlot from '../../../src-renderer/components/plots/LinePlot.vue';
import { recordOf } from '../../support/run-records.ts';

/** The room that plots have in the view: a page that is not laid out has no sizes. */
let room = plotWidth;
beforeAll(() => {
  window.ResizeObserver = class {
    readonly told: ResizeObserverCallback;
    constructor(told: ResizeObserverCallback) {
      this.told = told;
    }
    observe(): void {
      const entry = { contentRect: { width: room, height: 0 } } as ResizeObserverEntry;
      queueMicrotask(() => this.told([entry], this));
    }
    unobserve(): void {}
    disconnect(): void {}
  };
});

const hostile = '<b>"x"</b> & more';
const plots: Readonly<Record<Plot['kind'], Plot>> = {
  bars: {
    kind: 'bars',
    xLabel: 'Day',
    yLabel: 'Answers',
    of: 'answers',
    bars: Array.from({ length: 30 }, (_, index) => ({
      label: `day ${index}`,
      value: 3 * index,
      parts: [
        { name: 'Ann', value: index },
        { name: hostile, value: 2 * index },
      ],
    })),
  },
  points: {
    kind: 'points',
    x: { label: 'Characters', scale: 'log' },
    y: { label: 'Votes', scale: 'symlog' },
    of: 'votes',
    points: Array.from({ length: 50 }, (_, index) => ({ x: 1 + index ** 2, y: index - 20 })),
    trend: [1, 10, 100].map((x) => ({ x, y: x / 3, low: x / 4, high: x })),
  },
  intervals: {
    kind: 'intervals',
    xLabel: 'Accuracy',
    reference: { value: 0.5, label: 'chance' },
    rows: [
      { name: 'a model', value: 0.6, interval: [0.55, 0.65], emphasis: true },
      { name: `${hostile} ${'and a long name '.repeat(8)}`, value: 0.52, interval: [0.4, 0.6] },
      { name: 'nothing measured', value: null, interval: null },
    ],
  },
  map: {
    kind: 'map',
    points: Array.from({ length: 40 }, (_, index) => ({
      x: Math.sin(index),
      y: Math.cos(3 * index),
      cluster: (index % 3) - 1,
      kind: index % 4 === 0 ? ('post' as const) : ('comment' as const),
      post: index,
      text: `${hostile} ${index}`,
    })),
    clusters: [
      { x: 0, y: 0, size: 10, words: ['a'] },
      { x: 0.5, y: 0.5, size: 10, words: ['b'] },
    ],
  },
};
const figureOf = (plot: Plot): Figure => ({
  id: 'it',
  title: 'Title',
  says: 'What it says.',
  plot,
  numbers: { columns: ['a', 'b'], rows: [['x', 1]] },
});
/** A view that knows how much room it has. */
async function sized<T>(view: T): Promise<T> {
  await flushPromises();
  return view;
}
const mounted = (plot: Plot) =>
  sized(mount(FigurePlot, { props: { figure: figureOf(plot) }, global: { stubs: { RouterLink: true } } }));

type Shape = { readonly tag: string; readonly at: Readonly<Record<string, string>>; readonly text: string };

/** What is drawn in a picture, in order. */
function shapesOf(svg: Element): readonly Shape[] {
  return [...svg.querySelectorAll('rect, line, path, circle, text')].map((shape) => ({
    tag: shape.tagName.toLowerCase(),
    at: Object.fromEntries([...shape.attributes].map(({ name, value }) => [name, value])),
    text: shape.tagName.toLowerCase() === 'text' ? (shape.textContent ?? '') : '',
  }));
}
const planned = (marks: readonly Mark[]): readonly Shape[] =>
  marks.flatMap(({ tag, at, text = '', inside = [] }) => [
    ...(tag === 'svg'
      ? []
      : [{ tag, at: Object.fromEntries(Object.entries(at).map(([key, value]) => [key, String(value)])), text }]),
    ...planned(inside),
  ]);
/** The picture in some markup, as a browser reads it. */
function svgIn(markup: string): Element {
  const box = document.createElement('div');
  box.innerHTML = markup;
  return box.querySelector('svg[role=img]')!;
}

describe('a plot is drawn as it was laid out', () => {
  for (const kind of ['bars', 'points', 'intervals'] as const) {
    test(`${kind}: by the view and by the page alike`, async () => {
      const plot = plots[kind];
      const view = await mounted(plot);
      const expected = planned(layoutOf(plot, plotWidth).marks);
      expect(expected.length).toBeGreaterThan(10);
      expect(shapesOf(view.get('svg[role=img]').element)).toEqual(expected);
      expect(shapesOf(svgIn(picture(plot, 'says').markup))).toEqual(expected);
      view.unmount();
    });
  }

  test('a map: its points stand in the same places, and their texts are in the page', async () => {
    const plot = plots.map as Extract<Plot, { kind: 'map' }>;
    const layout = layoutOfMap(plot, plotWidth);
    const view = await mounted(plot);
    expect(shapesOf(view.get('svg[role=img]').element)).toEqual(planned(layout.marks));
    const page = svgIn(picture(plot, 'says').markup);
    const ofView = [...view.element.querySelectorAll('svg[role=img] path')].flatMap((path) =>
      [...(path.getAttribute('d') ?? '').matchAll(/M([-\d.]+),([-\d.]+)h0/g)].map(([, x, y]) => [Number(x), Number(y)]),
    );
    const number = (shape: Element, name: string): number => Number(shape.getAttribute(name));
    const ofPage = [...page.querySelectorAll('circle, rect')].map((shape) =>
      shape.tagName.toLowerCase() === 'circle'
        ? [number(shape, 'cx'), number(shape, 'cy')]
        : [number(shape, 'x') + number(shape, 'width') / 2, number(shape, 'y') + number(shape, 'height') / 2],
    );
    expect(ofPage).toHaveLength(plot.points.length);
    for (const [index, [x, y]] of ofPage.entries()) {
      expect(Math.abs(x! - ofView[index]![0]!)).toBeLessThan(0.11);
      expect(Math.abs(y! - ofView[index]![1]!)).toBeLessThan(0.11);
    }
    expect([...page.querySelectorAll('title')].map(({ textContent }) => textContent).sort()).toEqual(
      plot.points.map(({ text }) => text).sort(),
    );
    view.unmount();
  });

  test('lines: by the view and by a report of runs alike', async () => {
    const { curve } = recordOf();
    const series = [{ name: 'reward-1', points: curve.map(({ step, loss }) => ({ x: step, y: loss })) }];
    const format = (value: number): string => String(Number(value.toPrecision(4)));
    const plot = { xLabel: 'Step', yLabel: 'Error on what it learns from', series, format };
    const view = await sized(
      mount(LinePlot, {
        props: {
          title: 'Error on what it learns from',
          says: 'x',
          xLabel: 'Step',
          yLabel: 'Error on what it learns from',
          series,
          yFormat: format,
        },
      }),
    );
    const expected = planned(layoutOfLines(plot, plotWidth).marks);
    expect(shapesOf(view.get('svg[role=img]').element)).toEqual(expected);
    const page = reportHtml({ name: 'r', text: '', runs: [recordOf()], metrics: ['loss'], madeAt: '2026-01-01' });
    expect(shapesOf(svgIn(page.slice(page.indexOf('<figure>'))))).toEqual(expected);
    view.unmount();
  });
});

describe('a plot is read', () => {
  test('place by place with keys: the values are said, and stand beside the others, which are pale', async () => {
    const view = await mounted(plots.bars);
    const reader = view.get('[role=slider]');
    expect(reader.attributes('aria-label')).toBe('Read Title at');
    expect(view.findAll('svg[role=img] [opacity]')).toHaveLength(0);
    await reader.trigger('keydown', { key: 'Home' });
    await reader.trigger('keydown', { key: 'ArrowRight' });
    expect(reader.attributes('aria-valuenow')).toBe('1');
    const words = `day 1: 3 (Ann 1, ${hostile} 2)`;
    expect(reader.attributes('aria-valuetext')).toBe(words);
    expect(view.findAll('svg[role=img] text').at(-1)!.text()).toBe(words);
    expect(view.findAll('svg[role=img] rect[opacity]')).toHaveLength(58);
    await reader.trigger('blur');
    expect(view.findAll('svg[role=img] rect[opacity]')).toHaveLength(0);
    view.unmount();
  });

  test('under the pointer, at the place next to it', async () => {
    const points = [0, 100].map((x) => ({ x, y: x }));
    const view = await sized(
      mount(LinePlot, {
        props: { title: 'T', says: 's', xLabel: 'Step', yLabel: 'y', series: [{ name: 'a', points }] },
      }),
    );
    const reader = view.get('[role=slider]');
    await reader.trigger('pointermove', { clientX: 5 });
    expect(reader.attributes('aria-valuetext')).toBe('Step 0: a 0');
    expect(view.get('.where').text()).toBe('Step 0');
    await reader.trigger('pointermove', { clientX: 800 });
    expect(reader.attributes('aria-valuetext')).toBe('Step 100: a 100');
    view.unmount();
  });
});

test('on a narrow screen the names of rows stand above them, and nothing leaves the picture', async () => {
  room = 320;
  const { rows, xLabel } = plots.intervals as Extract<Plot, { kind: 'intervals' }>;
  const view = await sized(mount(IntervalPlot, { props: { title: 'T', says: 's', xLabel, rows } }));
  room = plotWidth;
  const texts = view.findAll('svg[role=img] text');
  expect(texts.some((text) => text.text().endsWith('…'))).toBe(true);
  for (const text of texts) expect(Number(text.attributes('x'))).toBeLessThanOrEqual(320);
  view.unmount();
});
