import { scaleLinear, scaleLog } from 'd3-scale';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { labelStep, logTicksOf, shortened, ticksOf } from '../../../src-main/common/plots/axes.ts';
import { layoutOfLines, pointAt, positions, yExtent } from '../../../src-main/common/plots/lines.ts';
import { seriesDash } from '../../../src-main/common/plots/marks.ts';
import { sampled, tableOf } from '../../../src-main/common/plots/numbers.ts';
import { seriesColour } from '../../../src-main/common/plots/palette.ts';
import { textWidth } from '../../../src-main/common/plots/text-width.ts';
import { plainNumber } from '../../../src-main/common/words.ts';

test('a sample of a list has its first and last member, in order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 2, max: 60 }), (count, most) => {
      const list = Array.from({ length: count }, (_, index) => index);
      const some = sampled(list, most);
      expect(some.length).toBe(Math.min(count, most));
      expect(some[0]).toBe(0);
      expect(some.at(-1)).toBe(count - 1);
      expect([...new Set(some)].sort((a, b) => a - b)).toEqual([...some]);
    }),
  );
});

test('what is read at a place is the point there, or the last one before it', () => {
  const series = [
    { x: 0, y: 1 },
    { x: 10, y: 2 },
    { x: 20, y: 3 },
  ];
  expect([0, 9, 10, 16, 99].map((x) => pointAt(series, x)?.y)).toEqual([1, 1, 2, 2, 3]);
  expect(pointAt(series, -1)).toBeNull();
  expect(pointAt([], 1)).toBeNull();
});

test('the places of several series stand once each, in order', () => {
  const series = [
    { name: 'a', points: [5, 1, 3].map((x) => ({ x, y: 0 })) },
    { name: 'b', points: [3, 2].map((x) => ({ x, y: 0 })) },
  ];
  expect(positions(series)).toEqual([1, 2, 3, 5]);
});

test('the reach of values is never empty, and leaves out what is no number', () => {
  const of = (...ys: number[]) => yExtent([{ name: 'a', points: ys.map((y, x) => ({ x, y })) }]);
  expect(of(3, Number.NaN, -1)).toEqual([-1, 3]);
  expect(of()).toEqual([0, 1]);
  expect(of(0, 0)).toEqual([0, 1]);
  for (const same of [5, -5]) {
    const [low, high] = of(same);
    expect(low).toBeLessThan(same);
    expect(high).toBeGreaterThan(same);
  }
});

test('labels are left out until they have room', () => {
  expect(labelStep(10, 30, 1000)).toBe(1);
  const step = labelStep(100, 52, 600);
  expect((100 / step) * 60).toBeLessThanOrEqual(600);
  expect(labelStep(0, 30, 100)).toBe(1);
});

test('numbers are as long as they need to be', () => {
  expect([1234567, 0.12345, 12.3456, 345.6, 0.00001, 0, Number.NaN].map(plainNumber)).toEqual([
    '1,234,567',
    '0.123',
    '12.3',
    '346',
    '1.0e-5',
    '0',
    '–',
  ]);
});

test('decimals that say nothing are left out of all labels, or of none', () => {
  expect(shortened(['50.0%', '60.0%'])).toEqual(['50%', '60%']);
  expect(shortened(['0.500', '1.000'])).toEqual(['0.5', '1.0']);
  expect(shortened(['50.0%', '52.5%'])).toEqual(['50.0%', '52.5%']);
  expect(shortened(['10', '200'])).toEqual(['10', '200']);
});

test('raw values behind a smoothed line do not set the reach of a plot', () => {
  const line = [0.5, 0.7].map((y, x) => ({ x, y }));
  const wild = [0, 9].map((y, x) => ({ x, y }));
  const [low, high] = yExtent([
    { name: 'wild', points: wild, faint: true },
    { name: 'line', points: line },
  ]);
  expect(low).toBeLessThan(0.5);
  expect(high).toBeGreaterThan(0.7);
  expect(high).toBeLessThan(1);
});

test('ticks of one axis have equally many decimals', () => {
  const labels = ticksOf(scaleLinear([0.4, 0.8], [0, 100]), 4).map(({ label }) => label);
  expect(labels.length).toBeGreaterThan(2);
  expect(new Set(labels.map((label) => label.split('.')[1]?.length)).size).toBe(1);
});

test('steps are whole numbers, however few there are', () => {
  const points = [1, 2, 3].map((x) => ({ x, y: x / 10 }));
  const { marks } = layoutOfLines({ xLabel: 'Step', yLabel: 'Loss', series: [{ name: 'loss', points }] }, 600);
  const texts = JSON.stringify(marks);
  for (const label of ['1', '2', '3']) expect(texts).toContain(`"${label}"`);
  expect(texts).not.toContain('"2.0"');
});

test('the table behind lines holds every rare value, and reads long lines at its places', () => {
  const long = Array.from({ length: 1000 }, (_, x) => ({ x: 2 * x, y: x }));
  const rare = [101, 707, 1801].map((x) => ({ x, y: -x }));
  const table = tableOf(
    [
      { name: 'long', points: long },
      { name: 'rare', points: rare },
    ],
    40,
  );
  expect(table.length).toBeLessThanOrEqual(40);
  expect(table.map(({ x }) => x)).toEqual(table.map(({ x }) => x).sort((a, b) => a - b));
  expect(table.filter(({ values }) => values[1] !== null).map(({ x }) => x)).toEqual([101, 707, 1801]);
  expect(table.find(({ x }) => x === 101)?.values).toEqual([50, -101]);
  expect(table.at(-1)?.values).toEqual([999, null]);
});

test('a line that ended has no value after its end', () => {
  const of = (count: number) => Array.from({ length: count }, (_, x) => ({ x, y: 1 }));
  const table = tableOf(
    [
      { name: 'short', points: of(100) },
      { name: 'long', points: of(200) },
    ],
    40,
  );
  for (const { x, values } of table) expect(values[0] === null).toBe(x > 99);
});

test('a logarithmic axis has some ticks and not too many, at numbers one can read', () => {
  for (const [low, high] of [
    [0.5, 0.9],
    [0.1, 20],
    [1e-6, 1],
    [0.61, 0.62],
  ] as const) {
    const ticks = logTicksOf(scaleLog([low, high], [100, 0]).nice());
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.length).toBeLessThan(12);
    expect(ticks.map(({ at }) => at)).toEqual(ticks.map(({ at }) => at).sort((a, b) => b - a));
    for (const { value, label } of ticks) expect(Number(label)).toBeCloseTo(value, 6);
  }
});

test('twenty series are told apart by colour and dashes together', () => {
  const looks = Array.from({ length: 20 }, (_, index) => `${seriesColour(index)} ${seriesDash(index)}`);
  expect(new Set(looks).size).toBe(20);
});

test('no label of an axis is cut at the right edge of a plot', () => {
  const points = [0, 5000, 10_000].map((x) => ({ x, y: x / 10_000 }));
  const { marks, width } = layoutOfLines({ xLabel: 'Step', yLabel: 'Loss', series: [{ name: 'run', points }] }, 480);
  const last = marks.find(({ text }) => text === '10,000')!;
  expect(Number(last.at.x) + textWidth('10,000') / 2).toBeLessThanOrEqual(width + 0.1);
});
