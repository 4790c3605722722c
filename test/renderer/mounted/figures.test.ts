import { mount } from '@vue/test-utils';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import type { Figure, Plot } from '../../../src-main/contract/figures.ts';
import FigurePlot from '../../../src-renderer/components/plots/FigurePlot.vue';
import LinePlot from '../../../src-renderer/components/plots/LinePlot.vue';
import { EverythingIsSeen } from '../../support/everything-is-seen.ts';
import { find, hasFocus, says, screen, userEvent, waitFor, within } from '../../support/mounted.ts';
import { hostile } from '../../support/run-records.ts';

const numbers = { columns: ['What', 'How many'], rows: [['one', 1234] as const, [hostile, 2] as const] };
const router = createRouter({
  history: createMemoryHistory(),
  routes: [
    { path: '/', component: { template: '' } },
    { path: '/data/:tab/:post', name: 'data', component: { template: '' } },
  ],
});

/** Draws a component alone, as wide as a page has it, until the test ends. */
function draw(component: typeof FigurePlot | typeof LinePlot, props: Record<string, unknown>): void {
  vi.stubGlobal('ResizeObserver', EverythingIsSeen);
  const drawn = mount(component as typeof FigurePlot, {
    props: props as never,
    attachTo: document.body,
    global: { plugins: [router] },
  });
  onTestFinished(() => {
    drawn.unmount();
    vi.unstubAllGlobals();
  });
}
const drawFigure = (plot: Plot | null): void => {
  const figure: Figure = { id: 'f', title: 'Lengths', says: 'Most are short.', plot, numbers };
  draw(FigurePlot, { figure });
};

/** Reads a plot with the keyboard. @returns what a screen reader hears after each key */
async function heard(...keys: readonly string[]): Promise<readonly (string | null)[]> {
  const user = userEvent.setup();
  const reader = await find('slider', 'Read Lengths at');
  reader.focus();
  await hasFocus(reader);
  const words: (string | null)[] = [];
  for (const key of keys) {
    await user.keyboard(`{${key}}`);
    words.push(reader.getAttribute('aria-valuetext'));
  }
  return words;
}

const bars: Plot = {
  kind: 'bars',
  xLabel: 'Characters',
  yLabel: 'Comments',
  of: 'texts',
  bars: [
    { label: '0 to 9', value: 4 },
    { label: '10 to 19', value: 6 },
    { label: '20 to 29', value: 1 },
  ],
};

test('a plot has a name, says what it shows, and has its numbers in a table', async () => {
  drawFigure(bars);
  await find('img', 'Lengths. Most are short.');
  const table = await find('region', 'Numbers of Lengths');
  expect(
    within(table)
      .getAllByRole('columnheader')
      .map(({ textContent }) => textContent?.trim()),
  ).toEqual(numbers.columns);
  expect(within(table).getByRole('row', { name: /^one/ }).textContent).toContain('1,234');
  await says(hostile, table);
  expect(document.querySelector('img, script')).toBeNull();
});

test('bars are read one after the other, and not beyond their ends', async () => {
  drawFigure(bars);
  expect(await heard('Home', 'ArrowLeft', 'ArrowRight', 'End', 'ArrowRight', 'ArrowLeft')).toEqual([
    '0 to 9: 4',
    '0 to 9: 4',
    '10 to 19: 6',
    '20 to 29: 1',
    '20 to 29: 1',
    '10 to 19: 6',
  ]);
});

test('what is read is let go where the keyboard leaves the plot', async () => {
  drawFigure(bars);
  await heard('Home');
  const reader = screen.getByRole('slider');
  expect(reader.getAttribute('aria-valuenow')).toBe('0');
  reader.blur();
  await waitFor(() => expect(reader.getAttribute('aria-valuenow')).toBe('2'));
});

test('bars of parts are stacked, and every part is read', async () => {
  const parts = (train: number, held: number) => [
    { name: 'train', value: train },
    { name: 'test', value: held },
  ];
  drawFigure({
    kind: 'bars',
    xLabel: 'Characters',
    yLabel: 'Comments',
    of: 'texts',
    bars: [
      { label: 'short', value: 5, parts: parts(3, 2) },
      { label: 'long', value: 1, parts: parts(1, 0) },
    ],
  });
  expect(await heard('Home', 'End')).toEqual(['short: 5 (train 3, test 2)', 'long: 1 (train 1, test 0)']);
});

test('points are read by their middle, with the range of the middle half, on logarithmic axes as well', async () => {
  drawFigure({
    kind: 'points',
    x: { label: 'Characters', scale: 'log' },
    y: { label: 'Votes', scale: 'symlog' },
    of: 'votes',
    points: [
      { x: 1, y: -5 },
      { x: 100, y: 0 },
      { x: 10_000, y: 300 },
    ],
    trend: [
      { x: 10, y: 1, low: 0, high: 4 },
      { x: 1000, y: 20, low: 5, high: 80 },
    ],
  });
  expect(await heard('Home', 'End')).toEqual([
    'Characters about 10: the middle of votes is 1, half are between 0 and 4',
    'Characters about 1,000: the middle of votes is 20, half are between 5 and 80',
  ]);
});

