/** How sure a model may be of what it says, in words and as rows of a plot. Pure. */
import type { Evaluation, GapFigure, Reliability } from '../contract/evaluation.ts';
import type { IntervalRow } from '../contract/figures.ts';
import { measuredInterval, withInterval } from './measured.ts';
import { counted, figure, percent, plainNumber } from './words.ts';

const whole = (share: number): string => `${Math.round(100 * share)}%`;

/** A row for each class of sureness: how often the model was right there, and how often it should have been. */
export const reliabilityRows = ({ bins }: Reliability): readonly IntervalRow[] =>
  bins.map(({ low, high, pairs, confidence, right, interval }) => ({
    name: `${Math.round(100 * low)} to ${whole(high)} sure (${counted(pairs, 'pair')})`,
    value: right,
    interval: measuredInterval(interval),
    expected: confidence,
    of: 'model',
  }));

/** How well the confidence holds, in a sentence or two. */
export function reliabilityWords({ error, interval, temperature }: Reliability): string {
  const lead = calibrationWords({ error, interval });
  return Number.isFinite(error) ? `${lead} ${temperatureWords(temperature)}` : lead;
}

/** How far its confidence is off. */
export function calibrationWords({ error, interval }: Pick<Reliability, 'error' | 'interval'>): string {
  const off = withInterval(error, interval, percent);
  if (off === null) return 'There were no pairs to measure this on.';
  return `Its chances are off by ${off} on average, which is its calibration error.`;
}

/** What was done to its confidence. */
export function temperatureWords(temperature: number): string {
  const by = `Its rewards are divided by ${figure(temperature, 2)}, its temperature, before they become chances`;
  if (temperature > 1.02) return `${by}, which was learned on the validation split: by itself it is too sure.`;
  if (temperature < 0.98) return `${by}, which was learned on the validation split: by itself it is not sure enough.`;
  return `${by}: by itself it is about as sure as it may be.`;
}

/** A row for each class of distances between votes. */
export const gapRows = (gaps: readonly GapFigure[]): readonly IntervalRow[] =>
  gaps.map(({ low, high, pairs, accuracy, interval }) => ({
    name: `${low === high ? plainNumber(low) : `${plainNumber(low)} to ${plainNumber(high)}`} votes (${counted(pairs, 'pair')})`,
    value: accuracy,
    interval: measuredInterval(interval),
    of: 'model',
  }));

/** What the distance of votes does, in a sentence. */
export function gapWords(gaps: readonly GapFigure[]): string {
  const [first, last] = [gaps[0]!, gaps.at(-1)!];
  const apart = (of: GapFigure): string => percent(of.accuracy);
  const clear = last.interval[0] > first.interval[1];
  return clear
    ? `Where votes are far apart it is right on ${apart(last)} of the pairs, where they are close on ${apart(first)}: people agree less there as well.`
    : `Where votes are far apart it is right on ${apart(last)} of the pairs, where they are close on ${apart(first)}: that difference can be chance.`;
}

/** The same for a terminal: the classes of sureness as rows of a table, with what they should be. */
export const reliabilityTable = ({ bins }: Reliability): readonly (readonly string[])[] =>
  bins.map(({ low, high, pairs, confidence, right, interval }) => [
    `${Math.round(100 * low)} to ${whole(high)}`,
    percent(confidence),
    withInterval(right, interval, percent) ?? '–',
    String(pairs),
  ]);

/** Whether there is something to show of it. */
export const hasReliability = (
  evaluation: Pick<Evaluation, 'reliability'>,
): evaluation is { readonly reliability: Reliability } => (evaluation.reliability?.bins.length ?? 0) > 0;
