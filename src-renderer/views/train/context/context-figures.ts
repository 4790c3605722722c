/** What the view of a comparison with and without the post shows. Pure. */

import { writes } from '../../../../src-main/common/context-words.ts';
import { baselineNames, isFigure, measuredInterval, withInterval } from '../../../../src-main/common/measured.ts';
import { capital } from '../../../../src-main/common/words.ts';
import {
  type ComparedFigure,
  type ComparedFigures,
  type ContextComparison,
  type ContextReport,
  comparedFigures,
} from '../../../../src-main/contract/context-comparison.ts';
import type { Estimate } from '../../../../src-main/contract/evaluation.ts';
import type { IntervalRow, Meaning } from '../../../../src-main/contract/figures.ts';

export const figureNames: Readonly<Record<ComparedFigure, { readonly name: string; readonly says: string }>> = {
  accuracy: { name: 'Accuracy', says: 'Share of pairs found right; equal rewards count half.' },
  groupedNdcg5: {
    name: 'NDCG@5 of posts',
    says: "How near the first five places of a post's comments come to the best order, which has 1. Even a random order has a high value.",
  },
  pairedNdcg2: {
    name: 'NDCG@2 of pairs',
    says: 'The same for the two places of a pair: 1 where it is right, .631 where it is wrong.',
  },
};

const row = (name: string, { value, interval }: Estimate, of: Meaning, emphasis = false): IntervalRow => ({
  name,
  value: isFigure(value) ? value : null,
  interval: measuredInterval(interval),
  emphasis,
  of,
});

/** Everyone's value of one figure. */
export function rowsOf(report: ContextReport, figure: ComparedFigure): readonly IntervalRow[] {
  return everyone(report).map(({ name, figures, of }) => row(name, figures[figure], of, of === 'model'));
}

/** With minus without: of these figures, which are written alike. */
export function differenceRows(
  { difference }: ContextReport,
  figures: readonly ComparedFigure[] = comparedFigures,
): readonly IntervalRow[] {
  return figures.map((figure) => row(figureNames[figure].name, difference[figure], 'model', figure === 'accuracy'));
}

/** All figures in a table: a row for each scorer and one for the difference, a cell for each figure. */
export function tableOf(
  report: ContextReport,
): readonly { readonly name: string; readonly cells: readonly string[] }[] {
  return [
    ...everyone(report).map(({ name, figures }) => ({ name, cells: cellsOf(figures, 'value') })),
    { name: 'Difference', cells: cellsOf(report.difference, 'difference') },
  ];
}

function everyone({ with: seeing, without, baselines }: ContextReport) {
  return [
    { name: `With the post (${seeing.model})`, figures: seeing.figures, of: 'model' },
    { name: `Without (${without.model})`, figures: without.figures, of: 'model' },
    { name: capital(baselineNames.longer), figures: baselines.longer, of: 'longer' },
    { name: capital(baselineNames.random), figures: baselines.random, of: 'chance' },
  ] as const;
}

function cellsOf(figures: ComparedFigures, way: 'value' | 'difference'): readonly string[] {
  return comparedFigures.map((figure) => {
    const { value, interval } = figures[figure];
    return withInterval(value, interval, writes[figure][way]) ?? '–';
  });
}

/** How a comparison stands, in a few words. */
export function verdictWord({ report }: Pick<ContextComparison, 'report'>): string {
  if (!report) return 'not done';
  const by = `${writes.accuracy.difference(report.difference.accuracy.value)} points`;
  return {
    helps: `the post helps (${by})`,
    hurts: `the post hurts (${by})`,
    none: 'no difference beyond chance',
    unknown: 'nothing to measure',
  }[report.verdict];
}
