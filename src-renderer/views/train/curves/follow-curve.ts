import { computed, shallowRef, watch } from 'vue';
import type { CurvePoint } from '../../../../src-main/contract/engine.ts';
import { client, connected } from '../../../api.ts';
import { sayError } from '../../../composables/toasts.ts';

/** The curve of a run, followed while it runs. */
export function useCurve(run: () => number, running: () => boolean) {
  const points = shallowRef<readonly CurvePoint[]>([]);
  watch(
    [run, running],
    ([id, is], _old, onCleanup) => {
      points.value = [];
      if (!is) return;
      const controller = new AbortController();
      onCleanup(() => controller.abort());
      void follow(id, controller.signal, (more) => {
        // A resumed run writes some of its points again.
        const first = more[0]?.step ?? 0;
        points.value = [...points.value.filter(({ step }) => step < first), ...more];
      });
    },
    { immediate: true },
  );
  return computed(() => points.value);
}

async function follow(run: number, signal: AbortSignal, take: (points: readonly CurvePoint[]) => void): Promise<void> {
  try {
    for await (const points of await client.train.watch({ run }, { signal })) take(points);
  } catch (error) {
    // Where the application is gone, the page says so already.
    if (!signal.aborted && connected.value) sayError(error);
  }
}
