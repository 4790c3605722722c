/** What can be chosen of a training, each with what it means, in the order in which it is offered. */

import { type BoxedEncoder, defaultEncoder, encoderLabels } from '../../../../src-main/common/encoders.ts';
import {
  contextModeWords,
  methodLabels,
  pairSourceLabels,
  presetLabels,
} from '../../../../src-main/common/training-words.ts';
import { timeUseLabels, votesUseLabels } from '../../../../src-main/common/votes-words.ts';
import { capital } from '../../../../src-main/common/words.ts';
import type { ContextMode, PairSource, PresetName, TimeUse, VotesUse } from '../../../../src-main/contract/calls.ts';
import type { TrainingMethod } from '../../../../src-main/contract/engine.ts';
import type { TrainingKind } from '../../../../src-main/contract/records.ts';
import type { ModelLine, SettingDescription } from '../../../../src-main/contract/views.ts';

export type Choice<Value> = { readonly value: Value; readonly label: string; readonly says: string };

/** Choices by their values, with what they mean. */
const choices = <Value extends string>(
  labels: Readonly<Record<Value, string>>,
  says: Readonly<Record<Value, string>>,
): readonly Choice<Value>[] =>
  (Object.keys(says) as Value[]).map((value) => ({ value, label: labels[value], says: says[value] }));

export const kindChoices: readonly Choice<TrainingKind>[] = choices(
  { reward: 'Reward model', sft: 'Language model first' },
  {
    reward: 'Learns from pairs which comment is better. This is what ranks.',
    sft: 'Learns the language of your posts from their texts alone; a reward model can then start from it.',
  },
);

export const methodChoices: readonly Choice<TrainingMethod>[] = choices<TrainingMethod>(methodLabels, {
  best: 'Quick at once, then text readers on the comment alone, deep and together, then a blend of them, which ranks if it is better by more than chance. As many minutes as you give it.',
  quick: 'Learns from what a ready-made text reader says of each text. Seconds.',
  deep: 'Trains a text reader for post and comment apart, starting from quick. Minutes with some thousand comments, hours with many: “Look ahead” says.',
  together:
    'Trains a text reader for post and comment as one text. As long as deep, or longer; good where the words decide.',
  gpt: 'A small GPT from scratch, or from an earlier model. Learns words only from your data.',
});

const encoderChoices: readonly Choice<BoxedEncoder>[] = choices(encoderLabels, {
  use: 'Of 2018; reads whole sentences at once, and is fast.',
  minilm: 'Newer; reads English word by word, and takes longer.',
});

/** The encoders that a way to train can begin with: those that come with the program, and those that were fetched. */
export function encodersFor(method: TrainingMethod, models: readonly ModelLine[]): readonly Choice<string>[] {
  if (method === 'gpt') return [];
  // Universal Sentence Encoder reads one text at a time.
  const boxed = encoderChoices.filter(({ value }) => method !== 'together' || value === 'minilm');
  const fetched = models.filter(({ kind, deletedAt }) => kind === 'encoder' && deletedAt === null);
  const others = fetched.map(({ name }) => ({ value: name, label: name, says: 'Brought in under Models.' }));
  return [...(method === 'best' ? [usualOfBest] : boxed), ...others];
}

/** Its parts begin with different ones where none is chosen for all. */
const usualOfBest: Choice<BoxedEncoder> = {
  value: defaultEncoder.best,
  label: 'The usual one for each',
  says: `${encoderLabels[defaultEncoder.deep]} for deep, ${encoderLabels[defaultEncoder.together]} for the others.`,
};

/** The ways to train that can be told how long they may take. */
export const timedMethods: readonly TrainingMethod[] = ['best', 'deep', 'together'];

export const presetChoices: readonly Choice<PresetName | null>[] = [
  { value: null, label: 'Defaults', says: 'Those of a small GPT.' },
  ...choices(presetLabels, {
    original: 'As the recipe ran that Tiebreak grew from.',
    recommended: 'As we would train the same GPT-2.',
  }),
];

