import type { DataStatistics, HistogramOf } from '../../../src-main/contract/statistics.ts';
import type { Bar } from '../../components/plots/plots.ts';
import { wholeNumber } from '../../format.ts';

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

const dayMs = 86_400_000;
const namedPeople = 4;
const barsAtMost = 62;

/** Answers over time, stacked by person: by day, or by week or month where there are too many days. */
export function barsOfDays(perDay: DataStatistics['labelsPerDay']): {
  readonly unit: string;
  readonly bars: readonly Bar[];
} {
  const times = perDay.map(({ day }) => Date.parse(day));
  if (times.length === 0) return { unit: 'Day', bars: [] };
  const first = Math.min(...times);
  const last = Math.max(...times);
  const days = (last - first) / dayMs + 1;
  const [unit, start]: [string, (time: number) => number] =
    days <= barsAtMost
      ? ['Day', (time) => time]
      : days <= 7 * barsAtMost
        ? ['Week', startOfWeek]
        : ['Month', startOfMonth];

  const totals = new Map<string, number>();
  for (const { annotator, labels } of perDay) totals.set(annotator, (totals.get(annotator) ?? 0) + labels);
  const most = [...totals].toSorted((a, b) => b[1] - a[1]).map(([name]) => name);
  const named = most.length <= namedPeople + 1 ? most : most.slice(0, namedPeople);
  const names = named.length < most.length ? [...named, `${most.length - named.length} others`] : named;

  const counts = new Map<number, number[]>();
  for (let time = first; time <= last; time += dayMs)
    counts.set(start(time), counts.get(start(time)) ?? names.map(() => 0));
  for (const { day, annotator, labels } of perDay) {
    const at = named.indexOf(annotator);
    counts.get(start(Date.parse(day)))![at === -1 ? names.length - 1 : at]! += labels;
  }
  const bars = [...counts].map(([time, parts]) => ({
    label: labelOf(time, unit),
    value: parts.reduce((sum, value) => sum + value, 0),
    parts: parts.map((value, index) => ({ name: names[index]!, value })),
  }));
  return { unit, bars };
}

const startOfWeek = (time: number): number => time - ((new Date(time).getUTCDay() + 6) % 7) * dayMs;
const startOfMonth = (time: number): number =>
  Date.UTC(new Date(time).getUTCFullYear(), new Date(time).getUTCMonth(), 1);

const dayName = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const monthName = new Intl.DateTimeFormat('en', { month: 'short', year: 'numeric', timeZone: 'UTC' });
const labelOf = (time: number, unit: string): string => (unit === 'Month' ? monthName : dayName).format(time);
