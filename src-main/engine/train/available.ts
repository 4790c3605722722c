import { freemem, totalmem } from 'node:os';

/**
 * Bytes of memory that this process can still get: what the system says is available, within the limits of a container. macOS
 * counts only what nothing at all is in, so there half of all memory is taken where that is more.
 */
export function availableBytes(): number {
  const free = process.availableMemory?.() ?? freemem();
  return process.platform === 'darwin' ? Math.max(free, totalmem() / 2) : free;
}
