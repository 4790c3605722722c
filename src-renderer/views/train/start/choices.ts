import { computed, ref, shallowRef } from 'vue';
import { defaultEncoder } from '../../../../src-main/common/encoders.ts';
import { methodOfRun } from '../../../../src-main/common/training-words.ts';
import { usualMinutes } from '../../../../src-main/contract/best.ts';
import {
  type ContextMode,
  contextModes,
  type PairSource,
  type PresetName,
  presetNames,
  type TimeUse,
  timeUses,
  type VotesUse,
  votesUses,
} from '../../../../src-main/contract/calls.ts';
import type { Device, TrainingMethod } from '../../../../src-main/contract/engine.ts';
import { presetPairs } from '../../../../src-main/contract/presets.ts';
import type { TrainingKind } from '../../../../src-main/contract/records.ts';
import type { ModelLine, RunLine, SettingDescription } from '../../../../src-main/contract/views.ts';
import { client } from '../../../api.ts';
import { useLive } from '../../../composables/live.ts';
import { useSettings } from '../../../composables/settings.ts';

/** How the next training goes. */
export type Choices = {
  /** What `config` and `pairs` start from; null for the defaults. Only with a base. */
  readonly preset: PresetName | null;
  readonly base: string | null;
  readonly pairs: PairSource;
  readonly context: ContextMode;
  /** A difference of votes below it is no preference. */
  readonly margin: number;
  readonly votes: VotesUse;
  readonly time: TimeUse;
  /** The encoder to begin with; null for the one that the way to train has by default. */
  readonly encoder: string | null;
  /** Minutes that it may take; null for what is usual. */
  readonly minutes: number | null;
  readonly device: Device;
  /** Only the settings that differ from the preset, or else from the defaults. */
  readonly config: Readonly<Record<string, number>>;
};

const kind = ref<TrainingKind>('reward');
/** How reward models are trained, where that was chosen since the page was loaded. */
const chosenMethod = ref<TrainingMethod | null>(null);
type Way = `${TrainingKind}-${TrainingMethod}`;
/** What else was chosen since then, for each way to train. */
const chosen = shallowRef<Partial<Record<Way, Choices>>>({});

/** The models one can start from: only a GPT goes on from another. */
export const basesOf = (models: readonly ModelLine[]): readonly ModelLine[] =>
  models.filter(({ deletedAt, kind, method }) => deletedAt === null && kind !== 'encoder' && method === 'gpt');

/** The preset a run was made with. */
const presetOf = ({ config }: Pick<RunLine, 'config'>): PresetName | null =>
  presetNames.find((name) => name === config.preset) ?? null;

/** The encoder a run was told to begin with; null for the one that it would have had anyway. */
function encoderOf(run: Pick<RunLine, 'config'>): string | null {
  const method = methodOfRun(run);
  const { encoder } = run.config;
  return typeof encoder === 'string' && method !== 'gpt' && encoder !== defaultEncoder[method] ? encoder : null;
}

/** The choices a run was made with. */
function choicesOf(run: Pick<RunLine, 'config' | 'base'>, descriptions: readonly SettingDescription[]): Choices {
  const differing = descriptions.flatMap(({ key, value }) => {
    const used = run.config[key];
    return typeof used === 'number' && used !== value ? [[key, used] as const] : [];
  });
  return {
    preset: presetOf(run),
    base: run.base,
    pairs: (run.config.pairs as PairSource | undefined) ?? 'both',
    // One half of a comparison was made so for its sake; what reads the comment alone is shown nothing.
    context:
      (run.config.comparison === undefined ? contextModes.find((mode) => mode === run.config.context) : null) ?? 'post',
    margin: typeof run.config.margin === 'number' ? run.config.margin : 0,
    votes: votesUses.find((use) => use === run.config.votes) ?? 'plain',
    time: timeUses.find((use) => use === run.config.time) ?? 'ignore',
    encoder: encoderOf(run),
    minutes: typeof run.config.minutes === 'number' && run.config.minutes !== usualMinutes ? run.config.minutes : null,
    device: (run.config.device as Device | undefined) ?? 'auto',
    config: Object.fromEntries(differing),
  };
}

/**
 * How the next training goes: as was chosen here, else as the last one of its kind and method went, else the defaults.
 * @param runs the newest first
 * @param bases names of the models one can start from
 */
export function useChoices(runs: () => readonly RunLine[], bases: () => readonly string[]) {
  const { settings } = useSettings();
  const lastOf = (test: (run: RunLine) => boolean): RunLine | undefined =>
    runs().find(
      (run) =>
        run.kind === kind.value &&
        run.deletedAt === null &&
        run.status !== 'failed' &&
        // The parts of a training for the best were fitted into its time.
        run.config.best === undefined &&
        test(run),
    );
  const method = computed<TrainingMethod>(() => {
    if (kind.value === 'sft') return 'gpt';
    const last = lastOf(() => true);
    return chosenMethod.value ?? (last ? methodOfRun(last) : 'best');
  });
  const way = computed<Way>(() => `${kind.value}-${method.value}`);
  const last = computed(() => lastOf((run) => methodOfRun(run) === method.value));
  // The model may have been deleted since.
  const baseThere = (base: string | null): string | null => (base !== null && bases().includes(base) ? base : null);
  const preset = computed<PresetName | null>(() => {
    const here = chosen.value[way.value];
    const from = here ?? last.value;
    if (!from || baseThere(from.base) === null) return null;
    return 'preset' in from ? from.preset : presetOf(from);
  });
  const { data: descriptions } = useLive(
    [],
    () => ['train.settings', way.value, preset.value],
    (signal) => {
      const ground = { kind: kind.value, method: method.value, ...(preset.value ? { preset: preset.value } : {}) };
      return client.train.settings(ground, { signal });
    },
  );
  const defaults = computed<Choices>(() => ({
    preset: null,
    base: null,
    pairs: 'both',
    context: 'post',
    margin: 0,
    votes: 'plain',
    time: 'ignore',
    encoder: null,
    minutes: null,
    device: settings.value.device,
    config: {},
  }));
  const choices = computed<Choices>(() => {
    const found =
      chosen.value[way.value] ??
      (last.value && descriptions.value ? choicesOf(last.value, descriptions.value) : defaults.value);
    return { ...found, base: baseThere(found.base), preset: preset.value };
  });
  const change = (changed: Partial<Choices>): void => {
    chosen.value = { ...chosen.value, [way.value]: { ...choices.value, ...changed } };
  };
  const changes = computed(() => {
    const { config, ...rest } = choices.value;
    const ground = preset.value === null ? defaults.value : { ...defaults.value, pairs: presetPairs[preset.value] };
    const others = Object.entries(rest).filter(([key, value]) => value !== ground[key as keyof typeof rest]);
    return Object.keys(config).length + others.length;
  });
  return {
    kind,
    method,
    chooseMethod: (to: TrainingMethod): void => {
      chosenMethod.value = to;
    },
    choices,
    change,
    /** Starts from a preset, or from the defaults; what was changed by hand is let go. */
    choosePreset: (to: PresetName | null): void =>
      change({ preset: to, config: {}, pairs: to === null ? 'both' : presetPairs[to] }),
    /** How many choices differ from the defaults. */
    changes,
    reset: () => change(defaults.value),
    descriptions: computed(() => descriptions.value ?? []),
  };
}
