import type {
  ComparedFigure,
  ContextReport,
  ContextVariant,
  ContextVerdict,
  Measured,
} from '../contract/context-comparison.ts';
import type { Estimate } from '../contract/evaluation.ts';
import { longerRule } from './measured.ts';
import { figure, percent } from './words.ts';

export function contextVerdict({ interval: [low, high] }: Estimate): ContextVerdict {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return 'unknown';
  return low > 0 ? 'helps' : high < 0 ? 'hurts' : 'none';
}

/** With so few posts the interval itself is rough. */
const fewPosts = 50;

/** The verdict in a few sentences: by how much, whether it is beyond chance, and what else must be known. */
export function contextWords(
  report: Pick<ContextReport, 'difference' | 'baselines' | 'posts'> &
    Readonly<Record<ContextVariant, Pick<Measured, 'figures'>>>,
): string {
  const { accuracy, groupedNdcg5 } = report.difference;
  const verdict = contextVerdict(accuracy);
  if (verdict === 'unknown') return 'There were no pairs to measure this on.';
  const first = {
    helps: `The post helps by ${sized(accuracy)} points in accuracy.`,
    hurts: `The post hurts: with it accuracy is lower by ${sized(accuracy)} points.`,
    none: `No difference beyond chance: with the post, accuracy changes by ${signed(accuracy, pointsWithSign)} points.`,
  }[verdict];
  return [first, ndcgWords(verdict, groupedNdcg5), baselineWords(report), postsWords(report.posts)]
    .filter((sentence) => sentence !== null)
    .join(' ');
}

function ndcgWords(verdict: ContextVerdict, estimate: Estimate): string | null {
  const also = contextVerdict(estimate);
  if (also === 'unknown') return null;
  const change = `NDCG@5 changes by ${signed(estimate, withSign)}`;
  if (also === verdict) return verdict === 'none' ? `${change}, which can be chance as well.` : `${change}.`;
  return also === 'none' ? `${change}, which can be chance.` : `${change}, which is beyond chance.`;
}

function baselineWords({
  with: seeing,
  without,
  baselines,
}: Pick<ContextReport, 'baselines'> & Readonly<Record<ContextVariant, Pick<Measured, 'figures'>>>): string | null {
  const longer = baselines.longer.accuracy.value;
  const best = Math.max(seeing.figures.accuracy.value, without.figures.accuracy.value);
  return longer >= best
    ? `Neither is right more often than ${longerRule} (${percent(longer)}), so the difference says little.`
    : null;
}

function postsWords(posts: number): string | null {
  return posts < fewPosts ? `With so few posts (${posts}) the interval itself is rough.` : null;
}

/** '2.1 (0.4 to 3.9)' points, whichever way it goes. */
function sized({ value, interval: [low, high] }: Estimate): string {
  return value < 0
    ? `${points(-value)} (${points(-high)} to ${points(-low)})`
    : `${points(value)} (${points(low)} to ${points(high)})`;
}

/** '+0.021 (-0.004 to +0.039)'. */
function signed({ value, interval: [low, high] }: Estimate, write: Write): string {
  return `${write(value)} (${write(low)} to ${write(high)})`;
}

type Write = (value: number) => string;

const signOf = (value: number, text: string): string => (value > 0 && /[1-9]/.test(text) ? `+${text}` : text);
/** What is rounded to nothing has no sign. */
const unsigned = (text: string): string => (/[1-9]/.test(text) ? text : text.replace('-', ''));
const points: Write = (value) => unsigned((100 * value).toFixed(1));
const decimals: Write = (value) => unsigned(figure(value));
const pointsWithSign: Write = (value) => signOf(value, points(value));
export const withSign: Write = (value) => signOf(value, decimals(value));

/** How a figure and a difference of two are written, as everywhere else: accuracy as a percentage, its difference in points. */
export const writes: Readonly<Record<ComparedFigure, { readonly value: Write; readonly difference: Write }>> = {
  accuracy: { value: percent, difference: pointsWithSign },
  groupedNdcg5: { value: figure, difference: withSign },
  pairedNdcg2: { value: figure, difference: withSign },
};
