import { until } from '@vueuse/core';
import { computed, type MaybeRefOrGetter, onScopeDispose, ref, shallowReactive, toValue } from 'vue';
import type { Started } from '../../src-main/contract/api.ts';
import type { TaskKind, TaskResults } from '../../src-main/contract/tasks.ts';
import { client, codeOf, messageOf } from '../api.ts';
import { resultIn, useTask, whenEnded } from './tasks.ts';

/**
 * Starts tasks, one at a time, and follows each to its end, for as long as the page lives. What goes wrong is kept for the views
 * to say; while one of them is shown, the list of tasks does not say it as well.
 */
export function createStartedTask() {
  const number = ref<number | null>(null);
  const busy = ref(false);
  const failure = ref('');
  const code = ref<string | null>(null);
  const places = shallowReactive(new Set<{ readonly shown: MaybeRefOrGetter<boolean> }>());
  const shown = computed(() => [...places].some((place) => toValue(place.shown)));

  function forget(): void {
    failure.value = '';
    code.value = null;
  }

  /** Takes a task from the list of tasks once a view that tells of it is shown. */
  function takeFromList(started: Started): void {
    void until(shown)
      .toBe(true)
      .then(() => client.tasks.dismiss(started))
      // It may have been taken from the list by hand.
      .catch(() => undefined);
  }

  return {
    /** The task while it runs. */
    task: useTask(number),
    /** From the start on until it has ended. */
    busy,
    /** Why it failed or could not be started, as a sentence; '' where it did not. */
    failure,
    /** The code of that failure, such as 'too-large'. */
    failureCode: code,
    /** Lets the last failure be. */
    forget,
    /** Whether a view is shown that tells of this task. */
    shown,
    /** For a view that tells of this task: as long as it lives, or only while `where` is true. */
    tellHere: (where: MaybeRefOrGetter<boolean> = true): void => {
      const place = { shown: where };
      places.add(place);
      onScopeDispose(() => places.delete(place));
    },
    /**
     * Starts a task, unless one is going on.
     * @param start null where there is nothing to start after all
     * @returns what it gave; null where it gave nothing, for whatever reason
     */
    run: async <K extends TaskKind>(kind: K, start: () => Promise<Started | null>): Promise<TaskResults[K] | null> => {
      if (busy.value) return null;
      busy.value = true;
      forget();
      try {
        const started = await start();
        if (!started) return null;
        number.value = started.task;
        const ended = await whenEnded(started);
        if (ended.state === 'failed') {
          failure.value = ended.error?.message ?? '';
          code.value = ended.error?.code ?? null;
        }
        if (ended.state !== 'done') takeFromList(started);
        return resultIn(ended, kind);
      } catch (error) {
        failure.value = messageOf(error);
        code.value = codeOf(error);
        return null;
      } finally {
        busy.value = false;
        number.value = null;
      }
    },
  };
}

/** The same for one view. Where it is left before the end, the list of tasks goes on to tell. */
export function useStartedTask() {
  const started = createStartedTask();
  started.tellHere();
  return started;
}
