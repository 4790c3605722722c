/** How good the model of a run is, in words. Pure. */
import { isFigure, longerRule } from '../../../src-main/common/measured.ts';
import { chance } from '../../../src-main/common/result-words.ts';
import { percent } from '../../../src-main/common/words.ts';
import type { Evaluation, Interval } from '../../../src-main/contract/evaluation.ts';

const points = (share: number): string => (100 * Math.abs(share)).toFixed(1);
const side = (share: number): string => (share < 0 ? `${points(share)} worse` : `${points(share)} better`);

/** How the model does against another: '1.8 points better than reward-2; between 0.4 worse and 4.0 better: not certain'. */
export function differenceWords(difference: number, [low, high]: Interval, name: string): string {
  const start =
    points(difference) === '0.0'
      ? `As often right as ${name}`
      : `${points(difference)} points ${difference < 0 ? 'worse' : 'better'} than ${name}`;
  if (!Number.isFinite(low) || !Number.isFinite(high) || (low === 0 && high === 0)) return `${start}.`;
  const certain = low > 0 || high < 0;
  const [near, far] = high < 0 ? [high, low] : [low, high];
  return `${start}; between ${side(near)} and ${side(far)}: ${certain ? 'certain enough to count on' : 'not certain'}.`;
}

export type Verdict = { readonly tone: 'good' | 'bad' | 'plain'; readonly text: string };

/** Whether the model beats 'the longer comment wins', plainly. */
export function verdict({
  accuracy,
  accuracyInterval: [low],
  baselines,
}: Pick<Evaluation, 'accuracy' | 'accuracyInterval' | 'baselines'>): Verdict | null {
  const longer = baselines.longer.accuracy;
  if (!isFigure(accuracy) || !isFigure(longer)) return null;
  const rule = `${longerRule} (${percent(longer)})`;
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
    text: `It is not clearly better than ${against}: so small a difference can come about by chance.`,
  };
}
