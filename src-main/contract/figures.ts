/** Plots with what they say and the numbers behind them: computed once, drawn by a page and by a report alike. */
import type { Interval } from './evaluation.ts';

/** What is drawn, where it is a thing of which there are several plots: it looks the same in all of them. */
export type Meaning = 'answers' | 'votes' | 'model' | 'longer' | 'texts' | 'chance';

export type Point = { readonly x: number; readonly y: number };

export type Bar = {
  readonly label: string;
  readonly value: number;
  readonly parts?: readonly { readonly name: string; readonly value: number }[];
};

export type IntervalRow = {
  readonly name: string;
  readonly value: number | null;
  readonly interval: Interval | null;
  readonly emphasis?: boolean;
  readonly of?: Meaning;
  /** What the value would be if all were as it should be. */
  readonly expected?: number;
};

/** An axis of points. symlog is linear around 0 and logarithmic further out, on both sides. */
export type Axis = { readonly label: string; readonly scale: 'linear' | 'log' | 'symlog' };

/** The middle of the values in a stretch of x, and between which two half of them lie. */
export type TrendPoint = Point & { readonly low: number; readonly high: number };

/** A text on a map, where texts that mean something similar are near each other. */
export type MapPoint = Point & {
  /** Index of its cluster; -1 where it is in none. */
  readonly cluster: number;
  readonly kind: 'post' | 'comment';
  /** The post it is, or is under. */
  readonly post: number;
  /** The first characters of the text. */
  readonly text: string;
};

/** A dense place of a map, with the words that are more frequent there than elsewhere, the most typical first. */
export type MapCluster = Point & { readonly size: number; readonly words: readonly string[] };

export type Plot =
  | {
      readonly kind: 'bars';
      readonly xLabel: string;
      readonly yLabel: string;
      readonly bars: readonly Bar[];
      readonly of: Meaning;
    }
  | {
      readonly kind: 'points';
      readonly x: Axis;
      readonly y: Axis;
      readonly of: Meaning;
      readonly points: readonly Point[];
      readonly trend: readonly TrendPoint[];
    }
  | {
      readonly kind: 'intervals';
      readonly xLabel: string;
      readonly rows: readonly IntervalRow[];
      readonly reference?: { readonly value: number; readonly label: string };
    }
  | { readonly kind: 'map'; readonly points: readonly MapPoint[]; readonly clusters: readonly MapCluster[] };

/** What stands behind a plot. A cell that is text may come from imported data. */
export type Numbers = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
};

export type Figure = {
  /** Unique among all figures. */
  readonly id: string;
  readonly title: string;
  /** What it shows, in a sentence that follows from the numbers. */
  readonly says: string;
  /** null where the numbers are the figure. */
  readonly plot: Plot | null;
  readonly numbers: Numbers;
};

export type Section = {
  readonly id: string;
  readonly title: string;
  /** What must be known to read the figures, or why there is none. */
  readonly note: string | null;
  readonly figures: readonly Figure[];
};

/** One of the things that the data say most clearly, in plain words. */
export type Finding = {
  readonly says: string;
  /** On how much it rests, and how sure it is. */
  readonly rests: string;
  /** The figure that shows it. */
  readonly figure: string;
};
