import { researchId } from '../common/plots/contents.ts';
import { counted } from '../common/words.ts';
import type { Interval } from '../contract/evaluation.ts';
import type { Figure, Section } from '../contract/figures.ts';
import { decimal, tableFigure } from './figure.ts';
import type { Candidate } from './findings.ts';

/** A figure that researchers know by its name. */
export type Measure = {
  readonly name: string;
  readonly value: number | null;
  readonly interval: Interval | null;
  readonly of: string;
  readonly says: string;
};

/** What comes of one kind of data: what everybody reads, and what stands under *Research*. */
export type Part = {
  readonly section: Section;
  readonly findings?: readonly Candidate[];
  readonly measures?: readonly Measure[];
  readonly research?: readonly Figure[];
};

/** The measures and methods behind all parts, for those who know them by name. */
export function researchSection(parts: readonly Part[]): Section {
  const measures = parts.flatMap((part) => part.measures ?? []);
  const figures = parts.flatMap((part) => part.research ?? []);
  const table = tableFigure(
    {
      id: 'measures',
      title: 'Measures by their names',
      says: `${counted(measures.length, 'measure')} with 95% intervals, which are drawn over whole posts or pairs.`,
    },
    {
      columns: ['Measure', 'Value', '95% interval', 'Of', 'How to read it'],
      rows: measures.map(({ name, value, interval, of, says }) => [
        name,
        value === null ? '–' : decimal(value),
        interval === null ? '–' : `${decimal(interval[0])} to ${decimal(interval[1])}`,
        of,
        says,
      ]),
    },
  );
  const all = [...(measures.length > 0 ? [table] : []), ...figures];
  const note =
    all.length === 0
      ? 'There is too little data for the measures of this section.'
      : 'The same data by the measures that papers use, with the scores behind tone and words.';
  return { id: researchId, title: 'Research', note, figures: all };
}
