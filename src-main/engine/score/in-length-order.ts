import type { Progress } from '../../contract/engine.ts';
import type { RequestContext } from '../runtime/request-context.ts';
import { stopIfAborted } from './stop-if-aborted.ts';

/** Tokens that run at once, padding included: what a layer makes of them stays in the cache. */
const tokensPerBatch = 512;

/**
 * Runs sequences in batches of similar length, the longest first, so that little is padding and the time left is told rather too long.
 * @param lengths of the sequences, in tokens
 * @param run is given the places of a batch's sequences
 * @throws TiebreakError cancelled
 */
export async function inLengthOrder(
  lengths: readonly number[],
  { onProgress, signal, phase }: RequestContext & { readonly phase: Progress['phase'] },
  run: (batch: readonly number[]) => Promise<void>,
): Promise<void> {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b]! - lengths[a]!);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const begun = performance.now();
  let read = 0;
  for (let from = 0; from < order.length; ) {
    await stopIfAborted(signal);
    const length = Math.max(1, lengths[order[from]!]!);
    const batch = order.slice(from, from + Math.max(1, Math.floor(tokensPerBatch / length)));
    await run(batch);
    from += batch.length;
    for (const i of batch) read += lengths[i]!;
    const seconds = (performance.now() - begun) / 1000;
    // A long text takes longer than a short one: what is left is told by tokens.
    const secondsLeft = read === 0 ? null : (seconds * (tokens - read)) / read;
    onProgress({ phase, done: from, total: order.length, speed: from / seconds, secondsLeft });
  }
}
