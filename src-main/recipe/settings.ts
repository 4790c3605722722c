import { defaultConfig } from '../common/default-config.ts';
import type { PresetName } from '../contract/calls.ts';
import { mostPairsPerPost, type TrainingConfig, type TrainingMethod } from '../contract/engine.ts';
import { TiebreakError } from '../contract/errors.ts';
import type { TrainingKind } from '../contract/records.ts';
import { presets } from './presets.ts';
import { configComments } from './setting-comments.ts';

type Key = keyof TrainingConfig;
const keys = Object.keys(configComments) as Key[];

/** Lowest and highest value; the settings that are not named here are whole numbers from 0 up. */
const ranges: Readonly<Partial<Record<Key, readonly [low: number, high: number]>>> = {
  width: [1, 65_536],
  layers: [1, 1_000],
  heads: [1, 1_000],
  vocabulary: [258, 1_000_000],
  maxTokens: [2, 65_536],
  epochs: [1, 10_000],
  tokensPerBatch: [1, 100_000_000],
  accumulation: [1, 100_000],
  recompute: [0, 1],
  mixedPrecision: [0, 1],
  fixedWarmup: [0, 1],
  readsPost: [0, 1],
  cutOnce: [0, 1],
  decayVectors: [0, 1],
  keepBest: [0, 1],
  weighPeople: [0, 1],
  pairsPerPost: [1, mostPairsPerPost],
  spreadPairs: [0, 1],
};
const fractions: Readonly<Partial<Record<Key, readonly [low: number, high: number]>>> = {
  learningRate: [0, 10],
  layerDecay: [0, 1],
  headRate: [0, 1000],
  beta1: [0, 0.999999],
  beta2: [0, 0.999999999],
  epsilon: [0, 1],
  weightDecay: [0, 10],
  maxGradientNorm: [0, 1e9],
  dropout: [0, 0.95],
  trainedShare: [0.01, 1],
  heldOut: [0, 0.9],
};

/** What settings differ from: the defaults of a way to train, or a preset. */
type Ground = { readonly method?: TrainingMethod | undefined; readonly preset?: PresetName | undefined };

/** The whole configuration from the settings that differ. Throws TiebreakError bad-input with the list of keys. */
export function configWith(
  kind: TrainingKind,
  settings: Readonly<Record<string, unknown>>,
  ground: Ground = {},
): TrainingConfig {
  const changed: Partial<Record<Key, number>> = {};
  for (const [key, value] of Object.entries(settings)) {
    if (!keys.includes(key as Key)) {
      throw new TiebreakError('bad-input', `There is no setting ${key}. The settings are ${keys.join(', ')}.`);
    }
    changed[key as Key] = checked(key as Key, value);
  }
  return { ...groundOf(kind, ground), ...changed };
}

function groundOf(kind: TrainingKind, { method, preset }: Ground): TrainingConfig {
  return { ...defaultConfig(kind, method), ...(preset ? presets[kind][preset].config : {}) };
}

function checked(key: Key, value: unknown): number {
  const fraction = fractions[key];
  const [low, high] = fraction ?? ranges[key] ?? [0, Number.MAX_SAFE_INTEGER];
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && number >= low && number <= high && (fraction || Number.isSafeInteger(number))) {
    return number;
  }
  const upTo = high === Number.MAX_SAFE_INTEGER ? `${low} or more` : `from ${low} to ${high}`;
  const what = fraction ? 'a number' : 'a whole number';
  throw new TiebreakError(
    'bad-input',
    `The setting ${key} must be ${what}, ${upTo}, and not ${JSON.stringify(value)}.`,
  );
}

/** All settings with their default, or what a preset says, and what they mean. */
export function describeSettings(
  kind: TrainingKind,
  ground: Ground = {},
): readonly { key: string; value: number; comment: string }[] {
  const values = groundOf(kind, ground);
  return keys.map((key) => ({ key, value: values[key], comment: configComments[key] }));
}
