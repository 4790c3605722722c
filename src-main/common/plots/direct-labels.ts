import { maximum } from '../lists.ts';
import { type Box, label, letterSize, line, looks, type Mark, rect } from './marks.ts';
import { cut, textWidth } from './text-width.ts';

/** A series with where its name would best stand. */
export type Ending = {
  readonly name: string;
  readonly colour: string;
  readonly dash: string | null;
  readonly y: number;
};

/** More than these are told apart by a legend. */
const most = 4;
/** Pixels from a plot to a sign, its width, and from there to the name. */
const [before, sign, after] = [6, 14, 5];
/** Of a plot's width, at most. */
const widestShare = 0.3;
const lineHeight = Math.round(1.25 * letterSize);

/** The room at the right of a plot for the names of its series, in pixels; null where they need a legend: too many, too long or alike once cut. */
export function roomForNames(names: readonly string[], width: number): number | null {
  if (names.length < 2 || names.length > most || width < 420) return null;
  const widest = maximum(names.map(textWidth), 0);
  const room = Math.min(widest, widestShare * width - before - sign - after);
  if (new Set(names.map((name) => cut(name, room))).size < names.length) return null;
  return before + sign + after + room + 2;
}

/** The names of series beside where they end, moved apart as far as they must be. */
export function namesAtEnd(
  { left, top, width, height }: Box,
  endings: readonly Ending[],
  room: number,
): readonly Mark[] {
  const x = left + width + before;
  const ys = apart(
    endings.map(({ y }) => y),
    lineHeight,
    [top, top + height],
  );
  return endings.flatMap(({ name, colour, dash }, index) => {
    const y = ys[index]!;
    const key =
      dash === null
        ? rect(x + 2, y - 5, 10, 10, { rx: 2, fill: colour })
        : line(x, y, x + sign, y, { stroke: colour, 'stroke-width': 2.5, 'stroke-dasharray': dash });
    const text = cut(name, room - before - sign - after);
    return [key, label(text, x + sign + after, y + 4, 'start', looks.name)];
  });
}

/** Heights as near to those wanted as they can be, in the same order, none nearer to another than `gap`, all within bounds that have room for them. */
export function apart(
  wanted: readonly number[],
  gap: number,
  [top, bottom]: readonly [number, number],
): readonly number[] {
  const order = [...wanted.keys()].sort((a, b) => wanted[a]! - wanted[b]! || a - b);
  const placed = new Map<number, number>();
  let lowest = top;
  for (const index of order) {
    const y = Math.max(lowest, wanted[index]!);
    placed.set(index, y);
    lowest = y + gap;
  }
  let highest = bottom;
  for (const index of order.toReversed()) {
    const y = Math.min(highest, placed.get(index)!);
    placed.set(index, y);
    highest = y - gap;
  }
  return wanted.map((_, index) => placed.get(index)!);
}
