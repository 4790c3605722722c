import { computed } from 'vue';
import { defaultSettings, type Settings } from '../../src-main/contract/settings.ts';
import { client } from '../api.ts';
import { queries, useLive } from './live.ts';

const key = ['settings'];

/** The settings as they are now (the defaults until they have arrived), and how to change some. */
export function useSettings() {
  const { data, error, refetch } = useLive(['settings'], key, (signal) => client.settings.get(undefined, { signal }));
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
  queries.setQueryData<Settings>(key, (old) => ({ ...(old ?? defaultSettings), ...changed }));
  try {
    queries.setQueryData(key, await client.settings.set(changed));
  } catch (error) {
    // What is shown is what is kept.
    void queries.invalidateQueries({ queryKey: key });
    throw error;
  }
}