test('intervals stand under each other with their ends in words', async () => {
  drawFigure({
    kind: 'intervals',
    xLabel: 'Share',
    rows: [
      { name: 'Ada', value: 0.5, interval: [0.25, 0.75] },
      { name: 'Nobody', value: null, interval: null },
      { name: 'Grace', value: 0.9, interval: [0.9, 0.9] },
    ],
    reference: { value: 0.5, label: 'chance' },
  });
  await says('0.5 (0.25 to 0.75)');
  await says('chance');
  const table = await find('region', 'Numbers of Lengths');
  expect(within(table).getAllByRole('row')).toHaveLength(3);
});

test('a map is read text by text, group after group, and leads to the post', async () => {
  const point = { cluster: 0, kind: 'comment' as const, post: 7 };
  drawFigure({
    kind: 'map',
    points: [
      { ...point, x: 0, y: 0, text: 'in no group', cluster: -1 },
      { ...point, x: 1, y: 1, text: hostile },
      { ...point, x: 2, y: 2, text: 'the post itself', kind: 'post', post: 8 },
    ],
    clusters: [{ x: 1.5, y: 1.5, size: 2, words: ['soup', 'bread'] }],
  });
  expect(screen.queryByRole('link', { name: 'Open the post' })).toBeNull();
  expect(await heard('Home', 'ArrowRight', 'End', 'ArrowRight', 'PageUp')).toEqual([
    `comment, in the group “soup, bread” of 2 texts. ${hostile}`,
    'post, in the group “soup, bread” of 2 texts. the post itself',
    'comment, in no group. in no group',
    'comment, in no group. in no group',
    'post, in the group “soup, bread” of 2 texts. the post itself',
  ]);
  expect((await find('link', 'Open the post')).getAttribute('href')).toBe('/data/posts/8');
  expect(document.querySelector('img, script')).toBeNull();
});

test('a map comes closer and goes away again, by keys and by buttons, and shows what is read', async () => {
  const point = { cluster: -1, kind: 'comment' as const, post: 7, text: 't' };
  drawFigure({
    kind: 'map',
    points: [
      { ...point, x: 0, y: 0 },
      { ...point, x: 10, y: 10 },
    ],
    clusters: [],
  });
  const [user, all] = [userEvent.setup(), await find('button', 'All')];
  const drawn = () => document.querySelector('svg[role=img] path')?.getAttribute('d');
  await waitFor(() => expect(drawn()).toBeTruthy());
  const whole = drawn();
  expect(all).toHaveProperty('disabled', true);
  await heard('+', '+');
  expect(drawn()).not.toBe(whole);
  expect(all).toHaveProperty('disabled', false);
  // What is read next lies in sight.
  await heard('End');
  const ring = document.querySelector('svg[role=img] circle')!;
  expect(Number(ring.getAttribute('cx'))).toBeLessThanOrEqual(800);
  await user.click(all);
  expect(drawn()).toBe(whole);
  expect(all).toHaveProperty('disabled', true);
});

test('a figure without a plot is a table', async () => {
  drawFigure(null);
  await find('heading', 'Lengths');
  const table = await find('region', 'Lengths');
  expect(within(table).getAllByRole('row')).toHaveLength(3);
  expect(screen.queryByRole('img')).toBeNull();
});

test('a plot without values says so', async () => {
  drawFigure({ ...bars, bars: [] });
  const reader = await find('slider', 'Read Lengths at');
  expect(reader.getAttribute('aria-valuetext')).toBe('No values yet');
});

test('lines are read at each place, where one of them may not have been measured', async () => {
  draw(LinePlot, {
    title: 'Lengths',
    says: 'It falls.',
    xLabel: 'Step',
    yLabel: 'Loss',
    series: [
      { name: 'one', points: [1, 2, 3].map((x) => ({ x, y: 4 - x })) },
      { name: 'two', points: [{ x: 3, y: 0.5 }] },
      { name: 'one, each step', points: [{ x: 1, y: 9 }], faint: true },
    ],
  });
  expect(await heard('Home', 'End')).toEqual(['Step 1: one 3, two not measured', 'Step 3: one 1, two 0.5']);
  const table = await find('region', 'Numbers of Lengths');
  expect(
    within(table)
      .getAllByRole('columnheader')
      .map(({ textContent }) => textContent?.trim()),
  ).toEqual(['Step', 'one', 'two']);
});

test('lines are drawn by their logarithm only where all values have one', async () => {
  const series = (low: number) => [{ name: 'one', points: [low, 10, 100].map((y, x) => ({ x, y })) }];
  const line = { title: 'Lengths', says: 'It grows.', xLabel: 'Step', yLabel: 'Loss', log: true };
  const heights = async (): Promise<readonly number[]> => {
    await find('slider', 'Read Lengths at');
    const path = document.querySelector('path[fill="none"]')?.getAttribute('d') ?? '';
    return [...path.matchAll(/[ML][\d.]+,([\d.]+)/g)].map(([, y]) => Number(y));
  };
  draw(LinePlot, { ...line, series: series(1) });
  const [a, b, c] = await heights();
  expect(a! - b!).toBeCloseTo(b! - c!, 1);
  document.body.innerHTML = '';
  draw(LinePlot, { ...line, series: series(0) });
  const [d, e, f] = await heights();
  expect(d! - e!).toBeLessThan((e! - f!) / 2);
});
