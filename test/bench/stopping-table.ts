import { isLittle } from '../../src-main/common/more-answers-words.ts';
import type { Interval } from '../../src-main/contract/evaluation.ts';
import { type HeldOutCurve, worthOfMore } from '../../src-main/evaluation/more-answers.ts';
import type { dataSets } from './data-sets.ts';

/** One training in one draw of posts, and what 50 more came to. */
export type Case = {
  readonly name: keyof typeof dataSets;
  readonly seed: number;
  readonly pairs: number;
  readonly curve: HeldOutCurve;
  /** Pairs that accuracy was measured on, and by how much it changed with each 50 more. */
  readonly measuredOn: number;
  readonly gains: readonly number[];
  /** Of the training by itself, and of what was measured beside it. */
  readonly seconds: { readonly training: number; readonly curve: number };
};

/** One time that 50 more were learned from: what was said of it, and what came. */
type Time = { readonly said: Interval; readonly mean: number; readonly gain: number };
type Row = { readonly name: string; readonly pairs: string; readonly cases: readonly Case[] };

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const points = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(2)}`;
const percent = (share: number): string => `${Math.round(100 * share)}%`;

/** What was said and what came, by data set and number of pairs, and how wide an interval that is the same for all would have to be. */
export function stoppingTable(cases: readonly Case[], titles: typeof dataSets): string {
  const known = cases.filter(({ curve }) => worthOfMore(curve).gain !== null);
  const times = known.flatMap(timesOf);
  const half = shortestHalf(times);
  const names = Object.keys(titles) as (keyof typeof dataSets)[];
  const counts = [...new Set(known.map(({ pairs }) => pairs))].toSorted((a, b) => a - b);
  const rows: Row[] = [
    ...names.flatMap((name) =>
      counts.map((pairs) => ({
        name: titles[name],
        pairs: pairs.toLocaleString('en'),
        cases: known.filter((one) => one.name === name && one.pairs === pairs),
      })),
    ),
    ...counts.map((pairs) => ({
      name: 'all',
      pairs: pairs.toLocaleString('en'),
      cases: known.filter((one) => one.pairs === pairs),
    })),
    { name: '**all**', pairs: 'all', cases: known },
  ].filter(({ cases: of }) => of.length > 0);
  const seconds = (of: readonly Case[], which: keyof Case['seconds']): string =>
    meanOf(of.map((one) => one.seconds[which])).toFixed(1);
  const lines = rows.map(({ name, pairs, cases: of }) => {
    const these = of.flatMap(timesOf);
    const expected = meanOf(these.map(({ gain }) => gain));
    return `| ${[
      name,
      pairs,
      these.length,
      points(meanOf(these.map(({ mean }) => mean))),
      `${points(expected)} ± ${(100 * errorOf(of)).toFixed(2)}`,
      percent(meanOf(these.map(holds))),
      (100 * medianOf(these.map(({ said }) => said[1] - said[0]))).toFixed(2),
      percent(meanOf(these.map(({ gain }) => Number(Math.abs(gain - half.middle) <= half.reach)))),
      percent(meanOf(worthsOf(of).map((gain) => Number(isLittle(gain))))),
      `${seconds(of, 'training')}, ${seconds(of, 'curve')}`,
    ].join(' | ')} |`;
  });
  const head = [
    'data',
    'pairs',
    'times',
    'said, mean',
    'came, mean',
    'interval holds what came',
    'median width',
    `the same ${(200 * half.reach).toFixed(2)} wide for all`,
    'little was said',
    'seconds: training, looking ahead',
  ];
  return [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`, ...lines].join('\n');
}

const worthsOf = (cases: readonly Case[]) => cases.map(({ curve }) => worthOfMore(curve).gain!);

function timesOf({ curve, gains }: Case): Time[] {
  const { mean, interval } = worthOfMore(curve).gain!;
  return gains.map((gain) => ({ said: interval, mean, gain }));
}

/** Standard error of the mean of what came, over draws of posts. */
function errorOf(cases: readonly Case[]): number {
  const means = cases.map(({ gains }) => meanOf(gains));
  const middle = meanOf(means);
  return Math.sqrt(meanOf(means.map((mean) => (mean - middle) ** 2)) / Math.max(1, means.length - 1));
}

const holds = ({ said, gain }: Time): number => Number(said[0] <= gain && gain <= said[1]);

/** The interval around the mean of what came that holds as much of it as those that were said, the same for all. */
function shortestHalf(times: readonly Time[]): { readonly middle: number; readonly reach: number } {
  const middle = meanOf(times.map(({ gain }) => gain));
  const distances = times.map(({ gain }) => Math.abs(gain - middle)).toSorted((a, b) => a - b);
  const wanted = meanOf(times.map(holds));
  return { middle, reach: distances[Math.max(0, Math.ceil(wanted * distances.length) - 1)]! };
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
