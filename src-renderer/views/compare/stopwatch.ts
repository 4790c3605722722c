import { useDocumentVisibility } from '@vueuse/core';
import { watch } from 'vue';

/** Measures how long a pair was in view. */
export type Stopwatch = {
  /** Begins anew. */
  readonly restart: () => void;
  readonly pause: () => void;
  readonly resume: () => void;
  /** Whole milliseconds since it began, pauses left out. */
  readonly read: () => number;
};

/** @param now milliseconds of a clock that only goes forward */
export function createStopwatch(now: () => number = () => performance.now()): Stopwatch {
  let spent = 0;
  let since: number | null = null;
  const pause = (): void => {
    if (since !== null) spent += now() - since;
    since = null;
  };
  const resume = (): void => {
    since ??= now();
  };
  return {
    pause,
    resume,
    restart: () => {
      const running = since !== null;
      spent = 0;
      since = running ? now() : null;
    },
    read: () => Math.round(spent + (since === null ? 0 : now() - since)),
  };
}

/** A stopwatch that runs as long as the page is in view. */
export function useStopwatch(): Stopwatch {
  const stopwatch = createStopwatch();
  const visibility = useDocumentVisibility();
  watch(visibility, (is) => (is === 'visible' ? stopwatch.resume() : stopwatch.pause()), { immediate: true });
  return stopwatch;
}
