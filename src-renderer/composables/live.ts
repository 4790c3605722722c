import { keepPreviousData, QueryClient, useQuery } from '@tanstack/vue-query';
import { computed, getCurrentScope, type MaybeRefOrGetter, onScopeDispose, toValue } from 'vue';
import type { Topic } from '../../src-main/contract/views.ts';
import { client } from '../api.ts';

/** Answers are kept until the application says that something they show has changed. */
export const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false, networkMode: 'always' } },
});

/**
 * What the application answers, asked again whenever one of the topics changes or the key does; the last answer stays until
 * the next one is there.
 * @param key what the answer depends on; begins with the name of the call
 */
export function useLive<T>(
  topics: readonly Topic[],
  key: MaybeRefOrGetter<readonly unknown[]>,
  ask: (signal: AbortSignal) => Promise<T>,
  enabled: MaybeRefOrGetter<boolean> = true,
) {
  return useQuery({
    queryKey: computed(() => [...toValue(key)]),
    queryFn: ({ signal }) => ask(signal),
    meta: { topics },
    placeholderData: keepPreviousData,
    enabled: computed(() => toValue(enabled)),
  });
}

type Listener = (changed: readonly Topic[]) => void;
const listeners = new Set<Listener>();

/** Calls back whenever one of the topics changes: as long as the component lives, outside of one as long as the page does. */
export function onChange(topics: readonly Topic[], then: () => void): void {
  const listener: Listener = (changed) => {
    if (topics.some((topic) => changed.includes(topic))) then();
  };
  listeners.add(listener);
  if (getCurrentScope()) onScopeDispose(() => listeners.delete(listener));
}

/** Listens for changes as long as the page lives. */
export async function followChanges(): Promise<void> {
  for await (const changed of await client.app.changes()) {
    for (const listener of listeners) listener(changed);
    await queries.invalidateQueries({
      predicate: ({ meta }) => ((meta?.topics ?? []) as readonly Topic[]).some((topic) => changed.includes(topic)),
    });
  }
}
