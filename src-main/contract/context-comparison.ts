/** Two reward models that differ in what they saw of the post, held against each other. */
import type { TrainingMethod } from './engine.ts';
import type { Estimate } from './evaluation.ts';
import type { Split } from './records.ts';

/**
 * What models are compared by: the share of right pairs, sk_ndcg over the first 5 places of a post's comments, and sk_ndcg
 * over both places of a pair.
 */
export const comparedFigures = ['accuracy', 'groupedNdcg5', 'pairedNdcg2'] as const;
export type ComparedFigure = (typeof comparedFigures)[number];
export type ComparedFigures = Readonly<Record<ComparedFigure, Estimate>>;

/** Without: the model saw the title alone (the text where there is no title). With: title, text and context. */
export const contextVariants = ['without', 'with'] as const;
export type ContextVariant = (typeof contextVariants)[number];

type Measured = { readonly run: number; readonly model: string; readonly figures: ComparedFigures };

/** What a comparison came to, each figure with its 95% interval over posts. */
export type ContextReport = {
  readonly comparison: number;
  readonly method: TrainingMethod;
  readonly split: Split;
  readonly posts: number;
  /** Posts of which one variant saw more than the other. */
  readonly differingPosts: number;
  /** Pairs with a better side. */
  readonly pairs: number;
  readonly with: Measured;
  readonly without: Measured;
  readonly baselines: { readonly random: ComparedFigures; readonly longer: ComparedFigures };
  /** With minus without, with an interval of its own by paired bootstrap. */
  readonly difference: ComparedFigures;
  readonly verdict: ContextVerdict;
  /** The same in words. */
  readonly says: string;
  readonly seconds: number;
};

/** A comparison as it stands. */
export type ContextComparison = {
  readonly id: number;
  readonly createdAt: string;
  readonly method: TrainingMethod;
  /** null until the training of that variant has begun. */
  readonly with: ComparedRun | null;
  readonly without: ComparedRun | null;
  /** null until both are trained and measured. */
  readonly report: ContextReport | null;
};
export type ComparedRun = { readonly run: number; readonly name: string; readonly done: boolean };

/** By accuracy: whether the difference lies beyond chance, and which way. 'unknown' where there was nothing to measure. */
export type ContextVerdict = 'helps' | 'hurts' | 'none' | 'unknown';

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
    ? `Neither is right more often than “the longer comment wins” (${plain(longer)}), so the difference says little.`
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
