import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { TiebreakError } from '../../contract/errors.ts';
import type { Steps } from '../../evaluation/steps.ts';

/** Longest stretch of work in ms after which others get their turn. */
const stretch = 20;

/** Gives others a turn whenever it was called for longer than a stretch: for loops over many posts. */
export function createPauses(signal?: AbortSignal): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < stretch) return;
    await turn();
    if (signal?.aborted)
      throw new TiebreakError('cancelled', 'Cancelled. Earlier models and all data are as they were.');
    last = performance.now();
  };
}

/** Does work in steps, and gives others their turn in between. */
export async function inSlices<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  const pause = createPauses(signal);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await pause();
  }
}

/** Whether so many milliseconds went by before the signal was aborted. Nobody is kept from ending by it. */
export async function elapsed(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await wait(ms, undefined, { signal, ref: false });
    return true;
  } catch {
    return false;
  }
}
