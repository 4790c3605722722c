import { nextTick, type Ref, ref } from 'vue';
import { messageOf } from '../api.ts';

/** Something that is asked for elsewhere before it is fetched: one question at a time, which can be broken off. */
export type LookUp<T> = {
  readonly found: Ref<T | null>;
  /** Why nothing was found; '' where nothing failed. */
  readonly failed: Ref<string>;
  /** The question that is being asked. */
  readonly looking: Ref<AbortController | null>;
  readonly look: () => Promise<void>;
  /** Forgets what was found, since it was asked for something else. */
  readonly forget: () => void;
};

/** @param end what to show on the screen once something is found */
export function useLookUp<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  end: Readonly<Ref<HTMLElement | null>>,
): LookUp<T> {
  const found = ref(null) as Ref<T | null>;
  const failed = ref('');
  const looking = ref<AbortController | null>(null);

  function forget(): void {
    found.value = null;
    failed.value = '';
  }

  async function look(): Promise<void> {
    forget();
    const stop = new AbortController();
    looking.value = stop;
    try {
      found.value = await ask(stop.signal);
    } catch (error) {
      if (!stop.signal.aborted) failed.value = messageOf(error);
    } finally {
      looking.value = null;
    }
    await nextTick();
    end.value?.scrollIntoView({ block: 'nearest' });
  }

  return { found, failed, looking, look, forget };
}
