import { computed, ref, shallowRef } from 'vue';
import type { ContextMode, PairSource } from '../../../src-main/contract/calls.ts';
import type { Device } from '../../../src-main/contract/engine.ts';
import type { TrainingKind } from '../../../src-main/contract/records.ts';
import type { RunLine, SettingDescription } from '../../../src-main/contract/views.ts';
import { client } from '../../api.ts';
import { useLive } from '../../composables/live.ts';
import { useSettings } from '../../composables/settings.ts';

/** How the next training goes. */
export type Choices = {
  readonly base: string | null;
  readonly pairs: PairSource;
  readonly context: ContextMode;
  readonly device: Device;
  /** Only the settings that differ from the defaults. */
  readonly config: Readonly<Record<string, number>>;
};

const kind = ref<TrainingKind>('reward');
/** What was chosen since the page was loaded. */
const chosen = shallowRef<Partial<Record<TrainingKind, Choices>>>({});

/** The choices a run was made with. */
function choicesOf(run: Pick<RunLine, 'config' | 'base'>, descriptions: readonly SettingDescription[]): Choices {
  const differing = descriptions.flatMap(({ key, value }) => {
    const used = run.config[key];
    return typeof used === 'number' && used !== value ? [[key, used] as const] : [];
  });
  return {
    base: run.base,
    pairs: (run.config.pairs as PairSource | undefined) ?? 'both',
    context: (run.config.context as ContextMode | undefined) ?? 'post',
    device: (run.config.device as Device | undefined) ?? 'auto',
    config: Object.fromEntries(differing),
  };
}

/**
 * How the next training goes: as was chosen here, else as the last one of its kind went, else the defaults.
 * @param runs the newest first
 * @param bases names of the models one can start from
 */
export function useChoices(runs: () => readonly RunLine[], bases: () => readonly string[]) {
  const { settings } = useSettings();
  const { data: descriptions } = useLive(
    [],
    () => ['train.settings', kind.value],
    (signal) => client.train.settings({ kind: kind.value }, { signal }),
  );
  const defaults = computed<Choices>(() => ({
    base: null,
    pairs: 'both',
    context: 'post',
    device: settings.value.device,
    config: {},
  }));
  const choices = computed<Choices>(() => {
    const last = runs().find((run) => run.kind === kind.value && run.deletedAt === null && run.status !== 'failed');
    const found =
      chosen.value[kind.value] ?? (last && descriptions.value ? choicesOf(last, descriptions.value) : defaults.value);
    // The model may have been deleted since.
    return found.base !== null && !bases().includes(found.base) ? { ...found, base: null } : found;
  });
  const change = (changed: Partial<Choices>): void => {
    chosen.value = { ...chosen.value, [kind.value]: { ...choices.value, ...changed } };
  };
  const changes = computed(() => {
    const { config, ...rest } = choices.value;
    const others = Object.entries(rest).filter(([key, value]) => value !== defaults.value[key as keyof typeof rest]);
    return Object.keys(config).length + others.length;
  });
  return {
    kind,
    choices,
    change,
    /** How many choices differ from the defaults. */
    changes,
    reset: () => change(defaults.value),
    descriptions: computed(() => descriptions.value ?? []),
  };
}
