import { computed, ref, shallowRef, watch } from 'vue';
import type { Forecast } from '../../../../src-main/contract/forecast.ts';
import { client, messageOf } from '../../../api.ts';
import { useTask } from '../../../composables/tasks.ts';

/** What the next training is to be. */
export type ForecastInput = Parameters<typeof client.train.forecast>[0];

/** The last look ahead, as every place shows it that speaks of the next training. */
const began = ref<number | null>(null);
const asked = shallowRef<ForecastInput | null>(null);
const found = shallowRef<Forecast | null>(null);
const failure = ref('');

const same = (a: ForecastInput | null, b: ForecastInput): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What the next training would take, with these choices. */
export function useForecast(input: () => ForecastInput) {
  const task = useTask(began);
  // At once too: it may have ended while another view was shown.
  watch(
    task,
    (now) => {
      if (now?.kind !== 'forecast' || now.state === 'running') return;
      if (now.state === 'done') found.value = now.result;
      else if (now.state === 'failed') failure.value = now.error?.message ?? '';
      began.value = null;
      void client.tasks.dismiss({ task: now.id }).catch(() => undefined);
    },
    { immediate: true },
  );
  return {
    /** While it is looked at. */
    task,
    found: computed(() => found.value),
    failure: computed(() => failure.value),
    /** Whether it was looked at with other choices than there are now. */
    stale: computed(() => !same(asked.value, input())),
    ask: async (): Promise<void> => {
      asked.value = input();
      found.value = null;
      failure.value = '';
      try {
        began.value = (await client.train.forecast(asked.value)).task;
      } catch (error) {
        failure.value = messageOf(error);
      }
    },
  };
}
