import { TiebreakError } from '../../contract/errors.ts';

/** Lets a message that cancels come in first. Throws TiebreakError cancelled. */
export async function stopIfAborted(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
  if (signal.aborted) throw new TiebreakError('cancelled', 'The reading of texts was cancelled. Nothing was changed.');
}
