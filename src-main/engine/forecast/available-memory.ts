/** The memory that this machine has to spare. */

import { freemem, totalmem } from 'node:os';

/**
 * Bytes of memory that a process may come to hold which holds so many now: what the system says is available, within the limits
 * of a container; or what TIEBREAK_MEMORY says, where a person wants to leave some to other programs. macOS counts only what
 * nothing at all is in, so there half of all memory is taken where that is more.
 */
export function memoryFor(held: number): number {
  const limit = Number(process.env.TIEBREAK_MEMORY);
  if (limit > 0) return limit;
  const free = process.availableMemory?.() ?? freemem();
  return held + (process.platform === 'darwin' ? Math.max(free, totalmem() / 2) : free);
}
