import { plainNumber, wholeNumber } from '../common/words.ts';
import type { Interval } from '../contract/evaluation.ts';
import type { Bar, Figure, IntervalRow, Meaning, Numbers, Plot } from '../contract/figures.ts';
import type { HistogramOf } from '../contract/statistics.ts';

type Head = Pick<Figure, 'id' | 'title' | 'says'>;

/** Amounts side by side. The numbers are the bars, where no others are given. */
export function barFigure(
  head: Head,
  {
    xLabel,
    yLabel,
    bars,
    of,
  }: { readonly xLabel: string; readonly yLabel: string; readonly bars: readonly Bar[]; readonly of: Meaning },
  numbers?: Numbers,
): Figure {
  const names = [...new Set(bars.flatMap(({ parts }) => parts?.map(({ name }) => name) ?? []))];
  const several = names.length > 1;
  const own: Numbers = {
    columns: [xLabel, ...(several ? [...names, 'All'] : [yLabel])],
    rows: bars.map(({ label, value, parts }) => [
      label,
      ...(several ? names.map((name) => parts?.find((part) => part.name === name)?.value ?? 0) : []),
      value,
    ]),
  };
  return { ...head, plot: { kind: 'bars', xLabel, yLabel, bars, of }, numbers: numbers ?? own };
}

/** Figures with their intervals under each other. */
export function intervalFigure(
  head: Head,
  plot: Omit<Extract<Plot, { kind: 'intervals' }>, 'kind'>,
  more: { readonly column: string; readonly of: (row: IntervalRow, index: number) => string | number } | null = null,
): Figure {
  const columns = ['Name', plot.xLabel, 'At least', 'At most', ...(more ? [more.column] : [])];
  const rows = plot.rows.map((row, index) => [
    row.name,
    plainNumber(row.value ?? Number.NaN),
    ...(row.interval ?? [Number.NaN, Number.NaN]).map(plainNumber),
    ...(more ? [more.of(row, index)] : []),
  ]);
  return { ...head, plot: { kind: 'intervals', ...plot }, numbers: { columns, rows } };
}

/** A figure that is a table. */
export const tableFigure = (head: Head, numbers: Numbers): Figure => ({ ...head, plot: null, numbers });

/** The classes of a histogram: '10–19', and '200+' for the last one, which takes all above, unless `highest` says that there is nothing above. */
export function barsOfHistogram({ edges, counts }: HistogramOf, highest?: number): readonly Bar[] {
  return counts.map((value, index) => {
    const from = edges[index]!;
    const to = edges[index + 1];
    if (to === undefined || index === counts.length - 1) {
      return { label: `${wholeNumber(from)}${highest === from ? '' : '+'}`, value };
    }
    const last = Number.isInteger(from) && Number.isInteger(to) ? to - 1 : to;
    return { label: last === from ? wholeNumber(from) : `${wholeNumber(from)}–${wholeNumber(last)}`, value };
  });
}

/** With a real minus, and none before 0. */
const minus = (text: string): string => (Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−'));

/** '0.23'. */
export const decimal = (value: number, digits = 2): string => minus(value.toFixed(digits));

/** '34%' of a share; '0.4%' where it is less than one percent, and '0%' where it is next to nothing. */
export function percentOf(share: number): string {
  const value = 100 * share;
  const digits = Math.abs(value) >= 0.05 && Math.abs(value) < 1 ? 1 : 0;
  return `${minus(value.toFixed(digits))}%`;
}

/** '95% interval 0.15 to 0.23'. */
export const intervalInWords = ([low, high]: Interval, word: (value: number) => string = decimal): string =>
  `95% interval ${word(low)} to ${word(high)}`;

/** Whether all of an interval lies on one side of a value. */
export const isBeside = ([low, high]: Interval, value: number): boolean => low > value || high < value;

/** How strong a rank correlation is, in a word. */
export function strengthOf(rho: number): string {
  const size = Math.abs(rho);
  return size < 0.1 ? 'very weak' : size < 0.3 ? 'weak' : size < 0.5 ? 'moderate' : 'strong';
}
