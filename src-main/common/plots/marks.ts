import { colourOf } from './palette.ts';

/**
 * What a plot is made of once it is laid out: SVG elements with their places in pixels and their looks. The view and the page of a
 * report draw them as they are, so that a plot has one layout, wherever it stands. Pure.
 */
export type Mark = {
  readonly tag: 'rect' | 'line' | 'path' | 'circle' | 'text' | 'svg';
  /** Attributes by their names in SVG. */
  readonly at: Readonly<Record<string, string | number>>;
  readonly text?: string;
  /** Where it stands in the places that are read. */
  readonly place?: number;
  /** What an 'svg' shows of, and no more. */
  readonly inside?: readonly Mark[];
};

type Look = Readonly<Record<string, string | number>>;

/** A tenth of a pixel is finer than anybody sees. */
export const round = (value: number): number => Math.round(value * 10) / 10;

const dashes = ['none', '7 4', '2 4', '9 4 2 4', '1 3'] as const;
/** The dashes that tell series apart without colour; where the colours begin again, they go on with other dashes. */
export const seriesDash = (index: number): string =>
  dashes[(index + Math.floor(index / dashes.length)) % dashes.length] ?? 'none';

/** Pixels of the letters in plots. */
export const letterSize = 13;
const quiet: Look = { fill: 'var(--text-quiet)', 'font-size': letterSize };

export const looks = {
  grid: { stroke: 'var(--line)' },
  base: { stroke: 'var(--line-strong)' },
  reference: { stroke: colourOf('chance'), 'stroke-width': 1.5, 'stroke-dasharray': '3 3' },
  expected: { stroke: 'var(--text)', 'stroke-width': 2 },
  label: quiet,
  /** What a row of a plot is about. */
  name: { fill: 'var(--text)', 'font-size': letterSize },
  strong: { fill: 'var(--text)', 'font-size': letterSize, 'font-weight': 600 },
  /** Readable on whatever it stands on. */
  haloed: {
    fill: 'var(--text)',
    'font-size': letterSize,
    'font-weight': 600,
    'paint-order': 'stroke',
    stroke: 'var(--page)',
    'stroke-width': 4,
    'stroke-linejoin': 'round',
  },
} as const satisfies Readonly<Record<string, Look>>;

export const line = (x1: number, y1: number, x2: number, y2: number, look: Look): Mark => ({
  tag: 'line',
  at: { x1: round(x1), y1: round(y1), x2: round(x2), y2: round(y2), ...look },
});

export const circle = (cx: number, cy: number, r: number, look: Look): Mark => ({
  tag: 'circle',
  at: { cx: round(cx), cy: round(cy), r, ...look },
});

export const rect = (x: number, y: number, width: number, height: number, look: Look): Mark => ({
  tag: 'rect',
  at: { x: round(x), y: round(y), width: round(width), height: round(Math.max(0, height)), ...look },
});

export const path = (d: string, look: Look): Mark => ({ tag: 'path', at: { d, ...look } });

export const label = (
  text: string,
  x: number,
  y: number,
  anchor: 'start' | 'middle' | 'end',
  look: Look = looks.label,
): Mark => ({ tag: 'text', at: { x: round(x), y: round(y), 'text-anchor': anchor, ...look }, text });

/** Of some marks what lies within a box. */
export const within = ({ left, top, width, height }: Box, inside: readonly Mark[]): Mark => ({
  tag: 'svg',
  at: {
    x: round(left),
    y: round(top),
    width: round(width),
    height: round(height),
    viewBox: [left, top, width, height].map(round).join(' '),
    overflow: 'hidden',
  },
  inside,
});

/** Many dots as one path: thousands of elements would make a page slow. A path of no length with round or square ends is a dot. */
export const dots = (
  places: readonly { readonly x: number; readonly y: number }[],
  size: number,
  look: Look,
  shape: 'round' | 'square' = 'round',
): Mark =>
  path(places.map(({ x, y }) => `M${round(x)},${round(y)}h0`).join(''), {
    'stroke-width': size,
    'stroke-linecap': shape,
    ...look,
  });

export type Box = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

/** A series of a plot in its legend. */
export type LegendEntry = {
  readonly name: string;
  readonly colour: string;
  /** Of a line; null for an area. */
  readonly dash: string | null;
};

/** How a plot is read place by place, where something moves over it. */
type Reading = {
  /** Where one points to read. */
  readonly area: Box;
  /** Where there are values, in pixels from the left edge, in order. */
  readonly places: readonly number[];
  /** The values at a place; without one those that are said first. */
  readonly words: (place: number | null) => string;
  /** The place itself in words, beside the legend; '' where the plot needs none. */
  readonly where: (place: number | null) => string;
  /** The values of the legend's entries. */
  readonly values: (place: number | null) => readonly string[];
  /** What is drawn on top there. */
  readonly marks: (place: number) => readonly Mark[];
  /** Makes the marks of all other places pale. */
  readonly dimsOthers: boolean;
};

/** A plot as it is drawn. */
export type Layout = {
  readonly width: number;
  readonly height: number;
  readonly marks: readonly Mark[];
  readonly legend: readonly LegendEntry[];
  /** What must be known to read it; null where it speaks for itself. */
  readonly note: string | null;
  /** null where nothing is read by place. */
  readonly reading: Reading | null;
};
