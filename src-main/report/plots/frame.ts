import { type ScaleContinuousNumeric, scaleLinear, scaleLog, scaleSymlog } from 'd3-scale';
import { plainNumber } from '../../common/words.ts';
import type { Axis } from '../../contract/figures.ts';
import { type Html, html } from '../html/page.ts';

/** The place of a picture in a report, in units of its own: it is as wide as the page is. */
export const frame = { width: 720, height: 260, left: 56, right: 710, top: 28, bottom: 212 } as const;

export type Scale = ScaleContinuousNumeric<number, number>;
export type Tick = { readonly at: number; readonly label: string };

/** A picture of which every reader is told what it shows. */
export const picture = (says: string, content: readonly Html[], height: number = frame.height): Html =>
  html`<svg viewBox="0 0 ${frame.width} ${height}" role="img" aria-label="${says}">${content}</svg>`;

/** Lines and labels around the values. */
export function axes(x: readonly Tick[], y: readonly Tick[], xLabel: string, yLabel: string): readonly Html[] {
  const { left, right, top, bottom } = frame;
  return [
    ...y.map(
      ({ at, label }) =>
        html`<line class="grid" x1="${left}" x2="${right}" y1="${round(at)}" y2="${round(at)}"/><text x="${left - 8}" y="${round(at)}" dy="4" text-anchor="end">${label}</text>`,
    ),
    html`<line class="base" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>`,
    ...x.map(({ at, label }) => html`<text x="${round(at)}" y="${bottom + 18}" text-anchor="middle">${label}</text>`),
    html`<text x="0" y="${top - 12}">${yLabel}</text>`,
    html`<text x="${right}" y="${bottom + 38}" text-anchor="end">${xLabel}</text>`,
  ];
}

/** A tenth of a unit is finer than anybody sees. */
export const round = (value: number): number => Math.round(value * 10) / 10;

/** The scale of an axis over some values. A logarithmic one begins at 1 at the lowest. */
export function scaleOf(
  { scale }: Axis,
  [low, high]: readonly [number, number],
  range: readonly [number, number],
): Scale {
  if (scale === 'log') return scaleLog([Math.max(1, low), Math.max(2, high)], range).clamp(true);
  if (scale === 'symlog') return scaleSymlog([low, high === low ? low + 1 : high], range);
  return scaleLinear([low, high === low ? low + 1 : high], range).nice(5);
}

/** Some values of a scale that people know, with their labels: powers of ten, and around 0, where it is logarithmic. */
export function ticksOf(scale: Scale, { scale: kind }: Axis): readonly Tick[] {
  const values =
    kind === 'linear' ? scale.ticks(5) : powersWithin(scale.domain() as [number, number], kind === 'symlog');
  return values.map((value) => ({ at: scale(value), label: plainNumber(value) }));
}

function powersWithin([low, high]: readonly [number, number], around: boolean): readonly number[] {
  const powers = Array.from({ length: 13 }, (_, power) => 10 ** power);
  const all = around ? [...powers.map((power) => -power), 0, ...powers] : powers;
  return all.filter((value) => value >= low && value <= high);
}

/** About how wide a text is. */
export const textWidth = (text: string): number => 7 * [...text].length;
