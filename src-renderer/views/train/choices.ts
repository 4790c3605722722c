import { computed, ref, shallowRef } from 'vue';
import type { ContextMode, PairSource } from '../../../src-main/contract/calls.ts';
import type { Device, TrainingMethod } from '../../../src-main/contract/engine.ts';
import type { TrainingKind } from '../../../src-main/contract/records.ts';
import type { ModelLine, RunLine, SettingDescription } from '../../../src-main/contract/views.ts';
import { client } from '../../api.ts';
import { useLive } from '../../composables/live.ts';
import { useSettings } from '../../composables/settings.ts';
import { methodOf } from '../../methods.ts';

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
/** How reward models are trained, where that was chosen since the page was loaded. */
const chosenMethod = ref<TrainingMethod | null>(null);
type Way = `${TrainingKind}-${TrainingMethod}`;
/** What else was chosen since then, for each way to train. */
const chosen = shallowRef<Partial<Record<Way, Choices>>>({});

/** The models one can start from: only a GPT goes on from another. */
export const basesOf = (models: readonly ModelLine[]): readonly ModelLine[] =>
  models.filter(({ deletedAt, method }) => deletedAt === null && method === 'gpt');

/** The choices a run was made with. */
function choicesOf(run: Pick<RunLine, 'config' | 'base'>, descriptions: readonly SettingDescription[]): Choices {
  const differing = descriptions.flatMap(({ key, value }) => {
    const used = run.config[key];
    return typeof used === 'number' && used !== value ? [[key, used] as const] : [];
  });
  return {
    base: run.base,
    pairs: (run.config.pairs as PairSource | undefined) ?? 'both',
    // One half of a comparison was made so for its sake.
    context: run.config.comparison === undefined ? ((run.config.context as ContextMode | undefined) ?? 'post') : 'post',
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
    runs().find((run) => run.kind === kind.value && run.deletedAt === null && run.status !== 'failed' && test(run));
  const method = computed<TrainingMethod>(() => {
    if (kind.value === 'sft') return 'gpt';
    const last = lastOf(() => true);
    return chosenMethod.value ?? (last ? methodOf(last) : 'quick');
  });
  const way = computed<Way>(() => `${kind.value}-${method.value}`);
  const { data: descriptions } = useLive(
    [],
    () => ['train.settings', way.value],
    (signal) => client.train.settings({ kind: kind.value, method: method.value }, { signal }),
  );
  const defaults = computed<Choices>(() => ({
    base: null,
    pairs: 'both',
    context: 'post',
    device: settings.value.device,
    config: {},
  }));
  const choices = computed<Choices>(() => {
    const last = lastOf((run) => methodOf(run) === method.value);
    const found =
      chosen.value[way.value] ?? (last && descriptions.value ? choicesOf(last, descriptions.value) : defaults.value);
    // The model may have been deleted since.
    return found.base !== null && !bases().includes(found.base) ? { ...found, base: null } : found;
  });
  const change = (changed: Partial<Choices>): void => {
    chosen.value = { ...chosen.value, [way.value]: { ...choices.value, ...changed } };
  };
  const changes = computed(() => {
    const { config, ...rest } = choices.value;
    const others = Object.entries(rest).filter(([key, value]) => value !== defaults.value[key as keyof typeof rest]);
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
    /** How many choices differ from the defaults. */
    changes,
    reset: () => change(defaults.value),
    descriptions: computed(() => descriptions.value ?? []),
  };
}
