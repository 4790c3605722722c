import { hash } from 'node:crypto';
import type { Split } from '../contract/records.ts';

/** The split of a group, by its hash alone: the same on every machine. 85 in 100 train, 5 validation, 10 test. */
export function splitOf(group: string): Split {
  const place = hash('sha256', group, 'buffer').readUInt32BE(0) / 2 ** 32;
  if (place < 0.85) return 'train';
  return place < 0.9 ? 'validation' : 'test';
}
