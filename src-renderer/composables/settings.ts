import { computed } from 'vue';
import { defaultSettings, type Settings } from '../../src-main/contract/settings.ts';
import { client } from '../api.ts';
import { queries, useLive } from './live.ts';

const key = ['settings'];

/** What was changed here and is on its way: an answer from before must not undo it. */
let onTheWay: Partial<Settings> = {};
let changes = 0;

/** The settings as they are now (the defaults until they have arrived), and how to change some. */
export function useSettings() {
  const { data, error, refetch } = useLive(['settings'], key, async (signal) => {
    const kept = await client.settings.get(undefined, { signal });
    return { ...kept, ...onTheWay };
  });
  return {
    settings: computed<Settings>(() => data.value ?? defaultSettings),
    // Stays true where asking again fails.
    loaded: computed(() => data.value !== undefined),
    error,
    again: () => void refetch(),
    changeSettings,
  };
}

/** Keeps some settings; every tab sees them. */
export async function changeSettings(changed: Partial<Settings>): Promise<void> {
  const change = ++changes;
  onTheWay = { ...onTheWay, ...changed };
  queries.setQueryData<Settings>(key, (old) => ({ ...(old ?? defaultSettings), ...changed }));
  try {
    const kept = await client.settings.set(changed);
    if (change !== changes) return;
    onTheWay = {};
    queries.setQueryData(key, kept);
  } catch (error) {
    // What is shown is what is kept.
    onTheWay = {};
    void queries.invalidateQueries({ queryKey: key });
    throw error;
  }
}
