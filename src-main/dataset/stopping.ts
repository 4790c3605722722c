import { TiebreakError } from '../contract/errors.ts';

/** Throws where the reading was called off. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new TiebreakError('cancelled', 'The work was stopped; what had arrived by then was kept.');
}
