import { type PairSource, type PresetName, presetNames } from '../contract/calls.ts';
import type { TrainingConfig } from '../contract/engine.ts';
import type { Preset, PresetComparison, PresetDifference, PresetKey } from '../contract/presets.ts';
import type { TrainingKind } from '../contract/records.ts';
import { presetReasons, presets } from './presets.ts';
import { configComments } from './setting-comments.ts';
import { configWith } from './settings.ts';

type Chosen = {
  readonly kind: TrainingKind;
  readonly preset: PresetName;
  /** What differs from the preset. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly pairs?: PairSource | undefined;
};

type Settled = Readonly<Record<PresetKey, number | string>>;

/**
 * In what the presets differ from each other, and from the one that was chosen with changes of one's own, each with why.
 * Throws TiebreakError bad-input where a setting is none.
 */
export function comparePresets({ kind, preset, config, pairs }: Chosen): PresetComparison {
  const [original, recommended] = presetNames.map((name) => settled(presets[kind][name], kind)) as [Settled, Settled];
  const chosen = presets[kind][preset];
  const yours = settled(chosen, kind, configWith(kind, config, { preset }), pairs);
  const from = preset === 'original' ? original : recommended;
  const keys = (Object.keys(yours) as PresetKey[]).filter(
    (key) => original[key] !== recommended[key] || yours[key] !== from[key],
  );
  const differences = keys.map((key): PresetDifference => {
    const why = presetReasons[kind][key] ?? (key === 'pairs' ? '' : configComments[key]);
    const values = { original: original[key], recommended: recommended[key], yours: yours[key] };
    return { key, ...values, changed: yours[key] !== from[key], why };
  });
  return { preset, says: chosen.says, differences };
}

/** Everything that a preset settles: its pairs first, which only a reward model has. */
function settled(
  preset: Preset,
  kind: TrainingKind,
  config: TrainingConfig = configWith(kind, {}, { preset: preset.name }),
  pairs: PairSource | null = preset.pairs,
): Settled {
  return (preset.pairs === null ? config : { pairs: pairs ?? preset.pairs, ...config }) as Settled;
}
