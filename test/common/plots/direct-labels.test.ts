import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layoutOfBars } from '../../../src-main/common/plots/bars.ts';
import { apart } from '../../../src-main/common/plots/direct-labels.ts';
import { layoutOfLines } from '../../../src-main/common/plots/lines.ts';
import { layoutOfMap, wholeMap } from '../../../src-main/common/plots/map.ts';
import type { Mark } from '../../../src-main/common/plots/marks.ts';
import { colourOf, seriesColour } from '../../../src-main/common/plots/palette.ts';
import { textWidth } from '../../../src-main/common/plots/text-width.ts';
import type { MapCluster } from '../../../src-main/contract/figures.ts';

const series = (...names: readonly string[]) =>
  names.map((name, at) => ({ name, points: [0, 1, 2].map((x) => ({ x, y: x + at / 100 })) }));
const linesOf = (...names: readonly string[]) =>
  layoutOfLines({ xLabel: 'Step', yLabel: 'Loss', series: series(...names) }, 900);
const textsOf = (marks: readonly Mark[]) => marks.filter(({ tag }) => tag === 'text');
const named = (marks: readonly Mark[], name: string) => textsOf(marks).find(({ text }) => text === name);

test('heights that are moved apart stay in order, within bounds, and as they are where they may', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 8 }), (wanted) => {
      const found = apart(wanted, 16, [0, 200]);
      const order = [...wanted.keys()].sort((a, b) => found[a]! - found[b]!);
      for (const [at, index] of order.entries()) {
        expect(found[index]).toBeGreaterThanOrEqual(0);
        expect(found[index]).toBeLessThanOrEqual(200);
        const before = order[at - 1];
        if (before === undefined) continue;
        expect(found[index]! - found[before]!).toBeGreaterThanOrEqual(16);
        expect(wanted[before]).toBeLessThanOrEqual(wanted[index]!);
      }
    }),
  );
  expect(apart([10, 100, 50], 16, [0, 200])).toEqual([10, 100, 50]);
});

describe('lines', () => {
  test('up to four are named where they end, beside each other, and need no legend', () => {
    const { marks, legend, width } = linesOf('one', 'two', 'three', 'four');
    expect(legend).toEqual([]);
    const labels = ['one', 'two', 'three', 'four'].map((name) => named(marks, name)!);
    const ys = labels.map(({ at }) => Number(at.y)).sort((a, b) => a - b);
    for (const [at, y] of ys.entries()) if (at > 0) expect(y - ys[at - 1]!).toBeGreaterThan(13);
    for (const { at, text } of labels) expect(Number(at.x) + textWidth(text!)).toBeLessThanOrEqual(width);
  });

  test('more, or names that are alike once cut, or little room, have a legend', () => {
    expect(linesOf('a', 'b', 'c', 'd', 'e').legend).toHaveLength(5);
    const long = 'a run with a very long name that goes on and on and on, number ';
    expect(linesOf(`${long}1`, `${long}2`).legend).toHaveLength(2);
    expect(layoutOfLines({ xLabel: 'x', yLabel: 'y', series: series('a', 'b') }, 320).legend).toHaveLength(2);
  });

  test('the values under the pointer stand beside the lines', () => {
    const texts = textsOf(linesOf('one', 'two').reading!.marks(1)).map(({ text }) => text);
    expect(texts).toEqual(['1', '1.01', 'Step 1']);
  });

  test('a run keeps its colour and dashes where another one has no line', () => {
    const [, second] = series('one', 'two');
    const plot = (shown: ReturnType<typeof series>) =>
      layoutOfLines(
        { xLabel: 'x', yLabel: 'y', series: shown.map((one) => ({ ...one, place: one.name === 'one' ? 0 : 1 })) },
        320,
      ).legend;
    expect(plot([second!])).toEqual(plot(series('one', 'two')).slice(1));
    expect(plot([second!])[0]?.colour).toBe(seriesColour(1));
  });
});

describe('stacked bars', () => {
  const bars = (...names: readonly string[]) =>
    layoutOfBars(
      {
        kind: 'bars',
        xLabel: 'Day',
        yLabel: 'Answers',
        of: 'answers',
        bars: ['Mon', 'Tue'].map((label) => ({
          label,
          value: names.length,
          parts: names.map((name) => ({ name, value: 1 })),
        })),
      },
      900,
    );

  test('parts are named beside the last bar, from below', () => {
    const { marks, legend } = bars('Ada', 'Ben', 'Cleo');
    expect(legend).toEqual([]);
    const ys = ['Ada', 'Ben', 'Cleo'].map((name) => Number(named(marks, name)!.at.y));
    expect(ys).toEqual([...ys].sort((a, b) => b - a));
  });

  test('one person alone is drawn as answers are', () => {
    const { marks } = bars('Ada');
    expect(marks.filter(({ tag, place }) => tag === 'rect' && place !== undefined).map(({ at }) => at.fill)).toEqual([
      colourOf('answers'),
      colourOf('answers'),
    ]);
  });

  test('many have a legend', () => expect(bars('a', 'b', 'c', 'd', 'e').legend).toHaveLength(5));
});

describe('the groups of a map', () => {
  /** Sixteen groups in a square, of which the later ones are larger and nearer to each other. */
  const clusters = Array.from(
    { length: 16 },
    (_, at): MapCluster => ({
      x: (at % 4) / 40,
      y: Math.floor(at / 4) / 40,
      size: 10 + at,
      words: [`w${at}`, 'another', 'word'],
    }),
  );
  const point = { kind: 'comment', post: 1, text: 't', cluster: -1 } as const;
  const points = [
    { ...point, x: -0.5, y: -0.5 },
    { ...point, x: 0.575, y: 0.575 },
  ];
  const namesOf = (zoom: number) => layoutOfMap({ points, clusters }, 800, { ...wholeMap, zoom }).names;
  const boxOf = ({ at, text }: Mark) => {
    const half = textWidth(text!) / 2;
    return { left: Number(at.x) - half, right: Number(at.x) + half, y: Number(at.y) };
  };

  test.each([1, 2, 6])('are named by their words without lying over each other, %d times as large', (zoom) => {
    const boxes = namesOf(zoom).map(boxOf);
    expect(boxes.length).toBeGreaterThan(2);
    for (const [at, one] of boxes.entries()) {
      expect(one.left).toBeGreaterThanOrEqual(0);
      expect(one.right).toBeLessThanOrEqual(800);
      for (const other of boxes.slice(at + 1)) {
        expect(one.right < other.left || other.right < one.left || Math.abs(one.y - other.y) > 13).toBe(true);
      }
    }
  });

  test('the largest comes first, and what has no room shows once one is nearer', () => {
    const [whole, near] = [namesOf(1), namesOf(12)];
    expect(whole[0]?.text).toBe('w15, another, word');
    expect(whole.length).toBeLessThan(clusters.length);
    expect(near).toHaveLength(clusters.length);
  });
});
