import { writes } from '../../common/context-words.ts';
import { baselineNames, withInterval } from '../../common/measured.ts';
import { counted, wholeNumber } from '../../common/words.ts';
import {
  type ComparedFigures,
  type ContextComparison,
  type ContextReport,
  comparedFigures,
} from '../../contract/context-comparison.ts';
import type { Estimate } from '../../contract/evaluation.ts';
import { type Cell, minute, table } from './table.ts';

const heads = ['', 'accuracy', 'grouped NDCG@5', 'paired NDCG@2'];

/** Both variants beside the baselines, their difference, and what that says. */
export function printContextReport(report: ContextReport): string {
  const { with: seeing, without, baselines, difference, posts, pairs, differingPosts, split, says } = report;
  const row = (name: string, figures: ComparedFigures, way: 'value' | 'difference' = 'value'): Cell[] => [
    name,
    ...comparedFigures.map((figure) => told(figures[figure], writes[figure][way])),
  ];
  return [
    `${split}: ${counted(pairs, 'pair')} in ${counted(posts, 'post')}, ${wholeNumber(differingPosts)} of which have more than a title (95% intervals over posts)`,
    table(heads, [
      row(`with the post (${seeing.model})`, seeing.figures),
      row(`without (${without.model})`, without.figures),
      row(baselineNames.longer, baselines.longer),
      row(baselineNames.random, baselines.random),
      row('difference', difference, 'difference'),
    ]),
    says,
  ].join('\n');
}

const told = ({ value, interval }: Estimate, write: (value: number) => string): string =>
  withInterval(value, interval, write) ?? '-';

export function printComparisons(comparisons: readonly ContextComparison[]): string {
  if (comparisons.length === 0) return "Nothing was compared yet: 'tiebreak train context' does it.";
  const rows = comparisons.map(({ id, createdAt, method, report, ...variants }): Cell[] => [
    id,
    minute(createdAt),
    method,
    variants.without?.name ?? '-',
    variants.with?.name ?? '-',
    report
      ? told(report.difference.accuracy, writes.accuracy.difference)
      : `not done: 'train context --resume ${id}' goes on with it`,
  ]);
  return table(['comparison', 'begun (UTC)', 'method', 'without', 'with', 'accuracy changes by (points)'], rows);
}
