import { ref, shallowRef } from 'vue';
import type { DataStatistics } from '../../../src-main/contract/statistics.ts';
import type { Topic } from '../../../src-main/contract/views.ts';
import { client, messageOf } from '../../api.ts';
import { whenEnded } from '../../composables/tasks.ts';

/** The last result, for as long as the page lives: on a large store it takes a while. */
export const statistics = shallowRef<DataStatistics | null>(null);
/** Whether the data or the answers have changed since. */
export const stale = ref(false);
export const task = shallowRef<number | null>(null);
export const computing = ref(false);
export const failure = ref<string | null>(null);

const about: readonly Topic[] = ['posts', 'labels', 'imports'];
let following = false;

async function follow(): Promise<void> {
  following = true;
  for await (const changed of await client.app.changes()) {
    if (changed.some((topic) => about.includes(topic))) stale.value = true;
  }
}

/** Computes everything anew. */
export async function compute(): Promise<void> {
  if (computing.value) return;
  computing.value = true;
  failure.value = null;
  if (!following) void follow().catch(() => {});
  stale.value = false;
  try {
    const started = await client.data.statistics();
    task.value = started.task;
    const ended = await whenEnded(started);
    if (ended.kind === 'statistics' && ended.result) statistics.value = ended.result;
    else failure.value = ended.error?.message ?? 'Nothing was computed.';
  } catch (error) {
    failure.value = messageOf(error);
  } finally {
    computing.value = false;
    task.value = null;
  }
}
