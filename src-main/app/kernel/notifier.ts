import { setTimeout as wait } from 'node:timers/promises';

/** Tells watchers that something changed, and not what: whoever hears it looks again. */
export type Bell = {
  readonly ring: () => void;
  /** One turn for all rings since the last turn. Ends when the signal is aborted. */
  readonly rings: (signal: AbortSignal | undefined) => AsyncGenerator<void, void, void>;
};

/** @param pauseMs rings that come faster than this are one turn */
export function createBell(pauseMs = 100): Bell {
  const listeners = new Set<() => void>();
  return {
    ring: () => {
      for (const listener of listeners) listener();
    },
    rings: async function* (signal) {
      let rung = false;
      let wake = (): void => {};
      const listener = (): void => {
        rung = true;
        wake();
      };
      const end = (): void => wake();
      listeners.add(listener);
      signal?.addEventListener('abort', end);
      try {
        while (!signal?.aborted) {
          if (!rung) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
          if (signal?.aborted) return;
          rung = false;
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
