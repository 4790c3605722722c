/** What the train view says of runs. Pure. */
import { pointsOf } from '../../../../src-main/common/curves.ts';
import { configRows } from '../../../../src-main/common/run-config.ts';
import type { CurvePoint, CutCounts, TrainingMethod } from '../../../../src-main/contract/engine.ts';
import type { Evaluation, Interval } from '../../../../src-main/contract/evaluation.ts';
import type { Point } from '../../../../src-main/contract/figures.ts';
import type { RunLine } from '../../../../src-main/contract/views.ts';
import { deviceWords } from '../../../words/devices.ts';
import { counted, percent, wholeNumber } from '../../../words/format.ts';
import { methodLabels, methodOf } from '../../../words/methods.ts';

/** How a run stands, in a word. */
export function statusWord({ status, paused }: Pick<RunLine, 'status' | 'paused'>): string {
  if (paused) return 'Paused';
  return { running: 'Running', done: 'Done', cancelled: 'Cancelled', failed: 'Failed', interrupted: 'Interrupted' }[
    status
  ];
}

/** Whether a run can go on from its last checkpoint. */
export const canResume = ({ status, config, step }: Pick<RunLine, 'status' | 'config' | 'step'>): boolean =>
  status !== 'done' && status !== 'running' && step > 0 && config.checkpointEvery !== 0;

/** Seconds from the start of a run to its end; those the engine counted where it said so; null while it runs. */
export function secondsOf({
  report,
  startedAt,
  endedAt,
}: Pick<RunLine, 'report' | 'startedAt' | 'endedAt'>): number | null {
  if (report) return report.seconds;
  return endedAt === null ? null : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
}

const pairWords: Readonly<Record<string, string>> = {
  votes: 'votes in the data',
  labels: "people's answers",
  both: "votes in the data and people's answers",
  adjacent: 'neighbours in the order of the votes',
};
const contextWords: Readonly<Record<string, string>> = { post: 'the whole post', none: 'only the title' };

/** A setting's value, as a table shows it. */
function settingValue(key: string, value: unknown): string {
  if (value === undefined || value === null || value === '') return '–';
  if (key === 'pairs') return pairWords[String(value)] ?? String(value);
  if (key === 'context') return contextWords[String(value)] ?? String(value);
  if (key === 'method') return methodLabels[value as TrainingMethod] ?? String(value);
  if (key === 'device') return deviceWords(String(value));
  return typeof value === 'number' && Math.abs(value) >= 10_000 ? wholeNumber(value) : String(value);
}

const settingNames: Readonly<Record<string, string>> = {
  kind: 'Kind',
  method: 'How',
  base: 'Starts from',
  pairs: 'Learns from',
  context: 'Sees of the post',
  device: 'Device',
  beta1: 'Beta 1',
  beta2: 'Beta 2',
  fixedWarmup: 'Fixed warm-up',
  keepBest: 'Keep the best',
  maxTokens: 'Longest input',
  maxGradientNorm: 'Longest gradient',
};

