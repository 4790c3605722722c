import { computed, shallowRef } from 'vue';
import { type LocationQuery, useRoute, useRouter } from 'vue-router';
import { useModels } from '../../composables/queries.ts';
import { rankWith } from '../../composables/ranking-model.ts';

const named = (query: LocationQuery, key: string): string | null => {
  const value = query[key];
  return typeof value === 'string' ? value : null;
};

/** Which model ranks here and which it is compared with: kept in the address; the one in use where none is named. */
export function useModelChoice() {
  const route = useRoute();
  const router = useRouter();
  const query = useModels();
  const models = computed(() =>
    (query.data.value?.models ?? []).filter(({ kind, deletedAt }) => kind === 'reward' && deletedAt === null),
  );
  const inUse = computed(() => (models.value.find((model) => model.inUse) ?? models.value[0])?.name ?? null);
  const known = (name: string | null): string | null =>
    models.value.some((model) => model.name === name) ? name : null;
  const set = (key: string, value: string | null): unknown => {
    const { [key]: _, ...others } = route.query;
    return router.replace({ ...route, query: value === null ? others : { ...others, [key]: value } });
  };

  const chosen = computed({
    get: () => known(named(route.query, 'model')) ?? inUse.value,
    set: (name) => set('model', name === inUse.value ? null : name),
  });
  const other = computed({
    get: () => {
      const name = known(named(route.query, 'with'));
      return name === chosen.value ? null : name;
    },
    set: (name) => set('with', name),
  });
  const changing = shallowRef(false);
  return {
    loaded: query.isSuccess,
    error: query.error,
    askAgain: () => void query.refetch(),
    models,
    inUse,
    chosen,
    other,
    changing,
    use: async (model: string): Promise<void> => {
      changing.value = true;
      if (await rankWith(model)) await set('model', null);
      changing.value = false;
    },
  };
}
