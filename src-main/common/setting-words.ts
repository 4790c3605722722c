/** The settings of trainings, as a table shows them. */
import type { PairSource, TimeUse, VotesUse } from '../contract/calls.ts';
import type { ModelMethod, ShownOfPost } from '../contract/engine.ts';
import type { RunLine } from '../contract/views.ts';
import { deviceWords } from './device-words.ts';
import { configRows } from './run-config.ts';
import { contextModeWords, methodLabels, modelMethodOfRun, pairSourceWords } from './training-words.ts';
import { timeUseLabels, votesUseLabels } from './votes-words.ts';
import { capital, wholeNumber } from './words.ts';

function settingValue(key: string, value: unknown): string {
  if (value === undefined || value === null || value === '') return '–';
  if (key === 'pairs') return pairSourceWords[value as PairSource] ?? String(value);
  if (key === 'context') return contextModeWords[value as ShownOfPost] ?? String(value);
  if (key === 'votes') return votesUseLabels[value as VotesUse] ?? String(value);
  if (key === 'time') return timeUseLabels[value as TimeUse] ?? String(value);
  if (key === 'method') return methodLabels[value as ModelMethod] ?? String(value);
  if (key === 'device') return deviceWords(String(value));
  return typeof value === 'number' && Math.abs(value) >= 10_000 ? wholeNumber(value) : String(value);
}

const settingNames: Readonly<Record<string, string>> = {
  kind: 'Kind',
  method: 'How',
  base: 'Starts from',
  best: 'Part of run',
  without: 'Held out to judge by',
  pairs: 'Learns from',
  context: 'Sees of the post',
  margin: 'Smallest difference of votes',
  votes: 'What more votes say',
  time: 'The time to gather votes',
  device: 'Device',
  beta1: 'Beta 1',
  beta2: 'Beta 2',
  cutOnce: 'Cut a post once',
  fixedWarmup: 'Fixed warm-up',
  keepBest: 'Keep the best',
  maxTokens: 'Longest input',
  maxGradientNorm: 'Longest gradient',
};

/** A setting's name for people: 'tokensPerBatch' is 'Tokens per batch'. */
export function settingName(key: string): string {
  const words = key.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return settingNames[key] ?? capital(words);
}

type Settled = Pick<RunLine, 'config' | 'base' | 'kind'>;
export type SettingRow = { readonly key: string; readonly values: readonly string[]; readonly differs: boolean };

/** All settings of some runs beside each other. The name of the model to be is no setting. */
export function settingRows(runs: readonly Settled[]): readonly SettingRow[] {
  return configRows(runs).map(({ key, values }) => {
    const words = values.map((value, i) => {
      if (key === 'base') return settingValue(key, value ?? 'nothing');
      return settingValue(key, key === 'method' && value !== undefined ? modelMethodOfRun(runs[i]!) : value);
    });
    // What reads the same is the same, such as a setting that is not there and one that is empty.
    return { key, values: words, differs: new Set(words).size > 1 };
  });
}
