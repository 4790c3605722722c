/** How often a connection that broke off is taken up again, as long as something came in between. */
export const mostTries = 5;
const pauseMs = 500;

/** Waits before the next try. Throws where that was cancelled. */
export async function pause(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, pauseMs);
    signal.addEventListener('abort', () => resolve(), { once: true });
    timer.ref();
  });
  signal.throwIfAborted();
}
