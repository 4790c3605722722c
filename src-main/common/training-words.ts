/** What a training is, in words: what it trains, how, and what from. */

import type { PairSource, PresetName } from '../contract/calls.ts';
import { type ModelMethod, type ShownOfPost, type TrainingMethod, trainingMethods } from '../contract/engine.ts';
import type { ModelKind, Run } from '../contract/records.ts';
import { capital } from './words.ts';

export const kindWords: Readonly<Record<ModelKind, string>> = {
  reward: 'reward model',
  sft: 'language model',
  encoder: 'sentence encoder',
};
export const methodLabels: Readonly<Record<ModelMethod, string>> = {
  quick: 'Quick',
  alone: 'Comment alone',
  deep: 'Deep',
  together: 'Together',
  best: 'Best',
  gpt: 'GPT',
};
export const presetLabels: Readonly<Record<PresetName, string>> = { original: 'Original', recommended: 'Recommended' };
export const pairSourceLabels: Readonly<Record<PairSource, string>> = {
  both: 'Both',
  labels: 'Answers',
  votes: 'Votes',
  adjacent: 'Neighbours',
};
/** The same as they stand in a sentence. */
export const pairSourceWords: Readonly<Record<PairSource, string>> = {
  both: "votes in the data and people's answers",
  labels: "people's answers",
  votes: 'votes in the data',
  adjacent: 'neighbours in the order of the votes',
};
export const contextModeWords: Readonly<Record<ShownOfPost, string>> = {
  post: 'the whole post',
  none: 'only the title',
  nothing: 'nothing',
};

/** How a run trains; those from before there was more than one way train a GPT. */
export const methodOfRun = ({ config }: Pick<Run, 'config'>): TrainingMethod =>
  trainingMethods.find((known) => known === config.method) ?? 'gpt';

/** What a training makes by its method and its settings: one that reads no post is told apart from those that do. */
export const modelMethodOf = (method: TrainingMethod, config: Readonly<Record<string, unknown>>): ModelMethod =>
  method === 'together' && Number(config.readsPost ?? 1) === 0 ? 'alone' : method;

/** How a model was trained that is told apart by this. */
export const trainingMethodOf = (method: ModelMethod): TrainingMethod => (method === 'alone' ? 'together' : method);

/** What the model of a run is told apart by. */
export const modelMethodOfRun = (run: Pick<Run, 'config'>): ModelMethod => modelMethodOf(methodOfRun(run), run.config);

/** What a model is: 'Quick reward model'. */
export const modelWords = ({ kind, method }: { readonly kind: ModelKind; readonly method: ModelMethod }): string => {
  const words = kind === 'reward' ? `${methodLabels[method]} ${kindWords[kind]}` : kindWords[kind];
  return capital(words);
};
