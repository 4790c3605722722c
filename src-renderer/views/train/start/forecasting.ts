import { computed, shallowRef } from 'vue';
import type { Forecast } from '../../../../src-main/contract/forecast.ts';
import { client } from '../../../api.ts';
import { createStartedTask } from '../../../composables/started-task.ts';

/** What the next training is to be. */
export type ForecastInput = Parameters<typeof client.train.forecast>[0];

/** The last look ahead, as every place shows it that speaks of the next training. */
const looking = createStartedTask();
const asked = shallowRef<ForecastInput | null>(null);
const found = shallowRef<Forecast | null>(null);

const same = (a: ForecastInput | null, b: ForecastInput): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What the next training would take, with these choices. */
export function useForecast(input: () => ForecastInput) {
  looking.tellHere();
  return {
    /** While it is looked at. */
    task: looking.task,
    found: computed(() => found.value),
    failure: looking.failure,
    /** Whether it was looked at with other choices than there are now. */
    stale: computed(() => !same(asked.value, input())),
    ask: async (): Promise<void> => {
      const wanted = input();
      asked.value = wanted;
      found.value = null;
      found.value = await looking.run('forecast', () => client.train.forecast(wanted));
    },
  };
}
