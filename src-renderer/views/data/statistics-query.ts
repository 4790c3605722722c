import { ref, shallowRef } from 'vue';
import type { DataStatistics } from '../../../src-main/contract/statistics.ts';
import { client } from '../../api.ts';
import { onChange } from '../../composables/live.ts';
import { createStartedTask } from '../../composables/started-task.ts';

/** The last result, for as long as the page lives: on a large store it takes a while. */
export const statistics = shallowRef<DataStatistics | null>(null);
/** Whether the data or the answers have changed since. */
export const stale = ref(false);
export const counting = createStartedTask();

onChange(['posts', 'answers', 'imports'], () => {
  stale.value = true;
});

/** Computes everything anew. */
export async function compute(): Promise<void> {
  if (counting.busy.value) return;
  stale.value = false;
  const result = await counting.run('statistics', () => client.data.statistics());
  if (result) statistics.value = result;
  // Cancelled: nothing else would offer to begin again.
  else counting.failure.value ||= 'Nothing was computed.';
}
