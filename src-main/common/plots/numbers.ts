import type { IntervalRow, Numbers } from '../../contract/figures.ts';
import { plainNumber } from '../words.ts';
import { pointAt, positions, type Series } from './lines.ts';

/** The table behind figures with their intervals. */
export function numbersOfIntervals(
  rows: readonly IntervalRow[],
  xLabel: string,
  format: (value: number) => string = plainNumber,
): Numbers {
  const expected = rows.some((row) => row.expected !== undefined);
  return {
    columns: ['Name', xLabel, 'At least', 'At most', ...(expected ? ['Should be'] : [])],
    rows: rows.map((row) => [
      row.name,
      row.value === null ? '–' : format(row.value),
      row.interval ? format(row.interval[0]) : '–',
      row.interval ? format(row.interval[1]) : '–',
      ...(expected ? [row.expected === undefined ? '–' : format(row.expected)] : []),
    ]),
  };
}

/** The table behind some lines, of about `most` rows. Faint series are left out. */
export function numbersOfLines(
  all: readonly Series[],
  xLabel: string,
  most: number,
  format: (value: number) => string = plainNumber,
): Numbers {
  const series = all.filter(({ faint }) => !faint);
  return {
    columns: [xLabel, ...series.map(({ name }) => name)],
    rows: tableOf(series, most).map(({ x, values }) => [
      plainNumber(x),
      ...values.map((value) => (value === null ? '–' : format(value))),
    ]),
  };
}

/** Evenly spread members of a list, the first and the last with them; all where there are no more than `most`. */
export function sampled<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, index) => items[Math.round((index * (items.length - 1)) / (most - 1))] as T);
}

/**
 * About `most` places in order, with the value of every series there. Every value of a series with few of them is in it; one
 * with many is read at the last point it has up to there.
 */
export function tableOf(
  series: readonly Series[],
  most: number,
): readonly { readonly x: number; readonly values: readonly (number | null)[] }[] {
  const few = ({ points }: Series): boolean => points.length <= most / 2;
  const places = new Set([
    ...positions(series.filter(few)),
    ...sampled(positions(series.filter((one) => !few(one))), Math.ceil(most / 2)),
  ]);
  return [...places]
    .sort((a, b) => a - b)
    .map((x) => ({
      x,
      values: series.map((one) => {
        const found = pointAt(one.points, x);
        const beyond = x > (one.points.at(-1)?.x ?? x);
        return found && (found.x === x || (!few(one) && !beyond)) ? found.y : null;
      }),
    }));
}
