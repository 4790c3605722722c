import type { App } from '../../app.ts';

/** How long work may take to stop in an orderly way before the program ends without it, in milliseconds. */
const patienceMs = 70_000;
/** npm passes on a Ctrl-C that the terminal has already sent to everyone. */
const echoMs = 500;

/** Cancels what is going on, waits until it has stopped, closes the door and then the application. */
export async function stopOrderly(app: App, closeDoor: () => Promise<void>): Promise<void> {
  await endTasks(app);
  await closeDoor();
  await app.close();
}

/** Cancels what is going on, and waits until it has stopped. */
export async function endTasks(app: App): Promise<void> {
  app.cancel();
  const timer = setTimeout(app.kill, patienceMs);
  await app.tasks.settled();
  clearTimeout(timer);
}

/** The first Ctrl-C calls `stop`, which ends the program in an orderly way; the second ends it at once. */
export function onInterrupt(app: Pick<App, 'kill'>, stop: () => void): void {
  let last: number | null = null;
  const onSignal = (): void => {
    const since = last === null ? null : performance.now() - last;
    last = performance.now();
    if (since === null) stop();
    else if (since > echoMs) {
      app.kill();
      process.exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
}
