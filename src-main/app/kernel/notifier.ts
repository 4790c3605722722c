import { setTimeout as wait } from 'node:timers/promises';

/** Tells watchers that something changed, and not what: whoever hears it looks again. */
export type Notifier = {
  readonly notify: () => void;
  /** One turn for all that was told of since the last turn. Ends when the signal is aborted. */
  readonly heard: (signal: AbortSignal | undefined) => AsyncGenerator<void, void, void>;
};

/** @param pauseMs what is told of faster than this is one turn */
export function createNotifier(pauseMs = 100): Notifier {
  const listeners = new Set<() => void>();
  return {
    notify: () => {
      for (const listener of listeners) listener();
    },
    heard: async function* (signal) {
      let told = false;
      let wake = (): void => {};
      const listener = (): void => {
        told = true;
        wake();
      };
      const end = (): void => wake();
      listeners.add(listener);
      signal?.addEventListener('abort', end);
      try {
        while (!signal?.aborted) {
          if (!told) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
          if (signal?.aborted) return;
          told = false;
          yield;
          await wait(pauseMs);
        }
      } finally {
        listeners.delete(listener);
        signal?.removeEventListener('abort', end);
      }
    },
  };
}
