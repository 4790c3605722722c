import { ref, shallowRef } from 'vue';
import type { DataStatistics } from '../../../src-main/contract/statistics.ts';
import { client, messageOf } from '../../api.ts';
import { onChange } from '../../composables/live.ts';
import { whenEnded } from '../../composables/tasks.ts';

/** The last result, for as long as the page lives: on a large store it takes a while. */
export const statistics = shallowRef<DataStatistics | null>(null);
/** Whether the data or the answers have changed since. */
export const stale = ref(false);
export const task = shallowRef<number | null>(null);
export const computing = ref(false);
export const failure = ref<string | null>(null);

onChange(['posts', 'answers', 'imports'], () => {
  stale.value = true;
});

/** Computes everything anew. */
export async function compute(): Promise<void> {
  if (computing.value) return;
  computing.value = true;
  failure.value = null;
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
