import { channel } from 'node:diagnostics_channel';

/** Where errors go that nobody is told of in words, or only in general ones: to standard error, and to the open app's log. */
const defects = channel('tiebreak:defect');

export function noteDefect(error: unknown): void {
  console.error(error);
  defects.publish({ error });
}

/** Calls the listener for every defect until it is called off. */
export function hearDefects(listener: (error: unknown) => void): () => void {
  const hear = (message: unknown): void => listener((message as { readonly error: unknown }).error);
  // What ends the process as well, before it does.
  const ending = (error: Error): void => listener(error);
  defects.subscribe(hear);
  process.on('uncaughtExceptionMonitor', ending);
  return () => {
    defects.unsubscribe(hear);
    process.off('uncaughtExceptionMonitor', ending);
  };
}
