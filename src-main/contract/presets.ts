/** Settings under a name, for trainings that go on from a GPT-2. */
import type { PairSource, PresetName } from './calls.ts';
import type { TrainingConfig } from './engine.ts';

/** What a preset settles: the settings of the training, and for a reward model which pairs it learns from. */
export type PresetKey = keyof TrainingConfig | 'pairs';

/** The pairs that a reward model learns from under each preset. */
export const presetPairs: Readonly<Record<PresetName, PairSource>> = { original: 'adjacent', recommended: 'both' };

export type Preset = {
  readonly name: PresetName;
  /** In a sentence, for people. */
  readonly says: string;
  /** What differs from the defaults. */
  readonly config: Readonly<Partial<TrainingConfig>>;
  /** null for a language model, which learns from no pairs. */
  readonly pairs: PairSource | null;
};

/** A setting in which the presets differ from each other or from what was chosen. */
export type PresetDifference = {
  readonly key: PresetKey;
  readonly original: number | string;
  readonly recommended: number | string;
  readonly yours: number | string;
  /** Whether `yours` was set by hand, against the preset it starts from. */
  readonly changed: boolean;
  readonly why: string;
};

export type PresetComparison = {
  readonly preset: PresetName;
  /** What the chosen preset is, in a sentence. */
  readonly says: string;
  readonly differences: readonly PresetDifference[];
};
