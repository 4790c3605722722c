/** What several views ask for: one key and one list of topics each, so that they share the answer. */
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { client } from '../api.ts';
import { useLive } from './live.ts';

export const useModels = (enabled: MaybeRefOrGetter<boolean> = true) =>
  useLive(
    ['models', 'runs', 'settings'],
    ['models.list'],
    (signal) => client.models.list(undefined, { signal }),
    enabled,
  );

export const useCompareSummary = (enabled: MaybeRefOrGetter<boolean> = true) =>
  useLive(
    ['answers', 'posts', 'models', 'settings'],
    ['answers.summary'],
    (signal) => client.answers.summary(undefined, { signal }),
    enabled,
  );

export const useAppInfo = () => useLive([], ['app.info'], (signal) => client.app.info(undefined, { signal }));

/** What the last look at the database found. */
export const useHealth = () =>
  useLive(['health'], ['app.health'], (signal) => client.app.health(undefined, { signal }));

/** What restores put aside. Work that makes them due, and restores, tell of these topics. */
export const usePutAside = () =>
  useLive(['settings', 'answers', 'imports', 'runs'], ['backup.putAside'], (signal) =>
    client.backup.putAside(undefined, { signal }),
  );

/** The backups in the data folder. */
export const useBackups = () =>
  useLive(['backups'], ['backup.automatic'], (signal) => client.backup.automatic(undefined, { signal }));

/** What is deleted and can be taken back. */
export const useTrash = () =>
  useLive(['models', 'runs', 'reports'], ['trash.list'], (signal) => client.trash.list(undefined, { signal }));

/** How imports compare with what a model learned from, or the one in use where none is named. */
export const useDrift = (model: MaybeRefOrGetter<string | null> = null) =>
  useLive(
    ['imports', 'models', 'settings'],
    () => ['data.drift', toValue(model)],
    (signal) => client.data.drift(toValue(model) === null ? {} : { model: toValue(model)! }, { signal }),
  );

/** What a training has to learn from. */
export const useSources = (enabled: MaybeRefOrGetter<boolean> = true) =>
  useLive(
    ['answers', 'posts', 'imports', 'settings'],
    ['train.sources'],
    (signal) => client.train.sources(undefined, { signal }),
    enabled,
  );

/** Whether there are no posts at all; false until that is known. */
export function useNoPosts(enabled: MaybeRefOrGetter<boolean> = true) {
  const query = useLive(
    ['posts', 'imports'],
    ['posts.any'],
    (signal) => client.posts.list({ limit: 1 }, { signal }),
    enabled,
  );
  return { ...query, empty: computed(() => query.data.value?.total === 0) };
}