export const pairSourceChoices: readonly Choice<PairSource>[] = choices(pairSourceLabels, {
  both: "Votes in the data and people's answers.",
  labels: 'Only what people said under Compare or in imported answers.',
  votes: 'Only the order the data came with.',
  adjacent: 'Only neighbours in that order, as the original recipe did.',
});

export const votesChoices: readonly Choice<VotesUse>[] = choices(votesUseLabels, {
  plain: 'The comment with more votes is the better one, however few more.',
  sure: 'As far as it is sure: 412 over 37 counts in full, 3 over 2 for little. Not for averages.',
});

export const timeChoices: readonly Choice<TimeUse>[] = choices(timeUseLabels, {
  ignore: 'Comments that came early had longer to gather votes. That stays as it is.',
  regress: 'What coming later costs in your data is taken out of the votes first. Needs the times of comments.',
  later: 'Votes count only where the later comment has more, as in SHP. Sure, but it leaves out most pairs.',
});

export const contextChoices: readonly Choice<ContextMode>[] = choices(
  { post: capital(contextModeWords.post), none: capital(contextModeWords.none) },
  {
    post: 'Title, text and context, cut where they are too long.',
    none: 'Its text where it has no title. Faster.',
  },
);

/** The settings that make a model as large as it is: what comes with the model that is started from. */
export const sizeSettings: readonly string[] = ['width', 'layers', 'heads', 'vocabulary'];
const optimiserSettings = ['beta1', 'beta2', 'epsilon', 'weightDecay', 'decayVectors', 'maxGradientNorm'];
const keepingSettings = ['heldOut', 'evaluateEvery', 'patience', 'keepBest', 'checkpointEvery', 'seed'];
/** What counts for any way to train a reward model. */
const ofPeople = ['weighPeople'];
const ofThreads = ['pairsPerPost', 'spreadPairs'];
/** What counts for one kind of model alone. */
const ofKind: Readonly<Record<string, TrainingKind>> = {
  pairsPerBatch: 'reward',
  cutOnce: 'reward',
  blocksPerBatch: 'sft',
};

/** What counts for one way to train alone. */
const ofMethod: Readonly<Record<string, TrainingMethod>> = { readsPost: 'together', cutOnce: 'gpt' };

/** The settings of a training in groups, without those that don't count for it. */
export function settingGroups(
  settings: readonly SettingDescription[],
  kind: TrainingKind,
  method: TrainingMethod,
): readonly { readonly title: string; readonly settings: readonly SettingDescription[] }[] {
  const people = {
    title: 'Answers of people',
    settings: settings.filter(({ key }) => kind === 'reward' && ofPeople.includes(key)),
  };
  const threads = {
    title: 'Long threads',
    settings: settings.filter(({ key }) => kind === 'reward' && ofThreads.includes(key)),
  };
  // They choose the others by themselves.
  if (method === 'quick' || method === 'best') return [people, threads].filter((group) => group.settings.length > 0);
  const of = (test: (key: string) => boolean) =>
    settings.filter(({ key }) => test(key) && (ofKind[key] ?? kind) === kind && (ofMethod[key] ?? method) === method);
  const named = [...sizeSettings, ...optimiserSettings, ...keepingSettings, ...ofPeople, ...ofThreads];
  return [
    people,
    threads,
    { title: 'Training', settings: of((key) => !named.includes(key)) },
    // The encoder has the size it has.
    { title: 'Size of the model', settings: of((key) => method === 'gpt' && sizeSettings.includes(key)) },
    { title: 'Optimiser', settings: of((key) => optimiserSettings.includes(key)) },
    { title: 'Measuring and saving', settings: of((key) => keepingSettings.includes(key)) },
  ].filter((group) => group.settings.length > 0);
}
