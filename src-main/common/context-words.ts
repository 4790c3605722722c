import type { ContextReport, ContextVariant, ContextVerdict, Measured } from '../contract/context-comparison.ts';
import type { Estimate } from '../contract/evaluation.ts';
import { longerRule } from './measured.ts';

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
    helps: `The post helps by ${sized(accuracy)} in accuracy.`,
    hurts: `The post hurts: with it accuracy is lower by ${sized(accuracy)}.`,
    none: `No difference beyond chance: with the post, accuracy changes by ${signed(accuracy)}.`,
  }[verdict];
  return [first, ndcgWords(verdict, groupedNdcg5), baselineWords(report), postsWords(report.posts)]
    .filter((sentence) => sentence !== null)
    .join(' ');
}

function ndcgWords(verdict: ContextVerdict, estimate: Estimate): string | null {
  const also = contextVerdict(estimate);
  if (also === 'unknown') return null;
  const change = `NDCG@5 changes by ${signed(estimate)}`;
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
    ? `Neither is right more often than ${longerRule} (${plain(longer)}), so the difference says little.`
    : null;
}

function postsWords(posts: number): string | null {
  return posts < fewPosts ? `With so few posts (${posts}) the interval itself is rough.` : null;
}

/** '.021 (.004 to .039)', whichever way it goes. */
function sized({ value, interval: [low, high] }: Estimate): string {
  return value < 0
    ? `${plain(-value)} (${plain(-high)} to ${plain(-low)})`
    : `${plain(value)} (${plain(low)} to ${plain(high)})`;
}

/** '+.021 (-.004 to +.039)'. */
function signed({ value, interval: [low, high] }: Estimate): string {
  return `${withSign(value)} (${withSign(low)} to ${withSign(high)})`;
}

export const withSign = (value: number): string =>
  value > 0 && plain(value) !== '.000' ? `+${plain(value)}` : plain(value);

/** Three decimals without the zero before the point, as statistics are written. */
export function plain(value: number): string {
  const text = value.toFixed(3).replace(/^(-?)0\./, '$1.');
  return text === '-.000' ? '.000' : text;
}
