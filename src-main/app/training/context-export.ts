import { writeFile } from 'node:fs/promises';
import { comparedFigures } from '../../contract/context-comparison.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { FileOffer } from '../../contract/files.ts';
import { csvLines } from '../../disk/spreadsheet.ts';
import { findComparison } from '../../store/context-comparisons.ts';
import type { House } from '../kernel/house.ts';

/** Offers the figures of a comparison as CSV: who, which figure, its value and the ends of its interval. */
export async function exportContext(house: House, comparison: number): Promise<FileOffer> {
  const { report } = findComparison(house.store, comparison);
  if (!report) {
    const message = 'This comparison is not done yet, so there are no figures to save: go on with it first.';
    throw new TiebreakError('nothing-to-do', message);
  }
  const { with: seeing, without, baselines, difference } = report;
  const scorers = [
    [`with the post (${seeing.model})`, seeing.figures],
    [`without the post (${without.model})`, without.figures],
    ['longer comment wins', baselines.longer],
    ['random', baselines.random],
    ['difference', difference],
  ] as const;
  const records = scorers.flatMap(([name, figures]) =>
    comparedFigures.map((figure) => {
      const { value, interval } = figures[figure];
      return [name, figure, ...[value, ...interval].map((end) => (Number.isFinite(end) ? end : ''))];
    }),
  );
  const text = csvLines([['scorer', 'figure', 'value', 'low', 'high'], ...records]);
  return house.files.offer(`with-and-without-the-post-${comparison}.csv`, (path) => writeFile(path, text));
}
