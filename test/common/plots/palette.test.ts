import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { colourOf, hues, paletteStyle, seriesColour } from '../../../src-main/common/plots/palette.ts';
import { html, htmlPage } from '../../../src-main/report/html/page.ts';

const themes = ['light', 'dark'] as const;
type Colour = readonly [number, number, number];

/** Red, green and blue of '#2450c8', as amounts of light. */
const lightOf = (hex: string): Colour =>
  [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as unknown as Colour;

const times = (matrix: readonly Colour[], [x, y, z]: Colour): Colour =>
  matrix.map(([a, b, c]) => a * x + b * y + c * z) as unknown as Colour;

/** Contrast by WCAG 2. */
function contrast(one: string, other: string): number {
  const [a, b] = [one, other].map((hex) => times([[0.2126, 0.7152, 0.0722]], lightOf(hex))[0] + 0.05);
  return Math.max(a!, b!) / Math.min(a!, b!);
}

/** What is left of light for eyes that lack a kind of cone: Machado, Oliveira & Fernandes 2009, severity 1. */
const eyes: Readonly<Record<string, readonly Colour[]>> = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no red': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  'no green': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  'no blue': [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Distance in OKLab, in which 0.02 is about the least that one sees. */
function distance(one: string, other: string, seenBy: readonly Colour[]): number {
  const [a, b] = [one, other].map((hex) => {
    const seen = times(seenBy, lightOf(hex)).map((value) => Math.min(1, Math.max(0, value))) as unknown as Colour;
    const cones: readonly Colour[] = [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ];
    return times(
      [
        [0.2104542553, 0.793617785, -0.0040720468],
        [1.9779984951, -2.428592205, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.808675766],
      ],
      times(cones, seen).map(Math.cbrt) as unknown as Colour,
    );
  });
  return Math.hypot(...a!.map((value, at) => value - b![at]!));
}

const tokens = readFileSync(join(import.meta.dirname, '../../../src-renderer/style/tokens.css'), 'utf8');
const groundsOf = (theme: (typeof themes)[number]): readonly string[] =>
  ['page', 'raised', 'sunken'].map((name) => {
    const [, light, dark] = new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(tokens)!;
    return theme === 'light' ? light! : dark!;
  });

describe.each(themes)('the colours of plots in %s', (theme) => {
  test('reach 3 : 1 on every ground', () => {
    for (const [name, hue] of Object.entries(hues)) {
      for (const ground of groundsOf(theme))
        expect(contrast(hue[theme], ground), `${name} on ${ground}`).toBeGreaterThan(3);
    }
  });

  test.each(Object.entries(eyes))('are told apart with %s', (_, seenBy) => {
    const all = Object.entries(hues);
    for (const [at, [name, hue]] of all.entries()) {
      for (const [other, second] of all.slice(at + 1)) {
        expect(distance(hue[theme], second[theme], seenBy), `${name} and ${other}`).toBeGreaterThan(0.07);
      }
    }
  });
});

test('each thing has a colour of its own, and no series takes that of chance', () => {
  const things = (['answers', 'votes', 'model', 'longer', 'texts', 'chance'] as const).map(colourOf);
  expect(new Set(things).size).toBe(things.length);
  const series = Array.from({ length: 12 }, (_, index) => seriesColour(index));
  expect(new Set(series).size).toBe(5);
  expect(series).not.toContain(colourOf('chance'));
  expect(seriesColour(0, 'answers')).toBe(colourOf('answers'));
});

test('the app and the pages it writes have the colours from one place', () => {
  expect(htmlPage({ title: 't', body: html`b` })).toContain(paletteStyle);
  expect(tokens).not.toMatch(/--(series|plot)-/);
});
