import { readFileSync } from 'node:fs';

/**
 * The most bytes that this process held. Linux counts in `maxRSS` what the process held that started this one, so there the program's own figure
 * is read.
 */
export function peakMemory(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))!;
  return Number(kilobytes) * 1024;
}
