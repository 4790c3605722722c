import { computed } from 'vue';
import { defaultSettings, type Settings } from '../../src-main/contract/settings.ts';
import { client } from '../api.ts';
import { queries, useLive } from './live.ts';

const key = ['settings'];

/** The settings as they are now (the defaults until they have arrived), and how to change some. */
export function useSettings() {
  const { data, isSuccess } = useLive(['settings'], key, (signal) => client.settings.get(undefined, { signal }));
  return { settings: computed<Settings>(() => data.value ?? defaultSettings), loaded: isSuccess, changeSettings };
}

/** Keeps some settings; every tab sees them. */
export async function changeSettings(changed: Partial<Settings>): Promise<void> {
  queries.setQueryData<Settings>(key, (old) => ({ ...(old ?? defaultSettings), ...changed }));
  queries.setQueryData(key, await client.settings.set(changed));
}