/** A setting's name for people: 'tokensPerBatch' is 'Tokens per batch'. */
export function settingName(key: string): string {
  const words = key.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return settingNames[key] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

type Settled = Pick<RunLine, 'config' | 'base' | 'kind'>;
export type SettingRow = { readonly key: string; readonly values: readonly string[]; readonly differs: boolean };

/** All settings of some runs beside each other. The name of the model to be is no setting. */
export function settingRows(runs: readonly Settled[]): readonly SettingRow[] {
  return configRows(runs).map(({ key, values }) => {
    const words = values.map((value) => settingValue(key, key === 'base' ? (value ?? 'nothing') : value));
    // What reads the same is the same, such as a setting that is not there and one that is empty.
    return { key, values: words, differs: new Set(words).size > 1 };
  });
}

/** What the curves of a run show, in a sentence or two. */
export function curveWords(curve: readonly CurvePoint[], unfinished: boolean): string {
  const validation = pointsOf(curve, 'validationLoss');
  const loss = pointsOf(curve, 'loss');
  const [first, last] = [loss[0], loss.at(-1)];
  if (!first || !last || loss.length < 2)
    return unfinished ? 'The first values come with the first steps.' : 'No values were kept.';
  if (validation.length < 2) {
    return `The training loss is at ${last.y.toFixed(3)} after ${counted(last.x, 'step')}; lower is better.`;
  }
  const best = validation.reduce((lowest, point) => (point.y < lowest.y ? point : lowest));
  const end = validation.at(-1) as Point;
  const where = `On what is held back for validation the loss is lowest at step ${wholeNumber(best.x)} (${best.y.toFixed(3)})`;
  if (best.x === end.x)
    return `${where}: it was still improving at the ${unfinished ? 'last look' : 'end, so more epochs may help'}.`;
  return `${where} and ${end.y.toFixed(3)} at step ${wholeNumber(end.x)}${
    unfinished ? '.' : ': after that it got worse on them.'
  }`;
}

const points = (share: number): string => (100 * Math.abs(share)).toFixed(1);
const side = (share: number): string => (share < 0 ? `${points(share)} worse` : `${points(share)} better`);

/** How the model does against another: '1.8 points better than reward-2; between 0.4 worse and 4.0 better: not certain'. */
export function differenceWords(difference: number, [low, high]: Interval, name: string): string {
  const start =
    points(difference) === '0.0'
      ? `As often right as ${name}`
      : `${points(difference)} points ${difference < 0 ? 'worse' : 'better'} than ${name}`;
  if (!Number.isFinite(low) || !Number.isFinite(high)) return `${start}.`;
  const certain = low > 0 || high < 0;
  const [near, far] = high < 0 ? [high, low] : [low, high];
  return `${start}; between ${side(near)} and ${side(far)}: ${certain ? 'certain enough to count on' : 'not certain'}.`;
}

/** The share of pairs that a coin gets right. */
const chance = 0.5;

export type Verdict = { readonly tone: 'good' | 'bad' | 'plain'; readonly text: string };

/** Whether the model beats 'the longer comment wins', plainly. */
export function verdict({
  accuracy,
  accuracyInterval: [low],
  baselines,
}: Pick<Evaluation, 'accuracy' | 'accuracyInterval' | 'baselines'>): Verdict | null {
  const longer = baselines.longer.accuracy;
  if (!isFigure(accuracy) || !isFigure(longer)) return null;
  const rule = `“the longer comment wins” (${percent(longer)})`;
  if (accuracy < longer) {
    return {
      tone: 'bad',
      text: `It loses to ${rule}: that simple rule is right more often. Do not rely on this model; more answers may help, or another way to train.`,
    };
  }
  if (accuracy <= chance) {
    return { tone: 'bad', text: 'It is no better than a coin. Do not rely on this model; more answers may help.' };
  }
  // Both have their noise: the intervals must not overlap.
  const [, high] = baselines.longer.accuracyInterval;
  if (isFigure(low) && low > Math.max(isFigure(high) ? high : longer, chance)) {
    return { tone: 'good', text: `It is clearly better than ${rule} and than a coin.` };
  }
  const against = longer > chance ? rule : 'a coin (50%)';
  return {
    tone: 'plain',
    text: `It is not clearly better than ${against}: so small a difference can come about by chance. More answers make it surer.`,
  };
}

/** A number that was measured. NaN stands for none, and arrives as null where it was stored. */
export const isFigure = (value: number | null | undefined): value is number => value !== null && Number.isFinite(value);

/** An interval whose both ends were measured. */
export const measured = (interval: Interval): Interval | null =>
  isFigure(interval[0]) && isFigure(interval[1]) ? interval : null;

/** How texts were cut to fit the model: a GPT reads the end of a post, the sentence encoder its beginning. */
export function cutWords({ inputs, postCut, commentCut }: CutCounts, { config }: Pick<RunLine, 'config'>): string {
  const { maxTokens } = config;
  if (postCut + commentCut === 0) return `All ${wholeNumber(inputs)} texts fitted the model whole.`;
  const limit = typeof maxTokens === 'number' ? `${wholeNumber(maxTokens)} tokens` : 'the model takes';
  const lost = [
    ...(postCut > 0
      ? [
          `${wholeNumber(postCut)} (${percent(postCut / inputs)}) lost the ${methodOf({ config }) === 'gpt' ? 'beginning' : 'end'} of the post`,
        ]
      : []),
    ...(commentCut > 0 ? [`${wholeNumber(commentCut)} (${percent(commentCut / inputs)}) the end of the comment`] : []),
  ];
  return `Of ${wholeNumber(inputs)} texts, ${lost.join(' and ')}, being longer than ${limit}.`;
}
